/** `recover`: what can still be found out about an interrupted run, and what happens to its processes. */

import { assert, assertEquals } from "@std/assert";
import {
  call,
  expectCall,
  machineWith,
  PROJECT,
  readJson,
  type Said,
  STATE,
  STATE_MACOS,
} from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";
import { atEveryDeath, untilDeath } from "../../support/until_death.ts";
import "../../../src/app/runs/list_runs.ts";
import "../../../src/app/runs/read_log.ts";
import "../../../src/app/runs/recover_runs.ts";

const TOML = `
[jobs.ok]
command = ["ok"]
[jobs.work]
command = ["work"]
kill_grace_seconds = 2
`;
const RUNS = `${STATE}/runs`;
const TIME = "20261122T063449.123Z";
const ID = `work/${TIME}`;
const RECORD = `${RUNS}/work/${TIME}.json`;
const CUT = "Orchastration itself ended before the outcome was known";
const WORK_PARTIAL = "partial\n";
const CHAIN = "ORCHASTRATION_RUN_CHAIN";

const patient: Script = async (p) => {
  await p.stdout(WORK_PARTIAL);
  await p.forever();
};

/** Ignores SIGTERM, and has a child that left its session. */
const stubborn: Script = async (p) => {
  p.ignore("SIGTERM");
  p.fork({ name: "daemon", detachedFromGroup: true, ignores: ["SIGTERM"] }, (child) => child.forever());
  await p.stdout(WORK_PARTIAL);
  await p.forever();
};

interface Scene {
  readonly on?: FakeHostOptions;
  readonly script?: Script;
  readonly processes?: "gone" | "alive";
  readonly toml?: string;
}

/** Runs `work` and kills its recorder after a second; the next process of ours comes a minute later. */
async function cutOff(scene: Scene = {}): Promise<FakeHost> {
  const host = machineWith(scene.toml ?? TOML, scene.on ?? {});
  host.program("ok", () => {});
  host.program("work", scene.script ?? patient);
  void host.whenListening().then(() => host.clock.advance(1000)).then(() => host.die());
  assertEquals(await untilDeath(host, () => call(host, ["run", "work"])), { kind: "died" });
  const next = host.reviveAfterDeath({ processes: scene.processes ?? "alive" });
  await next.clock.advance(59_000);
  return next;
}

async function sha256(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
}

const WORK_ORDER = "output-order 1 2026-11-22T06:34:49.123Z\n0 out 0 0\n";

function recoveryOf(host: FakeHost, path = RECORD): unknown {
  return readJson(host, path)["recovery"];
}

/** The receivers of the signals and the times, after the revival. */
function signalsOf(host: FakeHost): readonly string[] {
  const [first] = host.signalsSent;
  return host.signalsSent.map(({ signal, pids, atMs }) =>
    `${signal} to ${pids.join(" ")} at ${atMs - (first?.atMs ?? 0)}`
  );
}

const STILL_ALIVE = `${ID} is left as it is: a process of it is still alive: 1000\n` +
  `  try: orchastration recover ${ID} --kill, or orchastration recover ${ID} --wait, ` +
  `or orchastration recover ${ID} --leave\n`;

Deno.test("recover: a run whose processes have ended is finished with the known facts, and nothing is invented", async () => {
  using host = await cutOff({ processes: "gone" });
  const before = readJson(host, RECORD);
  await expectCall(host, ["recover"], {
    stdout: `${ID}: ${CUT}; its processes were gone when it was recovered\n`,
  });
  const captured = {
    stdout_path: `runs/${ID}.stdout.log`,
    stderr_path: `runs/${ID}.stderr.log`,
    stdout_bytes: WORK_PARTIAL.length,
    stderr_bytes: 0,
    stdout_sha256: await sha256(WORK_PARTIAL),
    stderr_sha256: await sha256(""),
    output_order: {
      path: `runs/${ID}.order.log`,
      bytes: WORK_ORDER.length,
      sha256: await sha256(WORK_ORDER),
    },
  };
  const [attempt] = before["attempts"] as Record<string, unknown>[];
  assertEquals(readJson(host, RECORD), {
    ...before,
    ...captured,
    status: "interrupted",
    reason: `${CUT}; its processes were gone when it was recovered`,
    attempts: [{ ...attempt, ...captured, status: "interrupted" }],
    recovery: {
      recovered_at: "2026-11-22T06:35:49.123Z",
      ended_between: ["2026-11-22T06:34:49.123Z", "2026-11-22T06:35:49.123Z"],
      process_was: "gone",
    },
  });
  assertEquals(host.disk.read(`${RUNS}/work/last.json`), host.disk.read(RECORD));
  assertEquals(host.disk.list(`${STATE}/locks`), ["journal.lock", "last.lock"]);
  assertEquals(host.signalsSent, []);
});

