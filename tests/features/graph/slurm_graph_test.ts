/** Graphs with nodes on this machine and on a cluster. */

import { assert, assertEquals } from "@std/assert";
import type { FakeHost } from "../../support/fake_host.ts";
import { type FakeCluster, fakeCluster } from "../../support/fake_cluster.ts";
import { call, expectCall, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";

const FAR = Array.from({ length: 9 }, (_, index) => `far${index}`);
const TOML = `[executors.slurm]
shared_dir = "/shared"
max_pending = 3
poll_seconds = 2

[jobs.first]
command = ["here"]

${
  FAR.map((name) => `[jobs.${name}]\ncommand = ["there"]\nneeds = ["first"]\nexecutor = "slurm"\n`).join("\n")
}
[jobs.end]
command = ["here"]
needs = [${FAR.map((name) => `"${name}"`).join(", ")}]

[jobs.near1]
command = ["slow"]

[jobs.near2]
command = ["slow"]

[jobs.talk]
command = ["here"]
interactive = true
`;

/** Every 700 ms a waiting job begins, and one that runs ends. */
function keepsGoing(host: FakeHost, cluster: FakeCluster): { most: number; stop(): void } {
  let isOver = false;
  const seen = { most: 0, stop: () => void (isOver = true) };
  const step = async () => {
    while (!isOver) {
      await host.clock.after(700).elapsed;
      const pending = cluster.jobs.filter(({ state }) => state === "PENDING");
      seen.most = Math.max(seen.most, pending.length);
      const running = cluster.jobs.find(({ state }) => state === "RUNNING");
      if (running !== undefined) cluster.ends(running);
      if (pending[0] !== undefined) cluster.begins(pending[0]);
    }
  };
  void step();
  return seen;
}

function machine(toml = TOML): FakeHost {
  const host = machineWith(toml);
  host.program("here", () => 0);
  host.program("there", () => 0);
  host.program("slow", () => 0);
  return host;
}

Deno.test("Slurm graph: nodes here and there run in one graph, and no more wait in the queue than may", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  const pace = keepsGoing(host, cluster);
  const said = await call(host, ["run", "end", "--jobs", "1", "--json"]);
  pace.stop();
  assertEquals([said.code, cluster.jobs.length], [0, 9], said.stderr);
  assertEquals(pace.most, 3);
  const { start_time, end_time, graph } = JSON.parse(said.stdout).graph === undefined
    ? readJson(host, `${STATE}/runs/graph/last.json`) as never
    : JSON.parse(said.stdout);
  assert(graph !== undefined);
  const seconds = (Date.parse(end_time) - Date.parse(start_time)) / 1000;
  assert(cluster.asked <= seconds / 2 + 2, `${cluster.asked} questions in ${seconds} s`);
});

Deno.test("Slurm graph: jobs elsewhere take no place of this machine, so that the others begin beside these jobs", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  let most = 0;
  let here = 0;
  host.program("slow", async () => {
    most = Math.max(most, ++here);
    await host.clock.after(3000).elapsed;
    here--;
    // The cluster begins nothing before both of these have run.
    if (most === 1 && !cluster.jobs.some(({ state }) => state === "RUNNING")) {
      for (const job of cluster.jobs) cluster.ends(job);
    }
  });
  const pace = keepsGoing(host, cluster);
  const said = await call(host, ["run", "near1", "near2", "far1", "far2", "--jobs", "1", "--quiet"]);
  pace.stop();
  assertEquals([said.code, most, cluster.jobs.length], [0, 1, 2], said.stderr);
});

Deno.test("Slurm graph: --executor is for every job of the call, and a job that cannot run there is refused", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  const pace = keepsGoing(host, cluster);
  const said = await call(host, ["run", "far1", "near1", "--executor", "slurm", "--quiet"]);
  pace.stop();
  assertEquals([said.code, cluster.jobs.length], [0, 3], said.stderr);
  await expectCall(host, ["run", "far1", "talk", "--executor", "slurm"], {
    code: 65,
    stderr: 'error: Cannot run "talk": an interactive job needs the terminal of this machine\n' +
      "  try: orchastration run talk\n",
  });
  const local = await call(host, ["run", "first", "far1", "--executor", "local", "--quiet"]);
  assertEquals([local.code, cluster.jobs.length], [0, 3], local.stderr);
});

