/** The names of tests: each is a rule, as a sentence in the usual order of words. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";

const ROOT = fromFileUrl(new URL("../../", import.meta.url)).replaceAll("\\", "/");
/** Sources of other test runners, whose names are part of their output. */
const SKIPPED = ["tests/long/failing_logs", "tests/support", "tests/setup/repositories"];
const SELF = "tests/repo/test_names_test.ts";

const OPENING = /^(?:of|so many|those|who(?:ever|se|m)?|what (?:[^.;:,]*\b)?(?:is|are|was|were))\b/i;
const PRONOUN_AT_END =
  /\b(?:it|them|they|that|this|these|those|none|such|too|(?:as|by|for|is|of|than|through|to|with) one)$/i;

/** Each of these counts in every form with which a rule can be said, such as `carry` and `carries`. */
const VERBS =
  `be accept add affect agree allow alternate answer appear apply ask attach become begin belong block break bring build
  arrive call cancel carry cause change check choose claim clean close come compare complete compute consist contain continue convert copy
  count cover create cross decide define delay delete depend describe detect die differ digest disappear distinguish do draw drain
  drop elapse embed enable end equal erase escape exceed exclude execute exist exit expand expect explain export fail fall fetch
  fill find finish fire fit follow forbid force format forward gain get give go grow hand handle hang happen have help hide hold
  ignore impose include increase inherit insert invalidate invoke join jump keep kill know lack last lead leave let lie limit link
  list load lock log look lose make map mark mask match mean measure mention merge miss modify move name need notify obey offer omit
  open order outlive overlap override overwrite own parse pass permit pick place plan point postpone precede prefer preserve prevent
  print prompt propose prove provide prune publish pull push put quote raise reach read rebuild receive recognize record recover
  refer refuse reject release rely remain remember remove rename repeat replace report request require reserve reset resolve respect
  restart restore resume rethrow retry return reuse reveal revert rewrite rotate round run save say search see select send separate
  serve set share shift show shrink sign signal sit skip sleep sort spawn split stand start stay stop store strike strip succeed
  suggest support survive suspend sync take test throw time touch track transmit travel treat try update use validate verify visit
  wait walk want warn watch work wrap write yield`.split(/\s+/);
const OTHER_FORMS = "is are was were has had does did can cannot could may might must should will would"
  .split(" ");
/** These are mostly nouns in the names of tests, so they count as verbs only in front of an object. */
const NOUNS = new Set(
  `answer answers build builds call calls change changes check checks copy cost end exit force format help limit link links list
  lists load lock locks log logs mark marks match name names order orders output plan plans place places point points print
  prompt push record records report request requests run runs set share signal signals sleep stand start stop stops store
  support test tests time times watch watches work works visit round rounds`.split(/\s+/),
);
const OBJECT = /^(?:an?|the|all|each|every|its|no|nothing|one|only|two)$/;
const VERB_FORMS = new Set([...OTHER_FORMS, ...VERBS.flatMap((verb) => [verb, thirdPerson(verb)])]);

Deno.test("test names: each is a sentence with its subject in front and a verb, and does not end in a pronoun", () => {
  assertEquals(
    testFilesBelow("tests").flatMap((path) => namesIn(read(path)).flatMap((name) => faultsOf(name, path))),
    [],
  );
});

Deno.test("test names: the rule finds examples of each mistake", () => {
  const faults = (name: string) => faultsOf(name, "a").map((fault) => fault.split(": ", 2)[1]);
  assertEquals(faults("Of a run the record is kept"), ["opening"]);
  assertEquals(faults("runs list: so many are shown"), ["opening"]);
  assertEquals(faults("graph: who waits is named"), ["opening"]);
  assertEquals(faults("what of it is kept is listed"), ["opening"]);
  assertEquals(faults("a lock is released by the process that has it"), ["ending"]);
  assertEquals(faults("doctor: a pipe is not taken for one"), ["ending"]);
  assertEquals(faults("runs list --json: one document"), ["no verb"]);
  assertEquals(faults("a run, and its record"), ["no verb"]);
  assertEquals(faults("a job that ignores SIGTERM is forced when its grace has passed"), []);
  assertEquals(faults("init: ${name}"), [], "the rest of a name can be a value");
  assertEquals(
    namesIn('Deno.test("a", () => {});\nDeno.test({\n  name: `b ${c}`,\n});\nspec("d", isUnix);'),
    ["a", "b ${c}", "d"],
  );
});

function faultsOf(name: string, path: string): readonly string[] {
  const rule = name.replace(/^[^:"'`]{1,60}: /, "");
  const isWhole = !rule.includes("${");
  return [
    ...[name, rule].some((text) => OPENING.test(text)) ? [`${path}: opening: ${name}`] : [],
    ...isWhole && PRONOUN_AT_END.test(rule) ? [`${path}: ending: ${name}`] : [],
    ...isWhole && !hasVerb(rule) ? [`${path}: no verb: ${name}`] : [],
  ];
}

/** If a good name is refused, its verb is missing in `VERBS`. */
function hasVerb(rule: string): boolean {
  const words = rule.toLowerCase().split(/[^a-z]+/);
  return words.some((word, index) =>
    VERB_FORMS.has(word) && (!NOUNS.has(word) || OBJECT.test(words[index + 1] ?? ""))
  );
}

/** Names of `Deno.test`, of `spec`, and of the cases of the contract of the hosts. */
function namesIn(source: string): readonly string[] {
  const calls =
    /(?:\bDeno\.test|\bspec)\(\s*(?:\{\s*(?:ignore[^\n]*,\s*)?name:\s*)?(["`])((?:\\.|(?!\1).)*)\1/g;
  const cases = /^ {4}name: (["`])((?:\\.|(?!\1).)*)\1,$/gm;
  const isContract = source.includes("ContractCase[]");
  return [...source.matchAll(calls), ...isContract ? source.matchAll(cases) : []].map((match) => match[2]!);
}

function thirdPerson(verb: string): string {
  if (/(?:s|x|z|ch|sh|[^o]o)$/.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}

function testFilesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(join(ROOT, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return SKIPPED.includes(path) || name === "node_modules" ? [] : testFilesBelow(path);
    return /_(?:test|contract)\.ts$/.test(name) && path !== SELF ? [path] : [];
  }).sort();
}

function read(path: string): string {
  return Deno.readTextFileSync(join(ROOT, path));
}
