/** Locks that somebody removed during a run: the run is not taken for an interrupted one, and ends once. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE, withoutLog } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const TIME = "20261122T063449.123Z";
const ID = `work/${TIME}`;
const RECORD = `${STATE}/runs/work/${TIME}.json`;
const MOST_TURNS = 10_000;
const ALIVE = "it is unknown whether its process 1000 is alive";
const UNKNOWN = "it is unknown whether its recorder is alive";

interface Going {
  readonly host: FakeHost;
  /** Lets the job end, and returns the output of `run`. */
  end(): Promise<{ readonly code: number; readonly stderr: string }>;
  [Symbol.dispose](): void;
}

/** A run that is still going, and whose locks are gone. */
async function going(options: FakeHostOptions = {}): Promise<Going> {
  const host = machineWith('[jobs.work]\ncommand = ["work"]\n', options);
  const { promise: mayEnd, resolve: letEnd } = Promise.withResolvers<void>();
  const { promise: began, resolve: begin } = Promise.withResolvers<void>();
  host.program("work", async (p) => {
    begin();
    await mayEnd;
    await p.stdout("done\n");
  });
  const ran = call(host, ["run", "work", "--log-level", "error"]);
  await began;
  // The record is written beside the thread, so the process is there before it is recorded.
  for (let turns = 0; readJson(host, RECORD)["process"] === null && turns < MOST_TURNS; turns++) {
    await Promise.resolve();
  }
  host.disk.remove(`${STATE}/locks`);
  return {
    host,
    end() {
      letEnd();
      return ran;
    },
    [Symbol.dispose]: () => host[Symbol.dispose](),
  };
}

async function statusOf(host: FakeHost): Promise<unknown> {
  return JSON.parse((await call(host, ["runs", "show", "work", "--json"])).stdout).status;
}

Deno.test("lost locks: a run whose recorder lives is running, is left alone by recover, and ends once", async () => {
  using run = await going();
  using other = run.host.another();
  assertEquals(await statusOf(other), "running");
  await expectCall(other, ["recover"], { stdout: "Nothing to recover.\n" });
  for (const flag of ["--kill", "--leave", "--wait"]) {
    await expectCall(other, ["recover", ID, flag], {
      stdout: `${ID} is left as it is: it is still running\n`,
    });
  }
  const { code, stderr } = await run.end();
  assertEquals([code, stderr, await statusOf(other)], [0, "", "succeeded"]);
  assertEquals(readJson(run.host, RECORD)["recovery"], null);
});

Deno.test("lost locks: a run whose recorder died is interrupted, and is recovered", async () => {
  using run = await going();
  run.host.die();
  using next = run.host.reviveAfterDeath({ processes: "gone" });
  assertEquals(await statusOf(next), "interrupted");
  assertEquals((await call(next, ["recover"])).code, 0);
  assertEquals(readJson(next, RECORD)["status"], "interrupted");
});

Deno.test("lost locks: where a recorder cannot be told from another process, recover asks before it ends the record", async () => {
  using run = await going({
    os: "darwin",
    env: { PATH: "/bin", HOME: "/home/ada" },
    cwd: "/home/ada/project",
  });
  using other = run.host.another();
  const refused = await call(other, ["recover"]);
  assertEquals([refused.code, refused.stderr.split("\n")[0]], [1, `${ID} is left as it is: ${UNKNOWN}`]);
  assertEquals(readJson(other, RECORD)["status"], "running");
  const pruned = await call(other, ["runs", "prune", "--keep", "0"]);
  assertEquals([pruned.stdout.includes(UNKNOWN), other.disk.exists(RECORD)], [true, true]);
  assertEquals((await call(other, ["recover", "--leave"])).code, 0);
  const recovered = other.disk.read(RECORD);
  // That statement was wrong: the first record of the end stays, and the run reports that it could not record
  // its own.
  const { code, stderr } = await run.end();
  assertEquals(
    [code, stderr.split("\n")[0]],
    [74, `error: Cannot write the record "${RECORD}": another process finished it meanwhile`],
  );
  assertEquals([other.disk.read(RECORD), JSON.parse(recovered!).status], [recovered, "interrupted"]);
});

Deno.test("lost locks: a run in a container that cannot be examined is neither interrupted nor recovered", async () => {
  using run = await going();
  run.host.disk.write(`${STATE}/locks/run-work-${TIME}.lock`, "");
  run.host.die();
  // Its process is still alive in the container.
  using elsewhere = run.host.another({ pidNamespace: 4_026_532_999 });
  const shown = withoutLog((await call(elsewhere, ["runs", "show", "work"])).stdout);
  assertEquals(
    [await statusOf(elsewhere), shown.includes(ALIVE)],
    ["interrupted", true],
    shown,
  );
  const refused = await call(elsewhere, ["recover"]);
  assertEquals(
    [refused.code, refused.stderr.split("\n")[0]],
    [1, `${ID} is left as it is: ${ALIVE}`],
  );
  assertEquals(readJson(elsewhere, RECORD)["status"], "running");
  // From within, it is known.
  using within = run.host.another();
  const alive = await call(within, ["recover"]);
  assertEquals([alive.code, alive.stderr.split("\n")[0]], [
    1,
    `${ID} is left as it is: a process of it is still alive: 1000`,
  ]);
});

Deno.test("lost locks: a record that could not be finished is shown as interrupted, also while its recorder lives", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  host.program("work", (p) => p.exit(0));
  host.faults.failWhen({ op: "rename", path: /Z\.json$/, problem: "no_space", skip: 2 });
  const { code } = await call(host, ["run", "work", "--log-level", "error"]);
  assertEquals([code, await statusOf(host)], [74, "interrupted"]);
});
