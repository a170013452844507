/** `run --changed-since`: which jobs a change concerns, by their inputs, and what is said of the rest. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { withGit } from "../../support/fake_git.ts";

const BASE = "1".repeat(40);
const TOML = `[jobs.lib]
command = ["work", "lib"]
inputs = ["lib/**/*.c", "!lib/gen"]
[jobs.app]
command = ["work", "app"]
inputs = ["app"]
needs = ["lib"]
[jobs.docs]
command = ["work", "docs"]
inputs = ["docs/*.md"]
env_file = { path = "docs.env", required = false }
[jobs.deploy]
command = ["work", "deploy"]
needs = ["app"]
[jobs.all]
needs = ["app", "docs", "deploy"]
`;

interface Git {
  readonly committed?: readonly string[];
  readonly untracked?: readonly string[];
  readonly isShallow?: boolean;
  readonly mergeBase?: string | undefined;
  readonly isKnown?: boolean;
}

function machine(git: Git, toml = TOML): { readonly host: FakeHost; readonly ran: string[] } {
  const host = machineWith(toml);
  const { committed = [], untracked = [], isShallow = false, isKnown = true } = git;
  const mergeBase = "mergeBase" in git ? git.mergeBase : BASE;
  const repository = withGit(host, PROJECT);
  repository.before = async (p, words) => {
    const say = async (text: string) => (await p.stdout(text), 0);
    if (words.includes("--is-shallow-repository")) return await say(`${isShallow}\n`);
    if (words.at(-1) === "main^{commit}") return isKnown ? await say(`${"2".repeat(40)}\n`) : 1;
    if (words[0] === "merge-base") return mergeBase === undefined ? 1 : await say(`${mergeBase}\n`);
    if (words[0] === "diff") {
      assertEquals(words.at(-2), BASE);
      return await say(committed.map((path) => `${path}\0`).join(""));
    }
    if (words[0] === "ls-files" && words.includes("--others")) {
      return await say(untracked.map((path) => `${path}\0`).join(""));
    }
    return undefined;
  };
  const ran: string[] = [];
  host.program("work", (p) => void ran.push(p.args[0]!));
  for (const path of ["lib/a.c", "app/main.c", "docs/a.md"]) host.disk.write(`${PROJECT}/${path}`, path);
  return { host, ran };
}

const QUIET = ["--log-level", "error", "-j", "1"];

async function chosen(git: Git, ...words: readonly string[]): Promise<readonly string[]> {
  const { host, ran } = machine(git);
  using _ = host;
  const said = await call(host, ["run", "--changed-since", "main", ...words, ...QUIET]);
  assertEquals(said.code, 0, said.stderr);
  return ran;
}

Deno.test("--changed-since: jobs with a changed input run, with their dependents and the needs of both", async () => {
  for (
    const [git, ran] of [
      [{ committed: ["lib/a.c"] }, ["lib", "app"]],
      // The need of a job is run with it; it says by itself whether it is up to date.
      [{ committed: ["app/new/deep.c"] }, ["lib", "app"]],
      [{ untracked: ["docs/new.md"] }, ["docs"]],
      // A removed file is a change, too, though nothing is there to be matched.
      [{ committed: ["docs/gone.md"] }, ["docs"]],
      [{ committed: ["docs.env"] }, ["docs"]],
      [{ committed: ["lib/gen/x.c", "docs/deep/a.md"] }, []],
      [{ committed: ["lib/a.c"], untracked: ["docs/b.md"] }, ["docs", "lib", "app"]],
    ] as const
  ) assertEquals(await chosen(git), ran, JSON.stringify(git));
});

Deno.test("--changed-since: only named jobs are considered, and a named job without inputs always runs", async () => {
  assertEquals(await chosen({ committed: ["lib/a.c", "docs/a.md"] }, "docs"), ["docs"]);
  assertEquals(await chosen({ committed: ["docs/a.md"] }, "app"), []);
  assertEquals(await chosen({ committed: ["nobody.txt"] }, "deploy"), ["lib", "app", "deploy"]);
  assertEquals(await chosen({ committed: ["nobody.txt"] }, "all"), []);
  assertEquals(await chosen({ committed: ["lib/a.c"] }, "all"), ["docs", "lib", "app", "deploy"]);
});

Deno.test("--changed-since: files that no job reads are listed, and so are the compared commits", async () => {
  const { host } = machine({ committed: ["docs/a.md", "LICENSE", "lib/gen/x.c"] });
  using _ = host;
  const said = await call(host, ["run", "--changed-since", "main", ...QUIET]);
  assertEquals(said.stderr.split("\n")[0], "2 of 3 changed files are no job's input: LICENSE, lib/gen/x.c");
  const { graph } = readJson(host, `${STATE}/runs/graph/last.json`) as { graph: Record<string, unknown> };
  assertEquals(graph["changed_since"], {
    revision: "main",
    merge_base: BASE,
    files: 3,
    uncovered: ["LICENSE", "lib/gen/x.c"],
    more_uncovered: 0,
  });
});

Deno.test("--changed-since: if no job is affected, nothing is recorded, and a message says so", async () => {
  const { host } = machine({ committed: ["LICENSE"] });
  using _ = host;
  await expectCall(host, ["run", "--changed-since", "main", ...QUIET], {
    stderr:
      "1 of 1 changed file is no job's input: LICENSE\nnothing to run: no job reads what changed since main\n",
  });
  assertEquals(host.disk.exists(`${STATE}/runs`), false);
  const json = await call(host, ["run", "--changed-since", "main", "--json", ...QUIET]);
  const { kind, changed_since } = JSON.parse(json.stdout);
  assertEquals([json.code, kind, changed_since.uncovered], [0, "nothing_to_run", ["LICENSE"]]);
});

Deno.test("--changed-since: a shallow clone without the history is reported, also with --quiet, and every job runs", async () => {
  for (const git of [{ isKnown: false }, { mergeBase: undefined }]) {
    const { host, ran } = machine({ ...git, isShallow: true });
    using _ = host;
    const said = await call(host, ["run", "--changed-since", "main", "-q", "-j", "1"]);
    assertEquals(
      said.stderr.split("\n")[0],
      "warning: this clone is shallow and lacks the history since main, " +
        "so every job runs; git fetch --unshallow fetches it",
    );
    assertEquals([said.code, ran], [0, ["docs", "lib", "app"]]);
  }
});

Deno.test("--changed-since: nothing runs if git cannot answer", async () => {
  for (
    const [git, code, stderr] of [
      [
        { isKnown: false },
        64,
        'error: Cannot run what changed since "main": git knows no such commit, branch or tag\n' +
        "  try: orchastration run --changed-since 'HEAD~1'\n",
      ],
      [
        { mergeBase: undefined },
        65,
        'error: Cannot run what changed since "main": its history and that of HEAD have no commit in common\n',
      ],
    ] as const
  ) {
    const { host, ran } = machine(git);
    using _ = host;
    await expectCall(host, ["run", "--changed-since", "main", ...QUIET], { code, stderr });
    assertEquals(ran, []);
  }
  using host = machineWith(TOML);
  await expectCall(host, ["run", "--changed-since", "main", ...QUIET], {
    code: 65,
    stderr: 'error: Cannot run what changed since "main": there is no git repository here\n',
  });
});

Deno.test("--changed-since: --dry-run shows the chosen jobs; --watch and --again are refused", async () => {
  const { host } = machine({ committed: ["docs/a.md"] });
  using _ = host;
  await expectCall(host, ["run", "--changed-since", "main", "--dry-run", ...QUIET], {
    stdout: "docs  would run  never succeeded\n",
  });
  await expectCall(host, ["run", "docs", "--changed-since", "main", "--watch"], {
    code: 64,
    stderr: 'error: Cannot use "--changed-since": a watch runs for later changes\n' +
      "  try: orchastration run docs --changed-since main\n",
  });
  await expectCall(host, ["run", "--changed-since", "main", "--again", "graph"], {
    code: 64,
    stderr:
      'error: Cannot use "--changed-since": --again runs once what did not succeed in the earlier run\n' +
      "  try: orchastration run --again graph\n",
  });
});

Deno.test("--changed-since: jobs without inputs cannot be related to a change, and the next step is to declare inputs", async () => {
  const { host, ran } = machine({}, '[jobs.app]\ncommand = ["work", "app"]\n');
  using _ = host;
  await expectCall(host, ["run", "--changed-since", "main"], {
    code: 65,
    stderr:
      'error: Cannot run what changed since "main": no job has inputs, so no change can be related to a job\n' +
      '  try: add inputs to jobs, such as inputs = ["@git"]\n',
  });
  assertEquals(ran, []);
});