Deno.test("recover: afterwards every reader shows the recovered record", async () => {
  using host = await cutOff({ processes: "gone" });
  await call(host, ["recover"]);
  const sentence = `${CUT}; its processes were gone when it was recovered`;
  await expectCall(host, ["status", "work"], {
    stdout: `work  interrupted  2026-11-22T06:34:49.123Z\n  ${ID}: ${sentence}\n`,
  });
  await expectCall(host, ["runs", "list"], { stdout: `${ID}  interrupted  2026-11-22T06:34:49.123Z\n` });
  await expectCall(host, ["logs", "work"], { stdout: WORK_PARTIAL });
  const shown = await call(host, ["runs", "show", "work"]);
  assert(shown.stdout.includes(`interrupted: ${sentence}\n`), shown.stdout);
  assert(
    shown.stdout.includes("ended     between 2026-11-22T06:34:49.123Z and 2026-11-22T06:35:49.123Z"),
    shown.stdout,
  );
  assert(!shown.stdout.includes("orchastration recover"), shown.stdout);
});

Deno.test("recover: the earliest end of the run is the time of its last output", async () => {
  using host = await cutOff({
    processes: "gone",
    async script(p) {
      await p.sleep(500);
      await p.stderr("last words");
      await p.forever();
    },
  });
  await call(host, ["recover"]);
  assertEquals(recoveryOf(host), {
    recovered_at: "2026-11-22T06:35:49.123Z",
    ended_between: ["2026-11-22T06:34:49.623Z", "2026-11-22T06:35:49.123Z"],
    process_was: "gone",
  });
});

Deno.test("recover: after the clock was set back, no end is before the beginning", async () => {
  using host = await cutOff({ processes: "gone" });
  host.clock.setBack(3_600_000);
  await call(host, ["recover"]);
  assertEquals(recoveryOf(host), {
    recovered_at: "2026-11-22T05:35:49.123Z",
    ended_between: ["2026-11-22T06:34:49.123Z", null],
    process_was: "gone",
  });
});

Deno.test("recover: a run with a living process is left alone until a flag decides about the process", async () => {
  using host = await cutOff();
  const before = host.disk.tree(STATE);
  await expectCall(host, ["recover"], { code: 1, stderr: STILL_ALIVE });
  assertEquals(host.disk.tree(STATE), before);
  assertEquals([host.livingProcesses(), host.signalsSent], [["1000 work"], []]);
  using elsewhere = host.another();
  await expectCall(elsewhere, ["recover", "--state-dir", STATE], {
    code: 1,
    stderr: STILL_ALIVE.replaceAll("orchastration", `orchastration --state-dir ${STATE}`),
  });
});

Deno.test("recover --kill: a process that obeys gets one signal", async () => {
  using host = await cutOff();
  await expectCall(host, ["recover", "--kill"], {
    stdout: `${ID}: ${CUT}; its processes were ended on recovery\n`,
  });
  assertEquals(signalsOf(host), ["SIGTERM to 1000 at 0"]);
  assertEquals([host.livingProcesses(), host.clock.pendingTimers], [[], 0]);
  assertEquals(recoveryOf(host), {
    recovered_at: "2026-11-22T06:35:49.123Z",
    ended_between: ["2026-11-22T06:34:49.123Z", "2026-11-22T06:35:49.123Z"],
    process_was: "killed",
  });
});

