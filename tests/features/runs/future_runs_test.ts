/**
 * Runs from the future: the clock was wrong when they were made. They are shown, but never before later runs.
 */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, STATE, withoutLog } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const FUTURE = "ok/20310101T000000.000Z";
const FIRST = "ok/20261122T063449.000Z";
const SECOND = "ok/20261122T063549.000Z";
const WARNING = "warning: 1 run is in the future: the clock was wrong, or is wrong now; listed last\n";

/** A run in 2031, then the clock is set right, and two more runs come, a minute apart. */
async function machine(options: FakeHostOptions = {}): Promise<FakeHost> {
  const host = machineWith('[jobs.ok]\ncommand = ["ok"]\n', {
    ...options,
    startTime: "2031-01-01T00:00:00.000Z",
  });
  host.program("ok", (p) => p.exit(0));
  await call(host, ["run", "ok"]);
  host.clock.setBack(Date.parse("2031-01-01T00:00:00.000Z") - Date.parse("2026-11-22T06:34:49.000Z"));
  return host;
}

async function runTwice(host: FakeHost): Promise<void> {
  for (let i = 0; i < 2; i++) {
    assertEquals((await call(host, ["run", "ok", "--log-level", "error"])).code, 0);
    host.clock.pass(60_000);
  }
}

const idsOf = (stdout: string) => stdout.match(/ok\/\d{8}T\d{6}\.\d{3}Z/g);

Deno.test("a run from the future: it is the last run until a later one is recorded, and its age is not shown as now", async () => {
  using host = await machine({ isTerminal: true, env: { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" } });
  await expectCall(host, ["status", "ok"], {
    stdout: `ok  succeeded  exit 0  0ms  in the future\n  ${FUTURE}: exited with status 0\n`,
  });
  const shown = withoutLog((await call(host, ["runs", "show", "ok"])).stdout);
  assertEquals(shown.includes("2031-01-01T00:00:00.000Z (in the future)"), true, shown);
});

Deno.test("a run from the future: runs recorded after it are the newest for status, names and --limit", async () => {
  using host = await machine();
  await runTwice(host);
  const status = await call(host, ["status", "ok", "--json"]);
  assertEquals(idsOf(status.stdout)?.[0], SECOND);
  for (const name of ["ok", "ok/last"]) {
    assertEquals(JSON.parse((await call(host, ["runs", "show", name, "--json"])).stdout).id, SECOND);
  }
  const all = await call(host, ["runs", "list"]);
  assertEquals([idsOf(all.stdout), all.stderr], [[SECOND, FIRST, FUTURE], WARNING]);
  assertEquals(idsOf((await call(host, ["runs", "list", "--limit", "2"])).stdout), [SECOND, FIRST]);
  const { runs, ahead } = JSON.parse((await call(host, ["runs", "list", "--limit", "1", "--json"])).stdout);
  assertEquals([runs.map(({ id }: { id: string }) => id), ahead], [[SECOND], 1]);
  // Without the note of the newest, they are ordered by their times alone.
  host.disk.remove(`${STATE}/runs/ok/last.json`);
  assertEquals(idsOf((await call(host, ["status", "ok"])).stdout)?.[0], SECOND);
});

Deno.test("a run from the future: runs prune --keep counts the others, keeps it and says so", async () => {
  using host = await machine();
  await runTwice(host);
  await expectCall(host, ["runs", "prune", "--keep", "1"], {
    stdout:
      `1 run removed.\n1 run stayed:\n  ${FUTURE}: it is in the future: the clock was wrong, or is wrong now\n`,
  });
  await expectCall(host, ["runs", "prune", "--older-than", "1s"], {
    stdout: "1 run removed.\n",
  });
  assertEquals(host.disk.list(`${STATE}/runs/ok`).filter((name) => name.endsWith("Z.json")), [
    "20310101T000000.000Z.json",
  ]);
});

Deno.test("a clock that was set back by seconds makes no run older than the previous one", async () => {
  using host = machineWith('[jobs.ok]\ncommand = ["ok"]\n');
  host.program("ok", () => {});
  await call(host, ["run", "ok"]);
  host.clock.setBack(5000);
  await call(host, ["run", "ok"]);
  assertEquals(idsOf((await call(host, ["runs", "list"])).stdout), [
    "ok/20261122T063449.124Z",
    "ok/20261122T063449.123Z",
  ]);
  assertEquals(idsOf((await call(host, ["status", "ok"])).stdout)?.[0], "ok/20261122T063449.124Z");
});
