/** A file system without locks: reported once, and process identities tell who is alive. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE, withoutLog } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const REASON = "no locks available";
const FACT = `The file system of "${STATE}/locks" has no locks (${REASON}): ` +
  "the recorder's process tells whether a run is still going, which works on this machine only";
const TOML = '[jobs.work]\ncommand = ["work"]\nconcurrency = "refuse"\n[tasks.page]\ncommand = ["work"]\n';
const ID = "work/20261122T063449.123Z";
const RECORD = `${STATE}/runs/${ID}.json`;

function machine(): FakeHost {
  const host = machineWith(TOML);
  host.disk.lockFault = REASON;
  host.program("work", () => {});
  return host;
}

const statusOf = async (host: FakeHost) =>
  JSON.parse((await call(host, ["runs", "show", ID, "--json"])).stdout).status;

Deno.test("no locks: runs, plans and builds work, and the first run and doctor say that locks are missing", async () => {
  using host = machine();
  const first = await call(host, ["run", "work", "--log-level", "error"]);
  assertEquals([first.code, first.stderr], [0, `warning: ${FACT}\n`]);
  for (const argv of [["run", "work"], ["plan", "create", "page"], ["build", "run", "page"]]) {
    const { code, stderr } = await call(host.another(), [...argv, "--log-level", "error"]);
    assertEquals([argv[0], code, stderr.includes("warning:")], [argv[0], 0, false], stderr);
  }
  assertEquals((readJson(host, RECORD)["recorder"] as { lock: string }).lock, "none");
  const told = withoutLog((await call(host, ["doctor"])).stdout);
  assertEquals(told.includes(`warning  locks: ${FACT}\n`), true, told);
  // Nothing is left of the claims.
  assertEquals(host.disk.list(`${STATE}/locks`), ["no-locks"]);
});

Deno.test("no locks: a running run is running, blocks another one, and is distinguished from an interrupted one", async () => {
  using host = machine();
  const { promise: began, resolve: begin } = Promise.withResolvers<void>();
  host.program("work", async (p) => {
    begin();
    await p.forever();
  });
  const doomed = call(host, ["run", "work", "--log-level", "error"]);
  await began;
  using other = host.another();
  assertEquals(await statusOf(other), "running");
  await expectCall(other, ["recover"], { stdout: "Nothing to recover.\n" });
  const busy = await call(other, ["run", "work", "--log-level", "error"]);
  assertEquals([busy.code, busy.stderr.includes(ID)], [75, true], busy.stderr);
  // From a container nobody can tell, so it is not assumed to be over.
  using elsewhere = host.another({ pidNamespace: 4_026_532_999 });
  assertEquals([await statusOf(elsewhere), (await call(elsewhere, ["recover", ID])).code], ["running", 1]);
  host.die();
  await Promise.race([doomed, host.died]);
  using next = host.reviveAfterDeath({ processes: "gone" });
  assertEquals(await statusOf(next), "interrupted");
  assertEquals((await call(next, ["recover"])).code, 0);
  assertEquals(readJson(next, RECORD)["status"], "interrupted");
  // The claim of the dead process blocks nobody.
  next.program("work", () => {});
  assertEquals((await call(next, ["run", "work", "--log-level", "error"])).code, 0);
});
