/** One owner a task, among all work trees of its repository, in process. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { atEveryDeath } from "../../support/until_death.ts";

// Loaded in advance: see tests/support/cli.ts.
import "../../../src/app/tasks/create_plan.ts";
import "../../../src/app/tasks/release_task.ts";
import "../../../src/app/tasks/show_task.ts";
import "../../../src/app/jobs/show_status_everywhere.ts";

const TOML = `
[tasks.site]
command = ["make"]
[tasks.more]
command = ["make"]
`;
const OTHER = "/home/ada/feature-x";
const ENV = { PATH: "/bin", HOME: "/home/ada" };
const [FIRST, SECOND] = [800, 900];
const QUIET = ["--log-level", "error"];

/** Two work trees of one repository. */
function machine(): FakeHost {
  const host = machineWith(TOML, {
    files: {
      [`${PROJECT}/.git/HEAD`]: "ref: refs/heads/main\n",
      [`${PROJECT}/.git/worktrees/feature-x/gitdir`]: `${OTHER}/.git\n`,
      [`${PROJECT}/.git/worktrees/feature-x/commondir`]: "../..\n",
      [`${OTHER}/.git`]: `gitdir: ${PROJECT}/.git/worktrees/feature-x\n`,
      [`${OTHER}/orchastration.toml`]: TOML,
    },
  });
  host.program("make", (p) => p.sleep(1000));
  for (const [pid, name] of [[FIRST, "claude"], [SECOND, "codex"]] as const) {
    host.reusePid(pid, name);
    host.reusePid(pid + 1, "bash", { AI_AGENT: name });
  }
  return host;
}

/** A call of an assistant: by its shell, in the first or in the second work tree. */
function assistant(host: FakeHost, pid: number): FakeHost {
  const agent = pid === FIRST ? "claude" : "codex";
  const cwd = pid === FIRST ? PROJECT : OTHER;
  return host.another({ cwd, callers: [pid + 1, pid], env: { ...ENV, AI_AGENT: agent } });
}

const plan = (host: FakeHost, task = "site") => call(host, ["plan", "create", task, ...QUIET]);

Deno.test("a task that a person builds is refused in another work tree, with the person, the process and the time, and free at its end", async () => {
  using host = machine();
  const building = call(host, ["build", "run", "site", "--plan", ...QUIET]);
  await host.whenListening();
  await host.clock.advance(500);
  const other = host.another({ cwd: OTHER });
  await expectCall(other, ["plan", "create", "site", ...QUIET], {
    code: 75,
    stderr: 'error: Cannot work on task "site": ada owns it\n' +
      "  process 4242, since 2026-11-22T06:34:49.123Z, in /home/ada/project\n" +
      "  this ends with its process, or when a person releases it\n" +
      "  try: orchastration plan release site\n",
  });
  assertEquals((await plan(host.another({ cwd: OTHER }), "more")).code, 0);
  await building;
  assertEquals((await plan(host.another({ cwd: OTHER }))).code, 0);
});

Deno.test("a task that an assistant plans by a command is its own until its process ends, and no longer", async () => {
  using host = machine();
  assertEquals((await plan(assistant(host, FIRST))).code, 0);
  const refused = await plan(assistant(host, SECOND));
  assertEquals([refused.code, refused.stderr.split("\n")[0]], [
    75,
    'error: Cannot work on task "site": claude of ada owns it',
  ]);
  // A person is refused as well, and told how to end it.
  assertEquals((await plan(host.another({ cwd: OTHER }))).code, 75);
  assertEquals((await plan(assistant(host, FIRST))).code, 0);
  await host.clock.advance(1000);
  host.reusePid(FIRST, "somebody else");
  assertEquals((await plan(assistant(host, SECOND))).code, 0);
  assertEquals((await plan(assistant(host, FIRST))).code, 75);
});

Deno.test("two assistants that one shell started are two owners if they declare different names, and one if they do not", async () => {
  using host = machine();
  const named = (name: string) => host.another({ callers: [FIRST], env: { ...ENV, AI_AGENT: name } });
  assertEquals((await plan(named("one"))).code, 0);
  const refused = await plan(named("two"));
  assertEquals([refused.code, refused.stderr.split("\n")[0]], [
    75,
    'error: Cannot work on task "site": one of ada owns it',
  ]);
  assertEquals((await plan(named("one"))).code, 0);
  // A name of its own, for an assistant that has none.
  const declared = host.another({
    callers: [FIRST],
    env: { ...ENV, AI_AGENT: "one", ORCHASTRATION_AGENT: "one, second window" },
  });
  assertEquals((await plan(declared)).code, 75);
});