Deno.test("recover --kill: processes that do not obey are killed after the grace of the job, also one that left its session", async () => {
  using host = await cutOff({ script: stubborn });
  assertEquals((await call(host, ["recover", "--kill"])).code, 0);
  assertEquals(signalsOf(host), [
    "SIGTERM to 1000 at 0",
    "SIGTERM to 1001 at 0",
    "SIGKILL to 1000 at 2000",
    "SIGKILL to 1001 at 2000",
  ]);
  assertEquals(host.livingProcesses(), []);
});

Deno.test("recover --kill: a process that survives SIGKILL is reported, and the record is not finished", async () => {
  using host = await cutOff();
  const before = host.disk.tree(STATE);
  // It waits in the kernel: no signal reaches it.
  host.processes.signal = () => true;
  await expectCall(host, ["recover", "--kill"], { code: 1, stderr: STILL_ALIVE });
  assertEquals(host.disk.tree(STATE), before);
});

Deno.test("recover --wait: the command waits until all processes have ended by themselves", async () => {
  using host = await cutOff({
    async script(p) {
      p.fork({ name: "daemon", detachedFromGroup: true }, (child) => child.sleep(100_000));
      await p.sleep(70_000);
    },
  });
  await expectCall(host, ["recover", "--wait"], {
    stdout: `${ID}: ${CUT}; its processes ended by themselves while recovery waited\n`,
    stderr: `waiting for 2 processes of ${ID}\n`,
  });
  assertEquals([host.signalsSent, host.livingProcesses()], [[], []]);
  assertEquals(recoveryOf(host), {
    recovered_at: "2026-11-22T06:36:29.123Z",
    ended_between: ["2026-11-22T06:34:49.123Z", "2026-11-22T06:36:29.123Z"],
    process_was: "ended",
  });
});

Deno.test("recover --wait: Ctrl-C records nothing, stops nothing, and a second call works", async () => {
  using host = await cutOff();
  const before = host.disk.tree(STATE);
  void host.clock.advance(10_000).then(() => host.signal("SIGINT"));
  assertEquals(await untilDeath(host, () => call(host, ["recover", "--wait"])), { kind: "died" });
  const next = host.reviveAfterDeath();
  assertEquals([next.disk.tree(STATE), next.livingProcesses()], [before, ["1000 work"]]);
  await expectCall(next, ["recover", "--kill"], {
    stdout: `${ID}: ${CUT}; its processes were ended on recovery\n`,
  });
});

Deno.test("recover --leave: the process continues, and the record says that its end is unknown", async () => {
  using host = await cutOff();
  await expectCall(host, ["recover", "--leave"], {
    stdout: `${ID}: ${CUT}; its processes were left running on request\n`,
  });
  assertEquals([host.signalsSent, host.livingProcesses()], [[], ["1000 work"]]);
  assertEquals(recoveryOf(host), {
    recovered_at: "2026-11-22T06:35:49.123Z",
    ended_between: ["2026-11-22T06:34:49.123Z", null],
    process_was: "left",
  });
});

Deno.test("recover: a process that only its pid identifies is neither stopped nor waited for; only --leave finishes the record", async () => {
  using host = await cutOff({ on: { os: "darwin" } });
  const state = STATE_MACOS;
  const before = host.disk.tree(state);
  for (const option of [[], ["--kill"], ["--wait"]]) {
    await expectCall(host, ["recover", ...option], {
      code: 1,
      stderr: `${ID} is left as it is: it is unknown whether its process 1000 is alive\n` +
        `  try: orchastration recover ${ID} --leave, if you know that it is gone\n`,
    });
  }
  assertEquals([host.disk.tree(state), host.signalsSent, host.livingProcesses()], [before, [], [
    "1000 work",
  ]]);
  await expectCall(host, ["recover", "--leave"], {
    stdout: `${ID}: ${CUT}; this system cannot tell what happened to its processes\n`,
  });
  assertEquals(recoveryOf(host, RECORD.replace(STATE, state)), {
    recovered_at: "2026-11-22T06:35:49.123Z",
    ended_between: ["2026-11-22T06:34:49.123Z", null],
    process_was: "unknown",
  });
  assertEquals([host.signalsSent, host.livingProcesses()], [[], ["1000 work"]]);
});