Deno.test("Slurm graph: what other calls have in the queue counts, and the reason of the wait is said", async () => {
  using host = machine();
  const cluster = fakeCluster(host);
  for (const id of [1, 2, 3]) {
    cluster.jobs.push({
      id,
      key: `orchastration:other:${id}`,
      folder: `/other${id}`,
      state: "PENDING",
      reason: "Priority",
    });
  }
  const running = call(host, ["run", "far1", "far2", "--log-level", "error"]);
  await host.clock.after(5000).elapsed;
  assertEquals(cluster.jobs.length, 3);
  for (const job of cluster.jobs) job.state = "CANCELLED";
  const pace = keepsGoing(host, cluster);
  const said = await running;
  pace.stop();
  assertEquals([said.code, cluster.jobs.length], [0, 5], said.stderr);
  assert(
    (said.stdout + said.stderr).includes("waits for Slurm, in whose queue 3 jobs wait"),
    said.stdout + said.stderr,
  );
});

const CHAIN = `[executors.slurm]
shared_dir = "/shared"
max_pending = 2
poll_seconds = 2

[jobs.a]
command = ["there"]
executor = "slurm"

[jobs.b]
command = ["there"]
needs = ["a"]
executor = "slurm"

[jobs.c]
command = ["there"]
needs = ["a"]
executor = "slurm"

[jobs.d]
command = ["there"]
needs = ["b", "c"]
executor = "slurm"

[jobs.near]
command = ["here"]
needs = ["a"]
`;
const HANDED = '{"pid":4242,"tty":false,"parent":"bash"}';
const GRAPH = "graph/20261122T063449.123Z";

/** What the supervisor of a detached graph says to its caller. */
async function submit(host: FakeHost, ...words: readonly string[]) {
  const said = await call(host.another({ handedOver: HANDED }), ["run", ...words, "--detach"]);
  assertEquals(said.code, 0, said.stderr);
  return JSON.parse(said.stdout.split("\n")[0]!);
}

// deno-lint-ignore no-explicit-any
const shown = async (host: FakeHost): Promise<any> =>
  JSON.parse((await call(host, ["runs", "show", GRAPH, "--json"])).stdout);

/** The time for another question to Slurm. */
const poll = (host: FakeHost) => host.clock.after(3000).elapsed;

Deno.test("Slurm graph, detached: no process stays, and each command that looks submits what has become ready", async () => {
  using host = machine(CHAIN);
  const cluster = fakeCluster(host);
  const line = await submit(host, "d");
  assertEquals([line.id, line.pid, line.status], [GRAPH, null, "running"]);
  host.processes.again = {
    stdout: `${JSON.stringify(line)}\n`,
    stderr: "",
    exit: { kind: "exited", exit_code: 0 },
  };
  await expectCall(host, ["run", "d", "--detach"], {
    stdout:
      `detached: ${GRAPH}, no process stays: 4 nodes\n  goes on with each look: orchastration wait ${GRAPH}\n`,
  });
  assertEquals(cluster.jobs.length, 1);
  await call(host, ["status"]);
  assertEquals(cluster.jobs.length, 1);
  cluster.ends();
  await poll(host);
  // Two at the same time submit each node once.
  await Promise.all([call(host, ["status"]), call(host.another({}), ["runs", "list"])]);
  assertEquals(cluster.jobs.length, 3);
  const { graph } = await shown(host);
  assertEquals(graph.nodes.map(({ status }: { status: string }) => status), [
    "succeeded",
    "running",
    "running",
    "waiting",
  ]);
  cluster.ends(cluster.jobs[1]);
  await poll(host);
  await call(host, ["status"]);
  assertEquals(cluster.jobs.length, 3);
  cluster.ends(cluster.jobs[2]);
  await poll(host);
  const waiting = call(host, ["wait", GRAPH]);
  host.clock.after(9000).elapsed.then(() => cluster.ends(cluster.jobs[3]));
  assertEquals((await waiting).code, 0);
  assertEquals(cluster.jobs.length, 4);
  const record = await shown(host);
  assertEquals([record.status, record.reason, record.graph.unattended], ["succeeded", "4 succeeded", true]);
  assertEquals(record.graph.critical_path.at(-1), "d");
  assertEquals(host.disk.tree(`${STATE}/unattended`), {});
});