Deno.test("many tasks that are built together are owned for as long as they are built", async () => {
  using host = machine();
  const all = await call(assistant(host, FIRST), ["build", "run", "--all", "--plan", ...QUIET]);
  assertEquals(all.code, 0, all.stderr);
  assertEquals((await plan(assistant(host, SECOND))).code, 0);
});

Deno.test("plan release: a person ends it, an assistant only its own; the former owner begins nothing more", async () => {
  using host = machine();
  assertEquals((await plan(assistant(host, FIRST))).code, 0);
  const release = ["plan", "release", "site", ...QUIET];
  const refused = await call(assistant(host, SECOND), release);
  assertEquals([refused.code, refused.stderr.split("\n")[0]], [
    65,
    'error: Cannot release task "site": claude of ada owns it (process 4243, since 2026-11-22T06:34:49.123Z, ' +
    "in /home/ada/project), and an assistant may release only its own",
  ]);
  await expectCall(host.another({ cwd: OTHER }), release, {
    stdout: "site is released: claude of ada owned it (process 4243, since 2026-11-22T06:34:49.123Z, " +
      "in /home/ada/project)\n",
  });
  assertEquals((await plan(assistant(host, SECOND))).code, 0);
  assertEquals((await plan(assistant(host, FIRST))).code, 75);
  assertEquals((await call(assistant(host, SECOND), release)).code, 0);
  await expectCall(host.another(), release, { stdout: "nobody owns site\n" });
  assertEquals((await call(host.another(), ["plan", "release", "sit"])).code, 66);
});

Deno.test("the owner is shown by plan status and status --worktrees, also as JSON", async () => {
  using host = machine();
  assertEquals((await plan(assistant(host, FIRST))).code, 0);
  const text = (await call(host.another({ cwd: OTHER }), ["plan", "status", "site", ...QUIET])).stdout;
  assert(
    text.includes(
      "owned by claude of ada (process 4243, since 2026-11-22T06:34:49.123Z, in /home/ada/project)\n",
    ),
    text,
  );
  const json = async (...argv: readonly string[]) =>
    JSON.parse((await call(host.another({ cwd: OTHER }), [...argv, "--json", ...QUIET])).stdout);
  const owner = {
    user: "ada",
    agent: "claude",
    pid: 4243,
    project: PROJECT,
    since: "2026-11-22T06:34:49.123Z",
  };
  assertEquals((await json("plan", "status", "site")).owner, owner);
  assertEquals((await json("plan", "status", "more")).owner, null);
  const [task] = (await json("status", "--worktrees")).tasks;
  assertEquals([task.name, task.owner], ["site", owner]);
  const rows = (await call(host.another(), ["status", "--worktrees", ...QUIET])).stdout;
  assert(rows.includes("owned by claude of ada"), rows);
  await host.clock.advance(1000);
  host.reusePid(FIRST);
  assertEquals((await json("plan", "status", "site")).owner, null);
});

Deno.test("a detached build belongs to the session of its caller", async () => {
  using host = machine();
  assertEquals((await plan(assistant(host, FIRST))).code, 0);
  const self = host.another().processes.self();
  const session = host.another({ callers: [FIRST] }).processes.callers()[0]!;
  const handedOver = JSON.stringify({ pid: 1, tty: false, parent: "bash", kin: { caller: self, session } });
  const build = ["build", "run", "site", ...QUIET];
  const stranger = JSON.stringify({ pid: 1, tty: false, parent: "bash", kin: { caller: self } });
  assertEquals((await call(host.another({ handedOver: stranger }), build)).code, 75);
  assertEquals((await call(host.another({ handedOver }), build)).code, 0);
});

Deno.test("on a file system without locks, the process in the note tells whether somebody owns the task", async () => {
  using host = machine();
  host.disk.lockFault = "no locks available";
  const building = call(host, ["build", "run", "site", "--plan", ...QUIET]);
  await host.whenListening();
  await host.clock.advance(500);
  assertEquals((await plan(host.another({ cwd: OTHER }))).code, 75);
  host.die();
  void building;
  assertEquals((await plan(host.another({ cwd: OTHER }))).code, 0);
});

Deno.test("at each death of the owner the task is free for the next one", async () => {
  await atEveryDeath(machine, async (host) => {
    await plan(host);
  }, async (host, at) => {
    const next = host.reviveAfterDeath({ cwd: OTHER });
    assertEquals([at, (await plan(next)).code], [at, 0]);
  });
});