Deno.test("recover: an unrecorded process that cannot be searched for is not reported as ended", async () => {
  using host = await cutOff({ on: { os: "darwin" }, processes: "gone" });
  const path = RECORD.replace(STATE, STATE_MACOS);
  host.disk.write(path, JSON.stringify({ ...readJson(host, path), process: null, attempts: [] }));
  const stderr = `${ID} is left as it is: it is unknown whether a process of it was started and is alive\n` +
    `  try: orchastration recover ${ID} --leave, if you know that it is gone\n`;
  await expectCall(host, ["recover"], { code: 1, stderr });
  await expectCall(host, ["recover", "--leave"], {
    stdout: `${ID}: ${CUT}; this system cannot tell what happened to its processes\n`,
  });
});

for (const option of ["--kill", "--wait", "--leave"]) {
  Deno.test(`recover ${option}: an unrelated process that got the pid is not touched`, async () => {
    using host = await cutOff({ processes: "gone" });
    host.reusePid(1000);
    await expectCall(host, ["recover", option], {
      stdout: `${ID}: ${CUT}; its processes were gone when it was recovered\n`,
    });
    assertEquals([host.signalsSent, host.livingProcesses()], [[], ["1000 stranger"]]);
  });
}

Deno.test("recover --kill: a process of the run is stopped, and an unrelated one that got the pid of its parent is not", async () => {
  using host = await cutOff({ script: stubborn });
  host.reusePid(1000);
  await expectCall(host, ["recover"], {
    code: 1,
    stderr: STILL_ALIVE.replace("1000", "1001"),
  });
  await expectCall(host, ["recover", "--kill"], {
    stdout: `${ID}: ${CUT}; its processes were ended on recovery\n`,
  });
  assertEquals(signalsOf(host), ["SIGTERM to 1001 at 0", "SIGKILL to 1001 at 2000"]);
  assertEquals(host.livingProcesses(), ["1000 stranger"]);
});

Deno.test("recover --kill: a process with the marker of another run is not touched", async () => {
  using host = await cutOff({ processes: "gone" });
  host.reusePid(2000, "other", { [CHAIN]: "0".repeat(31) + "9" });
  assertEquals((await call(host, ["recover", "--kill"])).code, 0);
  assertEquals([host.signalsSent, host.livingProcesses()], [[], ["2000 other"]]);
});

Deno.test("recover --kill: after a restart of the machine no process of the run is alive", async () => {
  using host = await cutOff();
  host.bootId = "another boot";
  await expectCall(host, ["recover", "--kill"], {
    stdout: `${ID}: ${CUT}; its processes were gone when it was recovered\n`,
  });
  assertEquals([host.signalsSent, host.livingProcesses()], [[], ["1000 work"]]);
});

Deno.test("recover: a process that was started and not recorded is found by its marker", async () => {
  using model = machineWith(TOML);
  model.program("work", (p) => p.forever());
  void model.whenListening().then(() => model.clock.advance(1000)).then(() => model.signal("SIGTERM"));
  await call(model, ["run", "work"]);
  const spawnAt = model.operations.findIndex(({ name }) => name === "spawn") + 1;

  using host = machineWith(TOML);
  host.program("work", (p) => p.forever());
  host.faults.dieAt(spawnAt + 1);
  assertEquals(await untilDeath(host, () => call(host, ["run", "work"])), { kind: "died" });
  const next = host.reviveAfterDeath();
  assertEquals([readJson(next, RECORD)["process"], next.livingProcesses()], [null, ["1000 work"]]);
  await expectCall(next, ["recover"], { code: 1, stderr: STILL_ALIVE });
  await expectCall(next, ["recover", "--kill"], {
    stdout: `${ID}: ${CUT}; its processes were ended on recovery\n`,
  });
  assertEquals(next.livingProcesses(), []);
  const { status, process, attempts, stdout_bytes } = readJson(next, RECORD);
  assertEquals([status, process, attempts, stdout_bytes], ["interrupted", null, [], 0]);
});

