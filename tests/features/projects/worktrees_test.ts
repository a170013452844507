/** Work trees of one repository: separate projects that mention each other and mix nothing. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT } from "../../support/cli.ts";

const TOML = '[jobs.work]\ncommand = ["work"]\n[tasks.site]\ncommand = ["work"]\n';
const OTHER = "/home/ada/feature-x";

Deno.test("work trees: status and plan status mention the sibling in one line each, and mix no records", async () => {
  using host = machineWith(TOML, {
    files: {
      [`${PROJECT}/.git/HEAD`]: "ref: refs/heads/main\n",
      [`${PROJECT}/.git/worktrees/feature-x/gitdir`]: `${OTHER}/.git\n`,
      [`${PROJECT}/.git/worktrees/feature-x/commondir`]: "../..\n",
      [`${OTHER}/.git`]: `gitdir: ${PROJECT}/.git/worktrees/feature-x\n`,
      [`${OTHER}/orchastration.toml`]: TOML,
    },
  });
  host.program("work", () => {});
  const other = host.another({ cwd: OTHER });
  for (const argv of [["run", "work"], ["build", "run", "site", "--plan"]]) {
    assertEquals((await call(other, [...argv, "--log-level", "error"])).code, 0);
  }
  await expectCall(host, ["status"], {
    stdout: "work  never run\nalso run in ../feature-x: work, 2026-11-22T06:34:49.123Z, succeeded\n",
  });
  const { stdout } = await call(host, ["plan", "status", "site"]);
  assert(/^also built in \.\.\/feature-x: \S+Z, done$/m.test(stdout), stdout);
  const worktrees = await call(host, ["status", "--worktrees"]);
  assertEquals([worktrees.code, worktrees.stdout.replace(/\d+(\.\d+)?m?s /, "T ")], [
    0,
    "~/feature-x  site  task  done  exit 0  T  2026-11-22T06:34:49.123Z\n",
  ]);
  const { kind, tasks, jobs } = JSON.parse((await call(host, ["status", "--worktrees", "--json"])).stdout);
  assertEquals([kind, tasks.length, tasks[0].recorded_in.project, jobs], ["status_worktrees", 1, OTHER, []]);
  await expectCall(host, ["status", "--worktrees", "nope"], {
    code: 66,
    stderr:
      'error: Cannot find run "nope": no task of this name is recorded in any work tree of this repository\n' +
      "  try: orchastration runs list\n",
  });
  await expectCall(host, ["status", "--worktrees", "--everywhere"], {
    code: 64,
    stderr:
      "error: Cannot show the status: --everywhere is about all projects, and --worktrees about those of this repository\n" +
      "  try: orchastration status --everywhere\n",
  });
  // In the other direction there is nothing to mention.
  assert(!(await call(other, ["status"])).stdout.includes("also run"));
});
