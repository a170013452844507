/** Tasks whose commands run on a cluster. */

import { assert, assertEquals } from "@std/assert";
import { fakeCluster } from "../../support/fake_cluster.ts";
import { call, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";

const TOML = `[executors.slurm]
shared_dir = "/shared"

[tasks.far]
command = ["tool"]
outputs = ["out.txt"]
executor = "slurm"
acceptance = [{ id = "ac1", text = "it is checked here", check = ["check"] }]

[tasks.next]
command = ["tool"]
needs = ["far"]
`;

Deno.test("Slurm task: the command runs on the cluster, its checks here, and its evidence is the same", async () => {
  using host = machineWith(TOML);
  host.program("tool", () => 0);
  let checks = 0;
  host.program("check", () => void checks++);
  const cluster = fakeCluster(host);
  assertEquals((await call(host, ["plan", "create", "far"])).code, 0);
  const building = call(host, ["build", "run", "far", "--quiet"]);
  host.clock.after(5000).elapsed.then(() => {
    assertEquals(checks, 0);
    host.disk.write(`${PROJECT}/out.txt`, "made");
    cluster.ends();
  });
  const said = await building;
  assertEquals([said.code, cluster.jobs.length, checks], [0, 1, 1], said.stderr);
  const task = readJson(host, `${STATE}/tasks/far.json`) as { status: string; last_build: { run: string } };
  assertEquals(task.status, "done");
  // deno-lint-ignore no-explicit-any
  const run = readJson(host, `${STATE}/runs/${task.last_build.run}.json`) as any;
  assertEquals([run.action, run.slurm.job_id, run.outputs[0].change], ["build.run", "12", "created"]);
});

Deno.test("Slurm task: a graph of tasks goes on here with what needs one there", async () => {
  using host = machineWith(TOML);
  let here = 0;
  host.program("tool", () => void here++);
  host.program("check", () => 0);
  const cluster = fakeCluster(host);
  const building = call(host, ["build", "run", "next", "--with-needs", "--plan", "--quiet"]);
  host.clock.after(5000).elapsed.then(() => {
    assertEquals(here, 0);
    host.disk.write(`${PROJECT}/out.txt`, "made");
    cluster.ends();
  });
  const said = await building;
  assertEquals([said.code, cluster.jobs.length, here], [0, 1, 1], said.stdout + said.stderr);
});

Deno.test("Slurm task: a build that was cut off is not built again before its job was looked for", async () => {
  using host = machineWith(TOML);
  host.program("tool", () => 0);
  host.program("check", () => 0);
  const cluster = fakeCluster(host);
  await call(host, ["plan", "create", "far"]);
  const recorder = host.another({});
  void call(recorder, ["build", "run", "far", "--quiet"]).catch(() => {});
  await host.clock.after(3000).elapsed;
  cluster.begins();
  recorder.die();
  const said = await call(host, ["build", "run", "far"]);
  assertEquals(said.code, 65);
  assert(said.stderr.includes("and its job may still be in Slurm"), said.stderr);
  cluster.ends();
  assertEquals((await call(host, ["recover"])).code, 0);
  // Its checks did not run, so that the task is not done.
  const status = JSON.parse((await call(host, ["plan", "status", "far", "--json"])).stdout);
  assert(JSON.stringify(status).includes("interrupted"), JSON.stringify(status));
  const again = call(host, ["build", "run", "far", "--quiet"]);
  host.clock.after(5000).elapsed.then(() => {
    host.disk.write(`${PROJECT}/out.txt`, "made");
    cluster.ends();
  });
  assertEquals((await again).code, 0);
});

Deno.test("Slurm task: services here, and a table that is not there, are refused with their place", async () => {
  using host = machineWith(
    `[services.api]\ncommand = ["api"]\nready = { port = 80 }\n` +
      `[tasks.a]\ncommand = ["tool"]\nexecutor = "slurm"\nuses = ["api"]\n`,
  );
  const said = await call(host, ["config", "check"]);
  assertEquals(said.code, 1);
  const text = said.stdout + said.stderr;
  assert(text.includes("tasks.a.executor: there is no table [executors.slurm]"), text);
  assert(text.includes("tasks.a.executor: the services that it uses run on this machine"), text);
});