Deno.test("recover: the interrupted attempt is finished, earlier attempts stay as they ended", async () => {
  let number = 0;
  using host = await cutOff({
    processes: "gone",
    toml: `${TOML}retry = { max = 2, delay_seconds = 0.1 }\n`,
    async script(p) {
      number++;
      await p.stdout(`attempt ${number}\n`);
      if (number === 1) return 9;
      await p.forever();
    },
  });
  await call(host, ["recover"]);
  const { attempts, exit_code, end_time, stdout_path } = readJson(host, RECORD);
  assertEquals([exit_code, end_time, stdout_path], [null, null, `runs/${ID}.attempt-2.stdout.log`]);
  const seen = (attempts as Record<string, unknown>[]).map((attempt) =>
    ["status", "exit_code", "stdout_bytes", "stdout_sha256"].map((key) => attempt[key])
  );
  assertEquals(seen, [
    ["failed", 9, 10, await sha256("attempt 1\n")],
    ["interrupted", null, 10, await sha256("attempt 2\n")],
  ]);
});

Deno.test("recover: missing output is recorded as unknown", async () => {
  using host = await cutOff({ processes: "gone" });
  host.disk.remove(`${RUNS}/work/${TIME}.stdout.log`);
  assertEquals((await call(host, ["recover"])).code, 0);
  const { stdout_path, stdout_bytes, stdout_sha256, stderr_bytes } = readJson(host, RECORD);
  assertEquals([stdout_path, stdout_bytes, stdout_sha256, stderr_bytes], [null, null, null, 0]);
});

Deno.test("recover: if no run is interrupted, a message says so", async () => {
  using host = machineWith(TOML);
  host.program("ok", () => {});
  await expectCall(host, ["recover"], { stdout: "Nothing to recover.\n" });
  assertEquals(host.disk.exists("/home/ada/.cache"), false);
  await call(host, ["run", "ok"]);
  await expectCall(host, ["recover", "--kill"], { stdout: "Nothing to recover.\n" });
});

Deno.test("recover <run>: only this run is recovered, and a run that needs no recovery is left as it is, with the reason", async () => {
  using host = await cutOff({ processes: "gone" });
  await call(host, ["run", "ok"]);
  void host.clock.advance(500).then(() => host.die());
  assertEquals(await untilDeath(host, () => call(host, ["run", "work"])), { kind: "died" });
  const next = host.reviveAfterDeath({ processes: "gone" });
  const newer = "work/20261122T063549.123Z";
  await expectCall(next, ["recover", ID], {
    stdout: `${ID}: ${CUT}; its processes were gone when it was recovered\n`,
  });
  assertEquals(readJson(next, `${RUNS}/${newer}.json`)["status"], "running");
  await expectCall(next, ["recover", ID], {
    stdout: `${ID} is left as it is: it was recovered 2026-11-22T06:35:49.623Z\n`,
  });
  await expectCall(next, ["recover", "ok"], {
    stdout: "ok/20261122T063549.123Z is left as it is: it has ended: exited with status 0\n",
  });
  await expectCall(next, ["recover", "nobody"], {
    code: 66,
    stderr: 'error: Cannot find run "nobody": no run id begins like this\n  try: orchastration runs list\n',
  });
  await expectCall(next, ["recover", "work"], {
    stdout: `${newer}: ${CUT}; its processes were gone when it was recovered\n`,
  });
});

Deno.test("recover: a running run is left alone, whatever the flags", async () => {
  using host = machineWith(TOML);
  const said: Said[] = [];
  host.program("work", async (p) => {
    await p.sleep(1000);
    for (const option of ["--kill", "--wait", "--leave"]) {
      said.push(await call(host.another(), ["recover", option]));
      said.push(await call(host.another(), ["recover", "work", option]));
    }
    await p.stdout("done\n");
  });
  assertEquals((await call(host, ["run", "work", "--log-level", "error"])).code, 0);
  const nothing = { code: 0, stdout: "Nothing to recover.\n", stderr: "" };
  const left = { code: 0, stdout: `${ID} is left as it is: it is still running\n`, stderr: "" };
  assertEquals(said, [nothing, left, nothing, left, nothing, left]);
  assertEquals(readJson(host, RECORD)["status"], "succeeded");
});

