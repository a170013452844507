/** Several simultaneous runs: none disturbs another; and jobs that run alone. */

import { assertEquals } from "@std/assert";
import { call, holdDigests, machineWith, readJson, STATE, withoutLog } from "../../support/cli.ts";

Deno.test("fifty runs in the same millisecond have fifty records and pairs of logs, and the newest is the last run", async () => {
  using first = machineWith('[jobs.work]\ncommand = ["work"]\n');
  first.program("work", async (p) => {
    const id = p.env["ORCHASTRATION_RUN_ID"]!;
    await p.stdout(`${id}\n`);
    await p.stderr(`${id}!\n`);
    await p.sleep(5);
  });
  const hosts = [first, ...Array.from({ length: 49 }, () => first.another())];
  const said = await Promise.all(hosts.map((host) => call(host, ["run", "work", "--log-level", "error"])));
  const ids = said.map(({ code, stdout, stderr }) => {
    const id = withoutLog(stdout).trimEnd();
    assertEquals([code, stderr], [0, `${id}!\n`]);
    return id;
  });
  const expected = Array.from(
    { length: 50 },
    (_, index) => `work/20261122T063449.${123 + index}Z`,
  );
  assertEquals(ids.toSorted(), expected);
  for (const id of expected) {
    const record = readJson(first, `${STATE}/runs/${id}.json`);
    assertEquals([record["id"], record["status"], record["exit_code"]], [id, "succeeded", 0]);
    assertEquals(first.disk.read(`${STATE}/runs/${id}.stdout.log`), `${id}\n`);
    assertEquals(first.disk.read(`${STATE}/runs/${id}.stderr.log`), `${id}!\n`);
  }
  assertEquals(
    first.disk.read(`${STATE}/runs/work/last.json`),
    first.disk.read(`${STATE}/runs/${expected.at(-1)}.json`),
  );
  assertEquals(first.disk.list(`${STATE}/runs/work`).length, 50 * 4 + 1);
  assertEquals(first.disk.list(`${STATE}/locks`), ["journal.lock", "last.lock"]);
});

for (const concurrency of ["refuse", "wait"]) {
  Deno.test(`concurrency = "${concurrency}": a job that is not running starts at once, and again after its end`, async () => {
    using host = machineWith(`[jobs.work]\ncommand = ["work"]\nconcurrency = "${concurrency}"\n`);
    host.program("work", (p) => p.stdout("did it\n"));
    for (const next of [host, host.another()]) {
      const said = await call(next, ["run", "work", "--log-level", "error"]);
      assertEquals(said, { code: 0, stdout: "did it\n", stderr: "" });
    }
  });
}

Deno.test('concurrency = "refuse": the second one is told who runs, since when, and starts nothing', async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nconcurrency = "refuse"\n');
  host.program("work", (p) => p.sleep(3000));
  const running = call(host, ["run", "work"]);
  await host.whenListening();
  await host.clock.advance(1000);
  const other = host.another();
  const said = await call(other, ["run", "work"]);
  assertEquals(said, {
    code: 75,
    stdout: "",
    stderr: 'error: Cannot run "work": it is already running\n' +
      "  run work/20261122T063449.123Z, by process 4242, since 2026-11-22T06:34:49.123Z\n" +
      '  try: wait for it, or set concurrency = "wait" or "allow" for this job\n',
  });
  assertEquals(other.spawned.length, 0);
  assertEquals((await running).code, 0);
  assertEquals(host.disk.list(`${STATE}/runs/work`).filter((name) => name.endsWith("Z.json")).length, 1);
});

Deno.test('concurrency = "refuse": a holder that has not signed yet is not given the name of the one before', async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nconcurrency = "refuse"\n');
  host.program("work", () => {});
  await call(host, ["run", "work"]);
  // The second one has the lock and is still preparing its record.
  const second = host.another();
  const goOn = holdDigests(second);
  const running = call(second, ["run", "work"]);
  await second.clock.advance(100);
  const said = await call(host.another(), ["run", "work"]);
  assertEquals(said, {
    code: 75,
    stdout: "",
    stderr: 'error: Cannot run "work": it is already running\n' +
      '  try: wait for it, or set concurrency = "wait" or "allow" for this job\n',
  });
  goOn();
  await running;
});

