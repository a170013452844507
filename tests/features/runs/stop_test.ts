/** `stop` and `wait`: runs that another process of ours carries out, and what is said of their ends. */

import { assert, assertEquals } from "@std/assert";
import {
  call,
  expectCall,
  machineWith,
  PROJECT,
  readJson,
  type Said,
  STATE,
  withoutLog,
} from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/runs/recover_runs.ts";
import "../../../src/app/runs/stop_runs.ts";
import "../../../src/app/runs/wait_runs.ts";
import "../../../src/app/runs/prune_runs.ts";

const TOML = `
[jobs.work]
command = ["work"]
kill_grace_seconds = 3
[jobs.other]
command = ["other"]
[jobs.both]
needs = ["work", "other"]
`;
const ID = "work/20261122T063449.123Z";
const FILE = `${STATE}/runs/work/20261122T063449.123Z`;
const STOPPED = "was stopped: stop was called by ada; it ended by SIGTERM";

const patient: Script = (p) => p.forever();
const stubborn: Script = async (p) => {
  p.ignore("SIGTERM");
  await p.forever();
};

interface Scene {
  readonly script?: Script;
  readonly argv?: readonly string[];
  readonly on?: FakeHostOptions;
  /** Beside the jobs of the configuration. */
  readonly more?: string;
}

