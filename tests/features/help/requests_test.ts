/** The request of a command line, as data: parsed, without running anything. */

import { assertEquals } from "@std/assert";
import { parseArguments } from "../../../src/cli/parse.ts";
import { Program } from "../../../src/cli/program.ts";

async function parse(line: string) {
  return await parseArguments(new Program(undefined), line.split(" "));
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