Deno.test("Slurm graph, detached: after a failure nothing more begins, and what runs is waited for", async () => {
  using host = machine(CHAIN);
  const cluster = fakeCluster(host);
  await submit(host, "d");
  cluster.ends();
  await poll(host);
  await call(host, ["status"]);
  // Both are submitted at once, in any order.
  const jobOf = (name: string) => cluster.jobs.find(({ folder }) => folder.includes(`/${name}-`))!;
  cluster.ends(jobOf("b"), 3);
  await poll(host);
  await call(host, ["status"]);
  assertEquals((await shown(host)).status, "running");
  cluster.ends(jobOf("c"));
  await poll(host);
  await call(host, ["status"]);
  const record = await shown(host);
  assertEquals([record.status, cluster.jobs.length], ["failed", 3]);
  assertEquals(record.graph.nodes.map(({ status }: { status: string }) => status), [
    "succeeded",
    "failed",
    "succeeded",
    "skipped",
  ]);
});

Deno.test("Slurm graph, detached: stop cancels what runs, and nothing more begins", async () => {
  using host = machine(CHAIN);
  const cluster = fakeCluster(host);
  await submit(host, "d");
  cluster.ends();
  await poll(host);
  await call(host, ["status"]);
  cluster.begins(cluster.jobs[1]);
  const said = await call(host, ["stop", GRAPH]);
  assertEquals([said.code, cluster.cancelled.length, cluster.jobs.length], [0, 2, 3], said.stderr);
  const record = await shown(host);
  assertEquals([record.status, record.stopped_by.cause.kind], ["cancelled", "stop_request"]);
  assertEquals(record.graph.nodes.map(({ status }: { status: string }) => status), [
    "succeeded",
    "cancelled",
    "cancelled",
    "not_started",
  ]);
  assertEquals(host.disk.tree(`${STATE}/unattended`), {});
});

Deno.test("Slurm graph, detached: with a job of this machine a supervisor stays, and does the rest", async () => {
  using host = machine(CHAIN);
  const cluster = fakeCluster(host);
  const supervisor = call(host.another({ handedOver: HANDED }), ["run", "near", "--detach"]);
  host.clock.after(8000).elapsed.then(() => cluster.ends());
  const said = await supervisor;
  assertEquals([said.code, JSON.parse(said.stdout.split("\n")[0]!).pid !== null], [0, true]);
  const record = await shown(host);
  assertEquals([record.status, record.graph.unattended], ["succeeded", undefined]);
});

Deno.test("Slurm graph, detached: with other definitions nothing is begun, and stop ends the graph", async () => {
  using host = machine(CHAIN);
  const cluster = fakeCluster(host);
  await submit(host, "d");
  cluster.ends();
  host.disk.write(
    `${PROJECT}/orchastration.toml`,
    CHAIN.replace('[jobs.b]\ncommand = ["there"', '[jobs.b]\ncommand = ["there", "x"'),
  );
  await poll(host);
  const said = await call(host, ["status"]);
  assertEquals([said.code, cluster.jobs.length], [0, 1]);
  assertEquals(
    said.stderr,
    `warning: Cannot go on with "${GRAPH}": its jobs have changed in the configuration: b\n`,
  );
  assertEquals((await call(host, ["stop", GRAPH])).code, 0);
  assertEquals((await shown(host)).status, "cancelled");
});
