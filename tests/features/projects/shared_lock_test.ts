/** A lock that jobs of several projects share by its name. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE, USER_STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const LOCK = `${USER_STATE}/locks/shared-database.lock`;
const job = (name: string, more = "") => `[jobs.${name}]\ncommand = ["work"]\nlock = "database"\n${more}`;

/** Two projects, each with a job of its own name that needs the same database. */
function projects(more = ""): { readonly host: FakeHost; readonly other: FakeHost } {
  const host = machineWith(job("one"), { files: { "/srv/b/orchastration.toml": job("two", more) } });
  host.program("work", (p) => p.sleep(3000));
  return { host, other: host.another({ cwd: "/srv/b" }) };
}

Deno.test("shared lock: the second project waits for the first, and names the holder", async () => {
  const { host, other } = projects();
  using _ = host;
  const running = call(host, ["run", "one", "--log-level", "error"]);
  await host.whenListening();
  await host.clock.advance(1000);
  const waiting = call(other, ["run", "two", "--log-level", "error"]);
  await other.whenListening();
  await host.clock.advance(1000);
  assertEquals(other.spawned.length, 0);
  assertEquals((await running).code, 0);
  assertEquals(await waiting, {
    code: 0,
    stdout: "",
    stderr: `waiting for one/20261122T063449.123Z of ${PROJECT} to end\n`,
  });
  assertEquals(other.spawned.length, 1);
  // Each has its record in the folder of its project; the lock is in that of the user.
  assertEquals(readJson(host, `${STATE}/runs/one/last.json`)["status"], "succeeded");
  assertEquals(host.disk.exists(LOCK), true);
});

Deno.test('shared lock: with concurrency = "refuse" the second one is told who has it, and where', async () => {
  const { host, other } = projects('concurrency = "refuse"\n');
  using _ = host;
  const running = call(host, ["run", "one"]);
  await host.whenListening();
  await host.clock.advance(1000);
  await expectCall(other, ["run", "two"], {
    code: 75,
    stderr: 'error: Cannot run "two": lock "database" is held\n' +
      `  run one/20261122T063449.123Z, by process 4242, in ${PROJECT}, since 2026-11-22T06:34:49.123Z\n` +
      '  try: wait for it, or set concurrency = "wait" for this job\n',
  });
  assertEquals((await running).code, 0);
});

Deno.test("shared lock: a name is one lock wherever the records are, and whatever its case", async () => {
  using host = machineWith(job("one", 'concurrency = "refuse"\n').replace("database", "DataBase"));
  host.program("work", (p) => p.sleep(3000));
  const running = call(host, ["run", "one", "--state-dir", "/a"]);
  await host.whenListening();
  await host.clock.advance(1000);
  assertEquals((await call(host.another(), ["run", "one", "--state-dir", "/b"])).code, 75);
  assertEquals((await running).code, 0);
  assertEquals(host.disk.exists(LOCK), true);
});

Deno.test("shared lock: without a place for the lock, the job does not run", async () => {
  using host = machineWith(job("one"), { env: { PATH: "/bin" } });
  host.program("work", () => {});
  await expectCall(host, ["run", "one", "--state-dir", "/a"], {
    code: 74,
    stderr:
      "error: Cannot find a place for the state folder: $HOME or $XDG_CACHE_HOME is not set to an absolute path\n" +
      "  try: set it, or choose a place with --state-dir <path>\n",
  });
  assertEquals(host.spawned.length, 0);
});

Deno.test('shared lock: concurrency = "allow" does not go with it, a name is a name, and tasks have none', async () => {
  using host = machineWith(
    `${job("one", 'concurrency = "allow"\n')}[jobs.two]\ncommand = ["x"]\nlock = "a/b"\n` +
      '[tasks.t]\ncommand = ["x"]\nlock = "database"\n',
  );
  const { code, stderr } = await call(host, ["config", "check"]);
  const problems = stderr.split("\n").filter((line) => line.includes(PROJECT) && /:\d+:\d+:/.test(line));
  assertEquals([code, problems.map((line) => line.replace(/^.*toml:/, ""))], [1, [
    "4:15: jobs.one.concurrency: a job with a lock never runs at the same time as another job with this lock",
    "7:8: jobs.two.lock: a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'",
    "10:1: tasks.t.lock: unknown key",
  ]]);
});
