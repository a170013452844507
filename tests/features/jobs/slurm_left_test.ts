/** Runs on a cluster that no process of ours follows: submitted by one call, and finished by whichever call looks next. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { FakeHost } from "../../support/fake_host.ts";
import { fakeCluster } from "../../support/fake_cluster.ts";
import { call, expectCall, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";

const TOML = `[executors.slurm]
shared_dir = "/shared"

[jobs.far]
command = ["tool"]
executor = "slurm"

[jobs.again]
command = ["tool"]
executor = "slurm"
env = { TOKEN = "geheim-1234" }
secrets = ["TOKEN"]
retry = { max = 1, delay_seconds = 10 }

[jobs.made]
command = ["tool"]
executor = "slurm"
inputs = ["in.txt"]
outputs = ["out.txt"]
`;
const ID = "far/20261122T063449.123Z";
const HANDED = '{"pid":4242,"tty":false,"parent":"bash"}';

function machine(toml = TOML): FakeHost {
  const host = machineWith(toml);
  host.program("tool", () => 0);
  return host;
}

/** What the supervisor of a detached run does, and the line that its caller hears. */
async function submit(host: FakeHost, job: string, ...more: readonly string[]) {
  const said = await call(host.another({ handedOver: HANDED }), ["run", job, "--detach", ...more]);
  assertEquals([said.code, said.stderr], [0, ""], said.stdout);
  return JSON.parse(said.stdout);
}

// deno-lint-ignore no-explicit-any
function recordOf(host: FakeHost, id = ID): any {
  return readJson(host, `${STATE}/runs/${id}.json`);
}

function left(host: FakeHost): readonly string[] {
  return Object.keys(host.disk.tree(`${STATE}/unattended`)).map((path) => path.split("/").at(-1)!)
    .filter((name) => name !== "asked");
}

Deno.test("Slurm, detached: the call submits and ends, and the run goes on without any process", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  const line = await submit(host, "far");
  assertEquals([line.id, line.pid, line.status, line.reason, line.exit_code], [
    ID,
    null,
    "running",
    "Slurm job 12 was submitted",
    null,
  ]);
  assertEquals([cluster.jobs.length, cluster.asked], [1, 0]);
  assertEquals(recordOf(host).intent.executor.unattended, true);
  host.processes.again = {
    stdout: `${JSON.stringify(line)}\n`,
    stderr: "",
    exit: { kind: "exited", exit_code: 0 },
  };
  await expectCall(host, ["run", "far", "--detach"], {
    stdout: `detached: ${ID}, no process stays: Slurm job 12 was submitted\n` +
      `  output: orchastration logs ${ID} --follow\n`,
  });
  // Nothing is cut off, and nothing has to be recovered.
  await expectCall(host, ["recover"], { stdout: "Nothing to recover.\n" });
  assertEquals(recordOf(host).reason, "Slurm job 12 waits: Resources");
});

Deno.test("Slurm, detached: the first call that looks records the end once, with the time of the node", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  await submit(host, "far");
  await host.clock.after(30_000).elapsed;
  cluster.begins();
  await host.clock.after(60_000).elapsed;
  cluster.ends();
  await host.clock.after(600_000).elapsed;
  // Two at a time.
  const [one, two] = await Promise.all([call(host, ["status"]), call(host.another({}), ["status"])]);
  assertEquals([one.code, two.code], [0, 0]);
  const record = recordOf(host);
  assertEquals([record.status, record.exit_code, record.stdout_bytes, record.attempts.length], [
    "succeeded",
    0,
    6,
    1,
  ]);
  assertEquals([record.end_time, record.duration_ms], ["2026-11-22T06:36:19.000Z", 89_877]);
  assertEquals([record.slurm.node, record.slurm.job_id], ["n1", "12"]);
  assertEquals((await call(host, ["logs", "far"])).stdout, "hello\n");
  assertEquals([left(host), host.disk.tree("/shared")], [[], {}]);
  const lines = host.disk.read(`${STATE}/journal.jsonl`)!.split("\n").filter((line) => line.includes(ID));
  assertEquals(lines.length, 1);
});