Deno.test("recover: a damaged record and one of a newer version are reported, and not changed", async () => {
  using host = await cutOff({ processes: "gone" });
  await call(host, ["run", "ok"]);
  const damaged = `${RUNS}/ok/20261122T063549.123Z.json`;
  host.disk.write(damaged, "{");
  host.disk.write(RECORD, JSON.stringify({ ...readJson(host, RECORD), format: 2, weather: "fine" }));
  const before = host.disk.tree(STATE);
  await expectCall(host, ["recover", "--kill"], {
    stdout: `${ID} is left as it is: a newer Orchastration recorded it, and can recover it\n`,
    stderr: `warning: Cannot read the record "${damaged}": it is not JSON; it is left out\n`,
  });
  assertEquals(host.disk.tree(STATE), before);
});

Deno.test("recover: a copied record of an interrupted run does not overwrite the other run", async () => {
  using host = await cutOff({ processes: "gone" });
  const copy = `${RUNS}/ok/20261122T063449.123Z.json`;
  host.disk.write(copy, host.disk.read(RECORD)!);
  await call(host, ["recover"]);
  const recovered = host.disk.read(RECORD);
  const said = await call(host, ["recover"]);
  assertEquals(said.stdout, "Nothing to recover.\n");
  assertEquals(
    said.stderr,
    `warning: Cannot read the record "${copy}": it is the record of another run, ${ID}; it is left out\n`,
  );
  assertEquals(host.disk.read(RECORD), recovered);
});

Deno.test("recover: two concurrent calls finish a run once", async () => {
  using host = await cutOff({ script: stubborn });
  const other = host.another();
  const [one, two] = await Promise.all([
    call(host, ["recover", "--kill", "--json"]),
    call(other, ["recover", "--kill", "--json"]),
  ]);
  assertEquals([one.code, two.code, one.stderr, two.stderr], [0, 0, "", ""]);
  const documents = [one, two].map(({ stdout }) => JSON.parse(stdout));
  const finished = documents.flatMap(({ recovered }) => recovered);
  const passed = documents.flatMap(({ passed_over }) => passed_over);
  assertEquals([finished.length, passed], [1, [{ id: ID, reason: "another process finished its record" }]]);
  assertEquals([host.livingProcesses(), readJson(host, RECORD)["recovery"]], [[], finished[0].recovery]);
  assertEquals(host.disk.list(`${STATE}/locks`), ["journal.lock", "last.lock"]);
});

Deno.test("recover: options that contradict each other are refused before anything is done", async () => {
  using host = await cutOff();
  for (
    const [options, fact] of [
      [["--kill", "--wait"], "--kill and --wait contradict each other"],
      [["--leave", "--kill"], "--kill and --leave contradict each other"],
      [["--leave", "--kill", "--wait"], "--kill, --wait and --leave contradict each other"],
    ] as const
  ) {
    await expectCall(host, ["recover", ...options], {
      code: 64,
      stderr: `error: Cannot recover: ${fact}\n  try: orchastration recover --help\n`,
    });
  }
  assertEquals([host.livingProcesses(), host.signalsSent], [["1000 work"], []]);
});

Deno.test("recover --json: one document contains recovered and other runs", async () => {
  using host = await cutOff({ script: stubborn });
  const refused = await call(host, ["recover", "--json"]);
  assertEquals([refused.code, refused.stderr], [1, ""]);
  const identity = (pid: number) => ({
    pid,
    start_ticks: 100_000,
    boot_id: "fake-boot",
    pid_namespace: 4_026_531_836,
  });
  assertEquals(JSON.parse(refused.stdout), {
    format: 1,
    kind: "recovery",
    recovered: [],
    alive: [{ id: ID, process: identity(1000), processes: [identity(1000), identity(1001)] }],
    passed_over: [],
    damaged: [],
    removed_leftovers: 0,
    entered: [],
  });
  const killed = await call(host, ["recover", "--kill", "--json"]);
  assertEquals([killed.code, killed.stderr], [0, ""]);
  assertEquals(JSON.parse(killed.stdout), {
    format: 1,
    kind: "recovery",
    recovered: [{
      id: ID,
      reason: `${CUT}; its processes were ended on recovery`,
      recovery: {
        recovered_at: "2026-11-22T06:35:51.123Z",
        ended_between: ["2026-11-22T06:34:49.123Z", "2026-11-22T06:35:51.123Z"],
        process_was: "killed",
      },
    }],
    alive: [],
    passed_over: [],
    damaged: [],
    removed_leftovers: 0,
    entered: [],
  });
});

