/** The mechanical part of plain English: openings that comments must not have, and phrases that must not come back. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";

const ROOT = fromFileUrl(new URL("../../", import.meta.url)).replaceAll("\\", "/");
const SELF = "tests/repo/wording_test.ts";
const EXTENSIONS = [".ts", ".mjs"];
/** Separate packages and generated files, whose texts are not ours to word. */
const SKIPPED = ["docs/guide/", "docs/recording/", "scripts/tools/recording/"];

/** A sentence has its subject in front: "Of a directory: …" and "Who is …" leave the reader to find it. */
const OPENINGS = /^(?:Of|So many|Who(?:ever|se|m)?|What (?:[^.;:,]*\b)?(?:is|are|was|were))\b/;

/** Phrases of the dialect that this project once had, each with the usual word for it. */
const DIALECT: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\btold to end\b/i, "asked to stop, or sent SIGTERM"],
  [/\bwants a yes\b/i, "confirmation is required"],
  [/\bnobody said yes\b/i, "confirmation was declined"],
  [/\bgets to hear\b/i, "is told, or the error lists"],
  [/\bgoes without saying\b/i, "is omitted"],
  [/\bnone of ours\b/i, "not ours"],
  [/\bno shell reads\b/i, "is not run by a shell"],
  [/\bcannot be known from here\b/i, "it is unknown whether"],
  [/\bsomebody else is at it\b/i, "another process is working on it"],
  [/\ba settled (?:command|definition)\b/i, "a resolved definition"],
  [/\bsee to the (?:network|permissions)\b/i, "check the network"],
  [/\bmend the permissions\b/i, "fix the permissions"],
  [/\bcall it again\b/i, "run the command again"],
  [/\bis nobody's matter\b/i, "does not matter"],
  [/\bend(?:ed|s)? well\b/i, "succeed"],
  [/\btells? why\b/i, "explains the failure"],
  [/\bleft behind changed\b/i, "the result of it changed"],
];

interface Passage {
  /** `path:line`. */
  readonly at: string;
  readonly text: string;
}

Deno.test("wording: no comment begins with its object, or with a pronoun that only a later word explains", () => {
  const wrong = sources().flatMap(commentsOf).filter(({ text }) => OPENINGS.test(text));
  assertEquals(wrong.map(({ at, text }) => `${at}: ${text.slice(0, 60)}`), []);
});

Deno.test("wording: no phrase of the old dialect is in the sources, the messages or the documents", () => {
  const found = [...sources(), ...documents()].flatMap((path) =>
    read(path).split("\n").flatMap((line, index) =>
      DIALECT.filter(([phrase]) => phrase.test(line))
        .map(([phrase, instead]) => `${path}:${index + 1}: ${phrase.source} (say: ${instead})`)
    )
  );
  assertEquals(found, []);
});

Deno.test("wording: every underscore of a status becomes a space in a message, not only the first, as in up_to_date", () => {
  const found = sources().filter((path) => path.startsWith("src/") && read(path).includes('replace("_"'));
  assertEquals(found, []);
});

Deno.test("wording: the rules find examples of each mistake", () => {
  const openings = (source: string) =>
    commentsIn("a.ts", source).filter(({ text }) => OPENINGS.test(text)).map(({ at }) => at);
  assertEquals(openings("// Of the run.\n"), ["a.ts:1"]);
  assertEquals(openings("let a;\n/** Who has it. */\n"), ["a.ts:2"]);
  assertEquals(openings("/**\n * What of it is kept.\n */\n"), ["a.ts:1"]);
  assertEquals(openings("/** So many of them. */\n// And none more.\n"), ["a.ts:1"]);
  assertEquals(openings("// The parts\n// of a run.\n"), [], "a comment goes on over its lines");
  assertEquals(openings('const text = "// Of a string";\n'), []);
  assertEquals(openings("/** What `runJob` would do. */\n/** Often enough. */\n"), []);
  assertEquals(sources().includes("src/main.ts") && documents().includes("README.md"), true);
});

function sources(): readonly string[] {
  return ["src", "scripts", "tests"].flatMap(filesBelow)
    .filter((path) => EXTENSIONS.some((extension) => path.endsWith(extension)) && path !== SELF);
}

/** Without the changelog, which quotes what was. */
function documents(): readonly string[] {
  return ["README.md", ...filesBelow("docs")]
    .filter((path) => path.endsWith(".md") && path !== "docs/changelog.md");
}

function filesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(join(ROOT, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (!isDirectory) return [path];
    return SKIPPED.includes(`${path}/`) || name === "node_modules" ? [] : filesBelow(path);
  }).sort();
}

function read(path: string): string {
  return Deno.readTextFileSync(join(ROOT, path));
}

function commentsOf(path: string): readonly Passage[] {
  return commentsIn(path, read(path));
}

/** The comments that have lines of their own; neighbouring lines with the same indent are one comment. */
function commentsIn(path: string, source: string): readonly Passage[] {
  const found: Passage[] = [];
  let indent: number | undefined;
  source.split("\n").forEach((line, index) => {
    const [, space, text] = /^(\s*)\/\/ ?(.*)$/.exec(line) ?? [];
    if (space === undefined) indent = undefined;
    else if (space.length !== indent) {
      indent = space.length;
      found.push({ at: `${path}:${index + 1}`, text: text! });
    }
  });
  for (const match of source.matchAll(/^[ \t]*\/\*\*?[ \t]*(?:\n\s*\*\s*)?(.*)$/gm)) {
    const line = source.slice(0, match.index).split("\n").length;
    found.push({ at: `${path}:${line}`, text: match[1]! });
  }
  return found;
}