Deno.test("Slurm, detached: wait asks every poll_seconds until the end, and has its exit code", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  await submit(host, "far");
  const waiting = call(host, ["wait", "far"]);
  host.clock.after(20_000).elapsed.then(() => cluster.begins());
  host.clock.after(40_000).elapsed.then(() => cluster.ends(cluster.last, 3));
  const said = await waiting;
  assertEquals([said.code, said.stdout], [3, `${ID}: exited with status 3\n`]);
  assert(cluster.asked >= 7 && cluster.asked <= 10, String(cluster.asked));
});

Deno.test("Slurm, detached: logs shows the output that is there so far, and --follow waits for the rest", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  await submit(host, "far");
  assertEquals((await call(host, ["logs", "far"])).stdout, "");
  cluster.begins();
  host.disk.write(`${cluster.last.folder}/stdout`, "hel");
  assertEquals((await call(host, ["logs", "far"])).stdout, "hel");
  const following = call(host, ["logs", "far", "--follow"]);
  host.clock.after(10_000).elapsed.then(() => cluster.ends());
  assertEquals(await following, { code: 0, stdout: "hello\n", stderr: "" });
});

Deno.test("Slurm, detached: another attempt is submitted by the call that looks when it is due, and secrets are masked", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  const { id } = await submit(host, "again");
  const kept = host.disk.read(`${STATE}/unattended/${left(host)[0]}`)!;
  assert(!kept.includes("geheim"), kept);
  const said = await call(host, ["logs", "again"]);
  assertEquals([said.stdout, said.stderr], [
    "",
    `warning: ${id}: nobody follows it, so its output is masked, and shown, once its end is recorded\n`,
  ]);
  cluster.ends(cluster.last, 1, "geheim-1234\n");
  await call(host, ["status"]);
  assertEquals([recordOf(host, id).status, recordOf(host, id).reason, cluster.jobs.length], [
    "running",
    "attempt 2 starts in 10.0s",
    1,
  ]);
  await host.clock.after(11_000).elapsed;
  await call(host, ["status"]);
  assertEquals(cluster.jobs.length, 2);
  assert(host.disk.read(`${cluster.last.folder}/command`)!.includes("export TOKEN='geheim-1234'"));
  await host.clock.after(11_000).elapsed;
  cluster.ends(cluster.last, 0, "it is geheim-1234\n");
  await call(host, ["status"]);
  const record = recordOf(host, id);
  assertEquals([record.status, record.attempts.length, record.leaked_output], ["succeeded", 2, false]);
  assertEquals((await call(host, ["logs", "again"])).stdout, "it is ***\n");
  assertEquals((await call(host, ["logs", "again", "--attempt", "1"])).stdout, "***\n");
});

Deno.test("Slurm, detached: with other values of its secrets, the end is recorded and the output is not kept", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  const { id } = await submit(host, "again");
  host.disk.write(`${PROJECT}/orchastration.toml`, TOML.replace("geheim-1234", "another-one"));
  cluster.ends(cluster.last, 1, "geheim-1234\n");
  await call(host, ["status"]);
  await host.clock.after(11_000).elapsed;
  const said = await call(host, ["runs", "show", id]);
  assertEquals(cluster.jobs.length, 1);
  assertEquals([recordOf(host, id).status, recordOf(host, id).attempts[0].stdout_bytes], ["running", 0]);
  assertEquals(recordOf(host, id).leaked_output, true);
  assert(!said.stdout.includes("geheim"));
  host.disk.write(`${PROJECT}/orchastration.toml`, TOML);
  await call(host, ["status"]);
  assertEquals(cluster.jobs.length, 2);
});

Deno.test("Slurm, detached: stop cancels a job that waits and one that runs, and tells the truth", async () => {
  for (const isBegun of [false, true]) {
    using host = machine();
    const cluster = fakeCluster(host);
    await submit(host, "far");
    if (isBegun) cluster.begins();
    const said = await call(host, ["stop", "far"]);
    assertEquals([said.code, said.stderr, cluster.cancelled], [0, "", ["12"]], said.stdout);
    const record = recordOf(host);
    assertEquals([record.status, record.stopped_by.cause.kind, record.signal], [
      "cancelled",
      "stop_request",
      isBegun ? "SIGTERM" : null,
    ]);
    assertEquals([left(host), host.disk.tree("/shared")], [[], {}]);
  }
});