Deno.test('concurrency = "wait": says for whom, is recorded as waiting, and then runs', async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nconcurrency = "wait"\n');
  host.program("work", (p) => p.sleep(3000));
  const running = call(host, ["run", "work", "--log-level", "error"]);
  await host.whenListening();
  await host.clock.advance(1000);
  const other = host.another();
  const waiting = call(other, ["run", "work", "--log-level", "error"]);
  await other.whenListening();
  await host.clock.advance(1000);
  const second = `${STATE}/runs/work/20261122T063450.123Z.json`;
  const meanwhile = readJson(host, second);
  assertEquals(
    [meanwhile["status"], meanwhile["reason"], meanwhile["process"]],
    ["running", "waiting for work/20261122T063449.123Z to end", null],
  );
  assertEquals(other.spawned.length, 0);
  assertEquals(await running, { code: 0, stdout: "", stderr: "" });
  assertEquals(await waiting, {
    code: 0,
    stdout: "",
    stderr: "waiting for work/20261122T063449.123Z to end\n",
  });
  const record = readJson(host, second);
  const [attempt] = record["attempts"] as Record<string, unknown>[];
  assertEquals(record["status"], "succeeded");
  // The slot is polled ten times a second.
  const waitedMs = Date.parse(String(attempt!["start_time"])) - Date.parse(String(record["start_time"]));
  assertEquals(waitedMs >= 2000 && waitedMs <= 2100, true);
  assertEquals(attempt!["duration_ms"], 3000);
});

Deno.test('concurrency = "wait": ten at once run one after the other', async () => {
  using first = machineWith('[jobs.work]\ncommand = ["work"]\nconcurrency = "wait"\n');
  let running = 0;
  let most = 0;
  first.program("work", async (p) => {
    most = Math.max(most, ++running);
    await p.sleep(500);
    running--;
  });
  const hosts = [first, ...Array.from({ length: 9 }, () => first.another())];
  const said = await Promise.all(hosts.map((host) => call(host, ["run", "work", "--log-level", "error"])));
  assertEquals(said.map(({ code }) => code), Array(10).fill(0));
  assertEquals(most, 1);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`concurrency = "wait": ${signal} ends the wait, and the record says that nothing was started`, async () => {
    using host = machineWith('[jobs.work]\ncommand = ["work"]\nconcurrency = "wait"\n');
    host.program("work", (p) => p.sleep(3000));
    const running = call(host, ["run", "work"]);
    await host.whenListening();
    const other = host.another();
    const waiting = call(other, ["run", "work", "--log-level", "error"]);
    await other.whenListening();
    await host.clock.advance(1000);
    other.signal(signal);
    const said = await waiting;
    assertEquals([said.code, withoutLog(said.stdout)], [code, ""]);
    assertEquals(
      said.stderr,
      "waiting for work/20261122T063449.123Z to end\n" +
        `error: job "work" was stopped after 1.0s: Orchastration received ${signal}\n` +
        "  run: orchastration runs show work/20261122T063449.124Z\n",
    );
    const record = readJson(host, `${STATE}/runs/work/20261122T063449.124Z.json`);
    assertEquals(
      ["status", "reason", "process", "attempts", "exit_code"].map((key) => record[key]),
      ["cancelled", `was stopped: Orchastration received ${signal}; it had not been started`, null, [], null],
    );
    assertEquals([other.spawned.length, (await running).code], [0, 0]);
  });
}

Deno.test("a job lock is free again when its holder was killed, even if the job's process lives", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nconcurrency = "refuse"\n');
  let number = 0;
  host.program("work", (p) => ++number === 1 ? p.forever() : undefined);
  void call(host, ["run", "work"]).catch(() => {});
  await host.whenListening();
  await host.clock.advance(1000);
  const next = host.reviveAfterDeath();
  assertEquals((await call(next, ["run", "work", "--log-level", "error"])).code, 0);
});
