/** `git branch create`, in process: what is stored when, and the result when the machine fails. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE, withoutLog } from "../../support/cli.ts";
import { FIRST_COMMIT, SECOND_COMMIT, withGit } from "../../support/fake_git.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { atEveryDeath } from "../../support/until_death.ts";

// Loaded in advance: see tests/support/cli.ts.
import "../../../src/app/github/create_branch.ts";

const TOML = `
[tasks.sample]
description = "A task"
command = ["true"]
secrets = ["TOKEN"]
`;
const LAST = `${STATE}/runs/sample/last.json`;
const TASK = `${STATE}/tasks/sample.json`;

interface ToolEntry {
  readonly argv: readonly string[];
  readonly effect: string;
  readonly exit_code: number | null;
  readonly timed_out: boolean;
}

function toolsOf(host: FakeHost): readonly ToolEntry[] {
  return readJson(host, LAST)["tools"] as ToolEntry[];
}

Deno.test("git branch create: each call of git is on disk before its process", async () => {
  using host = machineWith(TOML);
  const stored: (readonly [string, string])[] = [];
  const repository = withGit(host, PROJECT);
  repository.before = (_, words) => {
    // Preparing a run asks for the state of the repository before a record exists.
    if (words.includes("--porcelain=v2") || words[0] === "config") return undefined;
    const last = toolsOf(host).at(-1)!;
    stored.push([words[0]!, `${last.argv.includes(words[0]!)} ${last.effect} ${last.exit_code}`]);
    return undefined;
  };
  assertEquals((await call(host, ["git", "branch", "create", "sample"])).code, 0);
  assertEquals(stored, [
    ["rev-parse", "true none null"],
    ["check-ref-format", "true none null"],
    ["rev-parse", "true none null"],
    ["rev-parse", "true none null"],
    ["branch", "true unknown null"],
    ["rev-parse", "true none null"],
  ]);
  assertEquals(toolsOf(host).map(({ effect }) => effect), ["none", "none", "none", "none", "done", "none"]);
});

Deno.test("git branch create: an unresolved working folder is reported with its place, and without secrets", async () => {
  using host = machineWith(
    '[tasks.lost]\ncommand = ["true"]\nworking_dir = "${env:NOT_SET}"\n' +
      '[tasks.sample]\ncommand = ["true"]\nworking_dir = "for-${env:KEY}"\nsecrets = ["KEY"]\n',
    { env: { PATH: "/bin", HOME: "/home/ada", KEY: "hunter2" } },
  );
  const lost = await call(host, ["git", "branch", "create", "lost"]);
  assertEquals([lost.code, lost.stderr.includes("tasks.lost.working_dir: the variable NOT_SET is not set")], [
    78,
    true,
  ]);
  const said = await call(host, ["git", "branch", "create", "sample"]);
  assertEquals([said.code === 0, said.stderr.includes("/for-***: no such file or directory")], [false, true]);
  assertEquals(JSON.stringify(host.disk.tree(STATE)).includes("hunter2"), false);
});

Deno.test("git branch create: a missing git is reported, and nothing is created", async () => {
  using host = machineWith(TOML);
  await expectCall(host, ["git", "branch", "create", "sample"], {
    code: 69,
    stderr: 'error: Cannot create branch "task/sample": no program "git" in the folders of PATH\n' +
      "  try: install git, or add its folder to PATH\n",
  });
  assertEquals([readJson(host, LAST)["status"], host.disk.read(TASK)], ["failed", undefined]);
});

Deno.test("git branch create: a git that hangs is stopped, and it is unknown whether the branch was created", async () => {
  using host = machineWith(TOML);
  const repository = withGit(host, PROJECT);
  repository.before = (p, words) => words[0] === "branch" ? p.forever() : undefined;
  await expectCall(host, ["git", "branch", "create", "sample"], {
    code: 69,
    stderr: 'error: Cannot create branch "task/sample": git did not answer within 30 seconds\n',
  });
  const made = toolsOf(host).find(({ argv }) => argv.includes("branch"))!;
  assertEquals([made.effect, made.timed_out, made.exit_code], ["unknown", true, null]);
  assertEquals(host.livingProcesses(), []);
});

Deno.test("git facts: a slow repository delays a run no longer than a bound", async () => {
  using host = machineWith(TOML);
  const repository = withGit(host, PROJECT);
  repository.remotes.set("origin", "https://ada:hunter2@github.com/octo/hello.git?token=hunter2");
  repository.before = (p, words) => words[0] === "status" ? p.forever() : undefined;
  const begun = host.clock.monotonicMs();
  assertEquals((await call(host, ["plan", "create", "sample"])).code, 0);
  assertEquals(host.clock.monotonicMs() - begun, 500);
  assertEquals(readJson(host, LAST)["git"], {
    commit: FIRST_COMMIT,
    branch: "main",
    dirty: null,
    remote: "https://github.com/octo/hello.git",
  });
});

Deno.test("git branch create: messages of git are masked", async () => {
  using host = machineWith(TOML, { env: { PATH: "/bin", HOME: "/home/ada", TOKEN: "hunter2" } });
  const repository = withGit(host, PROJECT);
  repository.before = async (p, words) => {
    if (words[0] !== "branch") return undefined;
    await p.stderr("fatal: no room for hunter2\nhint: buy some\n");
    return 128;
  };
  await expectCall(host, ["git", "branch", "create", "sample", "--name", "x"], {
    code: 69,
    stderr: 'error: Cannot create branch "x": no room for ***\n',
  });
  assertEquals(Object.values(host.disk.tree(STATE)).filter((text) => text.includes("hunter2")), []);
});

Deno.test("git branch create: a name with a secret in it is refused before anything is recorded", async () => {
  using host = machineWith(TOML, { env: { PATH: "/bin", HOME: "/home/ada", TOKEN: "hunter2" } });
  const repository = withGit(host, PROJECT);
  await expectCall(host, ["git", "branch", "create", "sample", "--name", "x-hunter2"], {
    code: 65,
    stderr: 'error: Cannot create branch "x-***": the name contains the value of a secret of task sample, ' +
      "which git would keep and show\n  try: orchastration git branch create sample --name <another name>\n",
  });
  assertEquals([[...repository.branches.keys()], host.disk.exists(`${STATE}/runs/sample`)], [
    ["main"],
    false,
  ]);
});

Deno.test("git branch create: the base is recorded with secrets masked", async () => {
  using host = machineWith(TOML, { env: { PATH: "/bin", HOME: "/home/ada", TOKEN: "hunter2" } });
  withGit(host, PROJECT).branches.set("hunter2", SECOND_COMMIT);
  assertEquals((await call(host, ["git", "branch", "create", "sample", "--base", "hunter2"])).code, 0);
  assertEquals(Object.values(host.disk.tree(STATE)).filter((text) => text.includes("hunter2")), []);
});

Deno.test("git branch create: the answer at a terminal is the same as elsewhere", async () => {
  using host = machineWith(TOML, { isTerminal: true });
  withGit(host, PROJECT);
  const said = await call(host, ["git", "branch", "create", "sample", "--no-color"]);
  assertEquals(
    said.stdout,
    `task/sample created at ${FIRST_COMMIT.slice(0, 12)}\nnext: git switch task/sample\n`,
  );
});

Deno.test("git branch create: a branch that another process creates meanwhile is accepted, and refused at another commit", async () => {
  for (const [commit, code] of [[FIRST_COMMIT, 0], [SECOND_COMMIT, 65]] as const) {
    using host = machineWith(TOML);
    const repository = withGit(host, PROJECT);
    repository.before = (_, words) => {
      if (words[0] === "branch") repository.branches.set("task/sample", commit);
      return undefined;
    };
    const said = await call(host, ["git", "branch", "create", "sample"]);
    assertEquals(said.code, code);
    if (code === 0) {
      assertEquals(withoutLog(said.stdout), `task/sample exists already, at ${commit.slice(0, 12)}\n`);
    }
  }
});

Deno.test("git branch create: a planned task stays planned, and a plan keeps the link", async () => {
  using host = machineWith(TOML);
  withGit(host, PROJECT);
  assertEquals((await call(host, ["plan", "create", "sample"])).code, 0);
  assertEquals((await call(host, ["git", "branch", "create", "sample"])).code, 0);
  const linked = readJson(host, TASK);
  assertEquals([linked["status"], linked["reason"]], ["planned", "not built since the plan"]);
  assertEquals((await call(host, ["plan", "create", "sample", "--force"])).code, 0);
  assertEquals(readJson(host, TASK)["links"], linked["links"]);
});

Deno.test("git branch create: if the record cannot be written, nothing is created", async () => {
  using host = machineWith(TOML);
  const repository = withGit(host, PROJECT);
  host.faults.failWhen({ op: "write", path: /runs\/sample/, problem: "no_space" });
  const said = await call(host, ["git", "branch", "create", "sample"]);
  assertEquals([said.code, [...repository.branches.keys()]], [74, ["main"]]);
});

Deno.test("git branch create: after a death at any change, a second call leaves one branch and its link", async () => {
  let repository = undefined as ReturnType<typeof withGit> | undefined;
  await atEveryDeath(
    () => {
      const host = machineWith(TOML);
      repository = withGit(host, PROJECT);
      return host;
    },
    (host) => call(host, ["git", "branch", "create", "sample"]),
    async (dead, diedAt) => {
      // git completes the work that it had begun when we died.
      const next = dead.reviveAfterDeath({ processes: "alive" });
      const said = await call(next, ["git", "branch", "create", "sample"]);
      assertEquals([diedAt, said.code], [diedAt, 0], said.stderr);
      assertEquals([...repository!.branches.keys()], ["main", "task/sample"]);
      const links = readJson(next, TASK)["links"] as { readonly branch: { readonly name: string } };
      assertEquals(links.branch.name, "task/sample");
      // No record claims more than is known.
      for (const [path, text] of Object.entries(dead.disk.tree(`${STATE}/runs/sample`))) {
        if (!path.endsWith("Z.json")) continue;
        const { status, tools } = JSON.parse(text);
        assert(status === "running" || status === "succeeded", `${diedAt}: ${status}`);
        if (status === "running") {
          assert(!tools.slice(0, -1).some((tool: ToolEntry) => tool.effect === "unknown"));
        }
      }
    },
  );
});