Deno.test("Slurm, detached: outputs and inputs are compared when the end is recorded, as for a run here", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  host.disk.write(`${PROJECT}/in.txt`, "1");
  const { id } = await submit(host, "made");
  host.disk.write(`${PROJECT}/out.txt`, "made");
  cluster.ends();
  await call(host, ["status"]);
  const record = recordOf(host, id);
  assertEquals([record.status, record.outputs.length, record.outputs[0].change], ["succeeded", 1, "created"]);
  assertEquals(record.inputs_changed, undefined);
  // It is up to date now, because its inputs are the same.
  assertEquals((await call(host, ["run", "made", "--executor", "slurm"])).code, 0);
  assertEquals(cluster.jobs.length, 1);

  host.disk.write(`${PROJECT}/in.txt`, "2");
  const next = await submit(host, "made");
  host.disk.write(`${PROJECT}/in.txt`, "3");
  host.disk.remove(`${PROJECT}/out.txt`);
  cluster.ends();
  await call(host, ["status"]);
  const other = recordOf(host, next.id);
  assertEquals([other.status, other.inputs_changed], ["failed", ["in.txt"]]);
  assertMatch(other.reason, /its output is missing: out\.txt/);
});

Deno.test("Slurm, detached: a controller that does not answer costs five seconds, and ends nothing", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  await submit(host, "far");
  cluster.isSilent = true;
  const before = host.clock.nowMs();
  const said = await call(host, ["status", "far"]);
  assertEquals(said.code, 0);
  assert(host.clock.nowMs() - before <= 6000, String(host.clock.nowMs() - before));
  assertEquals(recordOf(host).status, "running");
  assertMatch(recordOf(host).reason, /^Slurm job 12 waits: squeue: .*did not answer within 5000 ms$/);
  // The next call within poll_seconds does not ask again.
  const asked = cluster.asked;
  await call(host, ["status"]);
  assertEquals(cluster.asked, asked);
});

Deno.test("Slurm, detached: a job that began and is not shown for five minutes is interrupted, at the second look", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  await submit(host, "far");
  cluster.begins();
  cluster.last.state = undefined;
  await call(host, ["status"]);
  assertEquals(recordOf(host).slurm.doubtful_since !== undefined, true);
  await host.clock.after(400_000).elapsed;
  await call(host, ["status"]);
  assertEquals([recordOf(host).status, left(host)], ["running", []]);
  const shown = await call(host, ["runs", "show", "far", "--json"]);
  assertEquals(JSON.parse(shown.stdout).status, "interrupted");
});

Deno.test("Slurm, detached: a state that ends a job is its cause, also if nobody looked while it was there", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  await submit(host, "far");
  cluster.begins();
  cluster.last.state = "OUT_OF_MEMORY";
  await call(host, ["status"]);
  assertEquals(recordOf(host).status, "running");
  await host.clock.after(70_000).elapsed;
  await call(host, ["status"]);
  assertEquals([recordOf(host).status, recordOf(host).stopped_by.cause.state], [
    "cancelled",
    "OUT_OF_MEMORY",
  ]);
});

Deno.test("Slurm, detached: a job with a lock keeps its supervisor, because a lock is held by a process", async () => {
  using host = machine(TOML.replace("[jobs.far]\n", '[jobs.far]\nconcurrency = "refuse"\n'));
  const cluster = fakeCluster(host);
  const supervisor = call(host.another({ handedOver: HANDED }), ["run", "far", "--detach"]);
  host.clock.after(20_000).elapsed.then(() => cluster.ends());
  const said = await supervisor;
  assertEquals(said.code, 0);
  assertEquals([JSON.parse(said.stdout).pid !== null, recordOf(host).status], [true, "succeeded"]);
});

Deno.test("Slurm, detached: stop with a controller that does not answer says so, and ends nothing", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  await submit(host, "far");
  cluster.begins();
  await call(host, ["status"]);
  cluster.isSilent = true;
  host.program("scancel", (p) => p.forever());
  const before = host.clock.nowMs();
  const said = await call(host, ["stop", "far"]);
  assert(host.clock.nowMs() - before < 180_000, String(host.clock.nowMs() - before));
  assert(said.code !== 0 && said.stderr.includes("Slurm has not said yet that it ended"), said.stderr);
  assertEquals([recordOf(host).status, left(host).length], ["running", 1]);
  // The job goes on, and tells its end.
  cluster.isSilent = false;
  cluster.ends();
  await call(host, ["status"]);
  assertEquals([recordOf(host).status, recordOf(host).exit_code], ["succeeded", 0]);
});