Deno.test("temporary files that a crash left are harmless, are reported by doctor and removed by recover", async () => {
  using host = machineWith('[jobs.ok]\ncommand = ["ok"]\n[tasks.page]\ncommand = ["ok"]\n');
  host.program("ok", () => {});
  assertEquals((await call(host, ["plan", "create", "page"])).code, 0);
  // The next names, as for a process of a container that has the same pid each time.
  const next = host.disk.nextNumber() + 1;
  const names = Array.from({ length: 4 }, (_, index) => `unique${next + index}`);
  const left = names.flatMap((
    name,
  ) => [`${STATE}/tasks/.page.json.${name}.tmp`, `${RUNS}/ok/.last.json.${name}.tmp`]);
  for (const path of left) host.disk.write(path, "{");
  for (const argv of [["run", "ok"], ["build", "run", "page"]]) {
    assertEquals([argv[0], (await call(host, argv)).code], [argv[0], 0]);
  }
  // Somebody may still be writing them.
  await expectCall(host, ["recover"], { stdout: "Nothing to recover.\n" });
  host.clock.pass(10 * 60 * 1000);
  const hidden = `${RUNS}/ok/.20261122T050000.000Z.json.removed.tmp`;
  host.disk.write(hidden, "{");
  host.clock.pass(10 * 60 * 1000);
  const told = (await call(host, ["doctor"])).stdout.match(/^warning {2}records:.*\n.*/m)?.[0];
  assertEquals(
    told,
    `warning  records: 8 temporary files are left of a crash, the first is ${
      left.toSorted()[0]
    }\n         try: orchastration recover`,
  );
  await expectCall(host, ["recover"], { stdout: "8 temporary files of a crash removed\n" });
  assertEquals([left.filter((path) => host.disk.exists(path)), host.disk.exists(hidden)], [[], true]);
  await expectCall(host, ["recover"], { stdout: "Nothing to recover.\n" });
});

Deno.test("temporary files beside documents, and no other files, are reported by doctor and removed by recover", async () => {
  using host = machineWith(
    '[doc]\ndir = "docs"\n[tasks.page]\ncommand = ["ok"]\n[tasks.sub]\ncommand = ["ok"]\nworking_dir = "sub"\n',
  );
  host.disk.makeFolder(`${PROJECT}/sub`);
  assertEquals((await call(host, ["plan", "create", "page"])).code, 0);
  assertEquals((await call(host, ["doc", "generate", "page", "--output", "OTHER.md"])).code, 0);
  const left = [
    ...[".OTHER.md.0123456789abcdef.tmp", "docs/.index.html.0123456789abcdef.tmp"],
    ...["docs/.page.md.0123456789abcdef.tmp", "sub/docs/.sub.json.0123456789abcdef.tmp"],
  ].map((name) => `${PROJECT}/${name}`);
  const others = [
    "docs/.mine.md.0123456789abcdef.tmp",
    "docs/page.md.tmp",
    "docs/.page.md.tmp",
    ".page.md.a.tmp",
  ]
    .map((name) => `${PROJECT}/${name}`);
  for (const path of [...left, ...others]) host.disk.write(path, "#");
  await expectCall(host, ["recover"], { stdout: "Nothing to recover.\n" });
  host.clock.pass(10 * 60 * 1000);
  const told = (await call(host, ["doctor"])).stdout.match(/^warning {2}documents:.*\n.*/m)?.[0];
  assertEquals(
    told,
    `warning  documents: 4 temporary files are left of a crash, the first is ${
      left[0]
    }\n         try: orchastration recover`,
  );
  await expectCall(host, ["recover"], { stdout: "4 temporary files of a crash removed\n" });
  assertEquals([...left, ...others].filter((path) => host.disk.exists(path)), others);
});