/** `work` runs in another process of ours. */
async function running(
  { script = patient, argv = ["run", "work"], on = {}, more = "" }: Scene = {},
): Promise<{
  readonly host: FakeHost;
  readonly other: FakeHost;
  readonly ended: Promise<Said>;
  [Symbol.dispose](): void;
}> {
  const host = machineWith(TOML + more, on);
  host.program("work", script);
  host.program("other", patient);
  const ended = call(host, argv);
  while (host.spawned.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  return { host, other: host.another(), ended, [Symbol.dispose]: () => host[Symbol.dispose]() };
}

Deno.test("stop ends a run of another process, which records the requester, and reports how it ended", async () => {
  using scene = await running();
  await expectCall(scene.other, ["stop", "work"], { stdout: `${ID}: ${STOPPED}\n` });
  assertEquals((await scene.ended).code, 143);
  const record = readJson(scene.host, `${FILE}.json`);
  assertEquals([record["status"], record["signal"]], ["cancelled", "SIGTERM"]);
  assertEquals(record["stopped_by"], {
    cause: { kind: "stop_request", user: "ada", agent: null, pid: scene.other.environment.pid },
    signals: [{ signal: "SIGTERM", at_ms: 0, processes: 1 }],
    survivors: [],
  });
});

Deno.test("the request is on disk, durable, before the signal is sent", async () => {
  using scene = await running();
  await call(scene.other, ["stop", ID]);
  const { operations } = scene.other;
  const at = (name: string, path: string) =>
    operations.findIndex((each) => each.name === name && each.paths.some((each) => each.endsWith(path)));
  const renamed = at("rename", ".stop.json");
  const signalled = operations.findIndex(({ name }) => name === "signal");
  assert(renamed >= 0 && renamed < signalled, JSON.stringify(operations));
  assertEquals(operations[renamed + 1]?.name, "syncFolder");
  const request = readJson(scene.host, `${FILE}.stop.json`);
  assertEquals([request["kind"], request["run"], request["grace_ms"], request["force"]], [
    "stop_request",
    ID,
    null,
    false,
  ]);
});

Deno.test("stop --grace: SIGKILL follows after this time, not after that of the job", async () => {
  using scene = await running({ script: stubborn });
  await expectCall(scene.other, ["stop", "work", "--grace", "500ms"], {
    stdout: `${ID}: was stopped: stop was called by ada; it ended by SIGKILL\n`,
  });
  const stop = readJson(scene.host, `${FILE}.json`)["stopped_by"] as { signals: readonly unknown[] };
  assertEquals(stop.signals, [
    { signal: "SIGTERM", at_ms: 0, processes: 1 },
    { signal: "SIGKILL", at_ms: 500, processes: 1 },
  ]);
  await scene.ended;
});

Deno.test("stop --force: SIGKILL at once, also while the grace of an earlier stop goes on", async () => {
  using scene = await running({ script: stubborn });
  const first = call(scene.other, ["stop", "work"]);
  while (scene.host.signalsSent.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  const third = scene.host.another();
  const forced = await call(third, ["stop", "work", "--force"]);
  assertEquals(forced.stdout, `${ID}: was stopped: stop was called by ada; it ended by SIGKILL\n`);
  assertEquals((await first).stdout, forced.stdout);
  const stop = readJson(scene.host, `${FILE}.json`)["stopped_by"] as {
    signals: readonly { at_ms: number }[];
  };
  assert(stop.signals.at(-1)!.at_ms < 3000, JSON.stringify(stop));
  await scene.ended;
});

Deno.test("a request whose sender died before the signal is found before the next attempt", async () => {
  const toml = `[jobs.work]\ncommand = ["work"]\nretry = { max = 3, delay_seconds = 5 }\n`;
  using host = machineWith(toml);
  let attempts = 0;
  host.program("work", () => {
    attempts++;
    return 1;
  });
  const ended = call(host, ["run", "work"]);
  while (attempts === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  const request = {
    format: 1,
    kind: "stop_request",
    run: ID,
    token: "t",
    requested_at: "2026-11-22T06:34:50.000Z",
    requested_by: { user: "eve", agent: "codex", pid: 7 },
    grace_ms: null,
    force: false,
  };
  host.disk.write(`${FILE}.stop.json`, JSON.stringify(request));
  assertEquals((await ended).code, 143);
  assertEquals(attempts, 1);
  assertEquals(
    readJson(host, `${FILE}.json`)["reason"],
    "was stopped: stop was called by eve through codex; it had not been started",
  );
});

Deno.test("SIGTERM without a request is an ordinary signal, and a damaged request is ignored", async () => {
  using scene = await running();
  scene.host.disk.write(`${FILE}.stop.json`, '{"kind":"stop_request"}');
  scene.host.signal("SIGTERM");
  await scene.ended;
  assertEquals(readJson(scene.host, `${FILE}.json`)["stopped_by"], {
    cause: { kind: "signal", signal: "SIGTERM" },
    signals: [{ signal: "SIGTERM", at_ms: 0, processes: 1 }],
    survivors: [],
  });
});

Deno.test("stop of an ended run, or of a job without a running run, succeeds and says so", async () => {
  using scene = await running();
  await call(scene.other, ["stop", "work"]);
  await scene.ended;
  await expectCall(scene.other, ["stop", ID], { stdout: `${ID} had ended: ${STOPPED}\n` });
  await expectCall(scene.other, ["stop", "work"], { stdout: "No run of work is running.\n" });
  await expectCall(scene.other, ["stop", "--all"], { stdout: "No run is running here.\n" });
});

Deno.test("stop: if the recorder is dead, the remaining processes are stopped as by recover --kill", async () => {
  using scene = await running();
  scene.host.die();
  await expectCall(scene.other, ["stop", "work"], {
    stdout:
      `${ID}: Orchastration itself ended before the outcome was known; its processes were ended on recovery\n`,
  });
  assertEquals(scene.host.livingProcesses(), []);
  assertEquals(readJson(scene.host, `${FILE}.json`)["status"], "interrupted");
});

Deno.test("stop: after a restart of the machine nothing is signalled, and the record is finished", async () => {
  using scene = await running();
  const next = scene.host.reviveAfterDeath({ losingUnsynced: true });
  const said = await call(next, ["stop", "--all"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  assertEquals(next.signalsSent, []);
});

Deno.test("stop of a graph, by the name of a requested job: all of its nodes end, and none begins", async () => {
  using scene = await running({ argv: ["run", "both", "-j", "1"], script: patient });
  const said = await call(scene.other, ["stop", "both"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  assert(said.stdout.startsWith("graph/20261122T063449.123Z: "), said.stdout);
  assertEquals((await scene.ended).code, 143);
  assertEquals(scene.host.livingProcesses(), []);
  assertEquals(scene.host.spawned.length, 1);
  const graph = readJson(scene.host, `${STATE}/runs/graph/20261122T063449.123Z.json`);
  assertEquals(graph["status"], "cancelled");
});

Deno.test("stop of a graph, by the name of a requested job, finds the graph under each name that graphs can have", async () => {
  const more = '[jobs.graph]\ncommand = ["other"]\n';
  using scene = await running({ argv: ["run", "both", "-j", "1"], more });
  const said = await call(scene.other, ["stop", "both"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  assert(said.stdout.startsWith("graphs/20261122T063449.123Z: "), said.stdout);
  assertEquals((await scene.ended).code, 143);
});

Deno.test("stop of one node of a graph ends that node alone", async () => {
  using scene = await running({ argv: ["run", "both", "-j", "2", "--keep-going"] });
  while (scene.host.spawned.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  const node = scene.host.disk.list(`${STATE}/runs/other`).find((name) => /^\d.*Z\.json$/.test(name))!;
  const id = `other/${node.slice(0, -".json".length)}`;
  await expectCall(scene.other, ["stop", id], { stdout: `${id}: ${STOPPED}\n` });
  assertEquals(scene.host.livingProcesses().map((line) => line.split(" ")[1]), ["work"]);
  await call(scene.other, ["stop", "--all"]);
  await scene.ended;
});

Deno.test("stop from inside the run that it would end is refused", async () => {
  using scene = await running();
  const inside = scene.host.another({
    env: { PATH: "/bin", HOME: "/home/ada", ...scene.host.spawned[0]!.env },
  });
  await expectCall(inside, ["stop", "--all"], {
    code: 1,
    stderr: `${ID} is not stopped: this call is a part of it, and would wait for itself\n`,
  });
  assertEquals(scene.host.livingProcesses().length, 1);
  await call(scene.other, ["stop", "work"]);
  await scene.ended;
});

Deno.test("stop on Windows: the recorder watches for the request, because Windows has no signal for a stop", async () => {
  using host = machineWith(TOML, { os: "windows" });
  host.program("work", patient);
  const ended = call(host, ["run", "work"]);
  while (host.spawned.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  const other = host.another();
  const said = await call(other, ["stop", "work"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  assert(said.stdout.includes("stop was called by ada"), said.stdout);
  assertEquals(other.signalsSent, []);
  await ended;
});

Deno.test("stop: contradicting words are refused", async () => {
  using host = machineWith(TOML);
  await expectCall(host, ["stop"], {
    code: 64,
    stderr:
      "error: Cannot stop: no run is named\n  try: orchastration stop <run>, or orchastration stop --all\n",
  });
  await expectCall(host, ["stop", "work", "--all"], {
    code: 64,
    stderr: 'error: Cannot stop "work": --all takes no names\n  try: orchastration stop --all\n',
  });
  await expectCall(host, ["stop", "work", "--force", "--grace", "1s"], {
    code: 64,
    stderr: 'error: Cannot stop "work": --force leaves no grace\n  try: orchastration stop work --force\n',
  });
  await expectCall(host, ["stop", "work"], { stdout: "No run of work is running.\n" });
  const unknown = await call(host, ["stop", "nothing"]);
  assertEquals(unknown.code, 66);
});

Deno.test("runs prune removes the request with the run", async () => {
  using scene = await running();
  await call(scene.other, ["stop", "work"]);
  await scene.ended;
  assert(scene.host.disk.read(`${FILE}.stop.json`) !== undefined);
  await call(scene.other, ["runs", "prune", "--keep", "0"]);
  assertEquals(scene.host.disk.list(`${STATE}/runs/work`), []);
});

Deno.test("stop --json reports how each run ended", async () => {
  using scene = await running();
  const said = await call(scene.other, ["stop", "work", "--json"]);
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "stop",
    ended: [{ id: ID, how: "stopped", status: "cancelled", reason: STOPPED, exit_code: 143 }],
    left: [],
    idle: [],
  });
  await scene.ended;
});

Deno.test("wait returns at the end of the run, with its exit code", async () => {
  using scene = await running({
    script: async (p) => {
      await p.sleep(60_000);
      return 3;
    },
  });
  const before = scene.other.clock.monotonicMs();
  await expectCall(scene.other, ["wait", "work"], { code: 3, stdout: `${ID}: exited with status 3\n` });
  assertEquals(scene.other.clock.monotonicMs() - before, 60_000);
  assertEquals((await scene.ended).code, 3);
  // And at once where it has ended already.
  await expectCall(scene.other, ["wait", ID], { code: 3, stdout: `${ID}: exited with status 3\n` });
});

Deno.test("wait --timeout: the exit code is 75 after the timeout, and the known facts are shown", async () => {
  using scene = await running();
  await expectCall(scene.other, ["wait", "work", "--timeout", "30s"], {
    code: 75,
    stdout: `${ID} still runs, for 30.0s: process 1000 is running\n`,
  });
  const said = await call(scene.other, ["wait", "work", "--timeout", "1s", "--json"]);
  const { runs: [run], ...rest } = JSON.parse(said.stdout);
  assertEquals([said.code, rest, run.id, run.exit_code], [
    75,
    { format: 1, kind: "wait", timed_out: true },
    ID,
    null,
  ]);
  await call(scene.other, ["stop", "work"]);
  await scene.ended;
});

Deno.test("wait: a killed recorder is noticed within a second, and the exit code is 1", async () => {
  using scene = await running();
  const waited = call(scene.other, ["wait", "work"]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  scene.host.die();
  const { code, stdout } = await waited;
  assertEquals([code, stdout], [1, `${ID}: Orchastration itself ended before the outcome was known\n`]);
});

Deno.test("wait for several runs: the exit code is the first that is not 0, and with --any that of the first end", async () => {
  using host = machineWith(TOML);
  const lasting = (ms: number, code: number): Script => async (p) => {
    await p.sleep(ms);
    return code;
  };
  host.program("work", lasting(20_000, 4));
  host.program("other", lasting(5000, 0));
  const second = host.another();
  const runs = [call(host, ["run", "work"]), call(second, ["run", "other"])];
  while (host.spawned.length + second.spawned.length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const third = host.another();
  const any = await call(third, ["wait", "work", "other", "--any"]);
  assertEquals([any.code, any.stderr], [0, ""]);
  assertEquals(withoutLog(any.stdout).split("\n").length, 3);
  assertEquals((await call(third, ["wait", "other", "work"])).code, 4);
  await Promise.all(runs);
});

/** What a copy of the project's folder has, where the records are in it: the same files, and nobody's locks. */
function copied(host: FakeHost): string {
  const copy = "/home/ada/copy";
  for (const [path, text] of Object.entries(host.disk.tree(STATE))) {
    host.disk.write(path.startsWith("/") ? path.replace(STATE, copy) : `${copy}/${path}`, text);
  }
  return copy;
}

Deno.test("status: a copy of the records of a run that goes on does not say that Orchastration ended, nor does the copy that was finished", async () => {
  using scene = await running();
  const copy = copied(scene.host);
  const { pid } = scene.host.environment;
  const status = ["status", "work", "--state-dir", copy];
  const said = await call(scene.other, status);
  assertEquals(
    said.stdout.replace(/its process \d+ is/, "its process is"),
    `work  interrupted  2026-11-22T06:34:49.123Z\n` +
      `  ${ID}: process ${pid}, which records it, is alive and does not hold its lock here: ` +
      "these records seem to be a copy, or its end could not be recorded; its process is still alive\n" +
      `next: orchastration --state-dir ${copy} recover ${ID}\n`,
  );
  assertEquals((await call(scene.other, ["recover", ID, "--leave", "--state-dir", copy])).code, 0);
  const { reason, recovery } = readJson(scene.host, `${copy}/runs/${ID}.json`);
  assertEquals([reason, (recovery as { recorder_was: string }).recorder_was], [
    "the outcome is not known here, although the process that records it lived; its processes were left running on request",
    "alive",
  ]);
  assertEquals(readJson(scene.host, `${FILE}.json`)["status"], "running");
  await call(scene.other, ["stop", "work"]);
  assertEquals((await scene.ended).code, 143);
});

for (const words of [["stop", "--all"], ["stop", ID], ["recover", "--kill"], ["recover", ID, "--wait"]]) {
  Deno.test(`${words[0]} ${words.at(-1)}: from a copy of its records, a run that goes on is neither stopped nor waited for`, async () => {
    using scene = await running();
    const copy = copied(scene.host);
    const said = await call(scene.other, [...words, "--state-dir", copy]);
    assertEquals([said.code, said.stdout], [1, ""]);
    const what = words[0] === "stop" ? "is not stopped" : "is left as it is";
    assertEquals(
      said.stderr.split("\n")[0],
      `${ID} ${what}: process ${scene.host.environment.pid}, ` +
        `which records it, is alive; these records seem to be a copy of those of ${PROJECT}`,
    );
    assertEquals(scene.host.signalsSent, []);
    // The copy can be finished alone.
    assertEquals((await call(scene.other, ["recover", ID, "--leave", "--state-dir", copy])).code, 0);
    assertEquals([scene.host.signalsSent, readJson(scene.host, `${FILE}.json`)["status"]], [[], "running"]);
    await call(scene.other, ["stop", "work"]);
    assertEquals((await scene.ended).code, 143);
  });
}
