/** The request of a command line, as data: parsed, without running anything. */

import { assertEquals } from "@std/assert";
import { understand } from "../../../src/cli/cli.ts";
import { commandsBelow, pathOf } from "../../../src/cli/base/command_tree.ts";
import { parseArguments, type Parsed } from "../../../src/cli/parse.ts";
import { calledEntry, Program } from "../../../src/cli/program.ts";
import { COMMAND_GROUPS } from "../../../src/cli/table.ts";

/** As the program does it, and with all commands: the two agree on every line of this file. */
async function parse(line: string) {
  const words = line.split(" ");
  const { parsed } = await understand(words, undefined);
  const withAll = await parseArguments(new Program(undefined), words);
  assertEquals(answerOf(parsed), answerOf(withAll));
  return parsed;
}

function answerOf(parsed: Parsed): unknown {
  return parsed.kind === "call"
    ? { ...parsed, call: parsed.call.request }
    : { ...parsed, command: undefined };
}

function check(line: string, request: unknown, flags: unknown = {}): void {
  Deno.test(`request: ${line}`, async () => {
    const parsed = await parse(line);
    assertEquals(parsed.kind === "call" ? [parsed.call.request, parsed.flags] : parsed, [request, flags]);
  });
}

/** Words that cannot be combined, found before anything is opened. */
function refuse(line: string, fact: string): void {
  Deno.test(`contradiction: ${line}`, async () => {
    const parsed = await parse(line);
    assertEquals(
      parsed.kind === "failure" && parsed.failure.code === "arguments_invalid" ? parsed.failure.fact : parsed,
      fact,
    );
  });
}

check("list --all", { isAll: true });
check("runs list", { everywhere: false, name: undefined, statuses: [], sinceMs: undefined, limit: 20 });
check("runs list sample --status failed --status timed-out --since 7d --limit 0", {
  everywhere: false,
  name: "sample",
  statuses: ["failed", "timed_out"],
  sinceMs: 7 * 24 * 60 * 60 * 1000,
  limit: Infinity,
});
check("run sample --env A=1 --env B=2=3 -- --yes", {
  names: ["sample"],
  heading: undefined,
  extraArgs: ["--yes"],
  env: { A: "1", B: "2=3" },
  isYes: false,
  fresh: false,
  dryRun: false,
  executor: undefined,
  detach: false,
  watchedGlobs: undefined,
  jobs: undefined,
  keepGoing: false,
  failFast: false,
  output: undefined,
  again: undefined,
  changedSince: undefined,
  scheduled: undefined,
});
check("run a --group checks b -j 3 --keep-going -- c -- d", {
  names: ["a", "b"],
  heading: "checks",
  extraArgs: ["c", "--", "d"],
  env: {},
  isYes: false,
  fresh: false,
  dryRun: false,
  executor: undefined,
  detach: false,
  watchedGlobs: undefined,
  jobs: 3,
  keepGoing: true,
  failFast: false,
  output: undefined,
  again: undefined,
  changedSince: undefined,
  scheduled: undefined,
});
check("--config x.toml plan --json create site --force", { name: "site", force: true }, {
  config: "x.toml",
  json: true,
});
check("hash a --file b c --algorithm sha1", { files: ["b", "a", "c"], algorithm: "sha1", check: undefined });
check("git issue create site --label bug --label bug --dry-run", {
  name: "site",
  repo: undefined,
  labels: ["bug"],
  relink: false,
  dryRun: true,
});

refuse("runs prune", "no limit was given for the runs to remove");
refuse("recover sample --everywhere", "with --everywhere the reference can match runs of several projects");
refuse("recover --kill --wait --leave", "--kill, --wait and --leave contradict each other");
refuse("logs sample --follow --json", "--json prints one document, but --follow has no end yet");
refuse("run sample --watch --json", "with --json, stdout is one document, but a watch has many runs");
refuse("doc generate", "no task was named");

Deno.test("a noun alone is a request for help, and a command is loaded when it is called", async () => {
  const program = new Program(undefined);
  const parsed = await parseArguments(program, ["git", "issue"]);
  assertEquals(parsed.kind === "help" ? parsed.command.name() : parsed, "issue");
  for (const command of program.root.commands) assertEquals(program.definitionOf(command), undefined);
});

Deno.test("a line that begins with a verb is understood with this verb and its nouns alone", async () => {
  const made = async (line: string) => {
    const { parsed, program } = await understand(line.split(" "), undefined);
    return [parsed.kind, commandsBelow(program.root).slice(1).map((command) => pathOf(command))];
  };
  assertEquals(await made("list --json"), ["call", ["orchastration list"]]);
  assertEquals(await made("git issue status sample"), [
    "call",
    ["orchastration git", "orchastration git issue", "orchastration git issue status"],
  ]);
  const all = COMMAND_GROUPS.flatMap(({ commands }) => commands).map(({ path }) => `orchastration ${path}`);
  // Help, mistakes, and lines that begin with an option or a noun need all commands.
  for (
    const line of [
      "list --help",
      "list x",
      "listing",
      "runs",
      "runs help list",
      "--json list",
      "runs --json list",
    ]
  ) {
    const [kind, commands] = await made(line);
    assertEquals([...commands!].sort(), all.toSorted(), `${line}: ${kind}`);
  }
});

Deno.test("each verb of the command table is found by its words, and no noun is", () => {
  for (const entry of COMMAND_GROUPS.flatMap(({ commands }) => commands)) {
    const words = entry.path.split(" ");
    assertEquals(calledEntry([...words, "a"]), entry.load === undefined ? undefined : entry);
    assertEquals(calledEntry(["--json", ...words]), undefined);
  }
});

Deno.test("the tree of all commands is made where a call asks for the tree", async () => {
  const { program } = await understand(["man"], undefined);
  assertEquals(program.root.commands.length, 1);
  assertEquals(program.whole().root.commands.length, new Program(undefined).root.commands.length);
});