/** The state folder after an interrupted run, and its process on a machine of its own. */
async function cutOffWorlds(): Promise<() => FakeHost> {
  using model = await cutOff();
  const files = model.disk.tree(STATE);
  const token = String(readJson(model, RECORD)["token"]);
  return () => {
    const host = machineWith(TOML, { startTime: "2026-11-22T06:35:49.123Z", pid: 5000 });
    for (const [path, content] of Object.entries(files)) host.disk.write(path, content);
    host.reusePid(2000, "child", { [CHAIN]: token });
    return host;
  };
}

for (const power of [false, true]) {
  Deno.test(`recover --kill, a crash at every change${power ? " by a power cut" : ""}: interrupted or recovered, nothing in between, and the next call finishes it`, async () => {
    const seen = new Set<string>();
    await atEveryDeath(
      await cutOffWorlds(),
      (host) => call(host, ["recover", "--kill"]),
      async (dead, diedAt) => {
        const where = `died at ${diedAt}: ${dead.operations.at(-1)?.name}`;
        const next = dead.reviveAfterDeath({ losingUnsynced: power });
        const { jobs, damaged } = JSON.parse((await call(next, ["status", "--json"])).stdout);
        const work = jobs[1].last_run;
        assertEquals([work.id, work.status, work.end_time, damaged], [ID, "interrupted", null, []], where);
        const was = (recoveryOf(next) as { process_was: string } | null)?.process_was ?? "none";
        // A record that says it was killed comes from somebody who saw it gone.
        if (was !== "none") assertEquals([was, next.livingProcesses()], ["killed", []], where);
        seen.add(was);
        const again = await call(next, ["recover", "--kill"]);
        assertEquals([again.code, again.stderr, next.livingProcesses()], [0, "", []], where);
        assertEquals(again.stdout === "Nothing to recover.\n", was !== "none", where);
        assert(recoveryOf(next) !== null, where);
        assertEquals(next.disk.read(`${RUNS}/work/${TIME}.stdout.log`), WORK_PARTIAL, where);
        assertEquals(next.disk.openFiles(STATE), [], where);
      },
    );
    assertEquals([...seen].sort(), ["killed", "none"]);
  });
}

Deno.test("recover: whichever write fails, the record is unchanged or finished, and the exit code is 74", async () => {
  const makeHost = await cutOffWorlds();
  using model = makeHost();
  await call(model, ["recover", "--kill"]);
  const seen: Record<string, number> = {};
  let refused = 0;
  for (const { name, paths } of model.operations) {
    const skip = seen[name] ?? 0;
    seen[name] = skip + 1;
    const step = `${name} ${paths.at(-1)}`;
    if (!["createNew", "write", "sync", "rename", "syncFolder", "makeFolders", "tryLock"].includes(name)) {
      continue;
    }
    using host = makeHost();
    const before = host.disk.read(RECORD);
    host.faults.failNext({ op: name, skip, problem: "no_space" });
    const said = await call(host, ["recover", "--kill"]);
    const isCache = /last[-.]/.test(step);
    // A reader's look at the lock, and the one before it is taken, which cannot say that anybody lives.
    const isLook = name === "tryLock" && skip <= 1;
    if (isCache || isLook) continue;
    assertEquals([said.code, said.stdout], [74, ""], step);
    assert(
      /^error: Cannot (write the record|write the journal|take the lock|make the folder) ".*": no space/.test(
        said.stderr,
      ),
      said.stderr,
    );
    assert(host.disk.read(RECORD) === before || recoveryOf(host) !== null, step);
    assertEquals(host.disk.openFiles(STATE), [], step);
    assertEquals((await call(host.another(), ["recover"])).code, 0, step);
    assert(recoveryOf(host) !== null, step);
    refused++;
  }
  assert(refused >= 6, String(refused));
});

Deno.test("recover: output that cannot be read leaves the run as it was", async () => {
  using host = await cutOff({ processes: "gone" });
  const before = host.disk.read(RECORD);
  host.disk.setAccess(`${RUNS}/work/${TIME}.stdout.log`, { readable: false });
  await expectCall(host, ["recover"], {
    code: 74,
    stderr: `error: Cannot read back the output in "${RUNS}/work/${TIME}.stdout.log": permission denied\n`,
  });
  assertEquals([host.disk.read(RECORD), host.disk.openFiles(STATE)], [before, []]);
});
