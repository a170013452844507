/** Jobs on a cluster whose controller answers late, wrongly or not at all. The real one is in tests/long/slurm_test.ts. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT } from "../../support/cli.ts";
import { begins, clusterOn, ends, ID, recordOf, runFar as run, TOML } from "../../support/fake_slurm.ts";

Deno.test("Slurm: a job is submitted with what the configuration says, and no value of a variable leaves the folder", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  let command = "";
  cluster.submits = async (p) => {
    command = host.disk.read(`${cluster.folder}/command`)!;
    begins(host, cluster);
    ends(host, cluster);
    await p.stdout("12;main\n");
  };
  assertEquals(await run(host), { code: 0, stdout: "hello\n", stderr: "" });
  const [submitted] = cluster.submitted;
  const { folder, key } = cluster;
  assert(/^\/shared\/far-20261122T063449\.123Z-[0-9a-f]{8}-1$/.test(folder), folder);
  assertEquals(submitted!.args, [
    ...["--parsable", "--export=NONE", "--no-requeue", "--nodes=1", "--ntasks=1", "--job-name=orchastration"],
    ...[`--comment=${key}`, `--chdir=${folder}`, `--output=${folder}/slurm.log`, "--open-mode=append"],
    ...["--time=2", "--partition=main", "--cpus-per-task=2", "--constraint=avx2"],
  ]);
  assertEquals(submitted!.stdin, `#!/bin/sh\nexec /bin/sh '${folder}/run'\n`);
  assert(command.includes("export TOKEN='geheim-1234'"));
  assertEquals(host.disk.tree("/shared"), {});
  const { status, process, slurm, intent } = recordOf(host);
  assertEquals([status, process, intent.executor], ["succeeded", null, {
    kind: "slurm",
    folder: folder.replace(/-1$/, ""),
  }]);
  assertEquals(slurm, {
    job_id: "12",
    folder,
    submit_time: "2026-11-22T06:34:49.123Z",
    state: "RUNNING",
    waits_for: null,
    node: "n1",
    begin_time: "2026-11-22T06:34:50.000Z",
  });
});

Deno.test("Slurm: errors, garbage and silence of squeue end nothing", async () => {
  for (
    const [queue, status] of [
      ["slurm_load_jobs error: Unable to contact slurm controller\n", 1],
      ["12|RUN", 0],
      ["{}\n", 0],
      [undefined, 0],
      ["12|SOMETHING_NEW|n1|@|None\n", 0],
      ["12|COMPLETED|n1|another:key:1|None\n", 0],
    ] as const
  ) {
    using host = machineWith(TOML);
    const cluster = clusterOn(host);
    Object.assign(cluster, { queue, queueStatus: status });
    cluster.submits = async (p) => {
      begins(host, cluster);
      await p.stdout("12\n");
    };
    const said = run(host);
    host.clock.after(240_000).elapsed.then(() => ends(host, cluster));
    assertEquals(await said, { code: 0, stdout: "hello\n", stderr: "" }, String(queue));
    assert(cluster.asked > 5, String(cluster.asked));
  }
});

Deno.test("Slurm: a job that began and is not shown for five minutes keeps an open end", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.queue = "";
  cluster.submits = async (p) => {
    begins(host, cluster);
    await p.stdout("12\n");
  };
  const said = await run(host);
  assertEquals([said.code, said.stdout], [69, ""]);
  assertEquals(
    said.stderr,
    'error: Cannot follow "Slurm job 12": Slurm has not shown the job for 5 minutes; its end is not known\n' +
      "  try: orchastration recover\n",
  );
  assertEquals([recordOf(host).status, recordOf(host).end_time, recordOf(host).exit_code], [
    "running",
    null,
    null,
  ]);
  assertEquals(
    (await call(host, ["runs", "show", ID, "--json"])).stdout.includes('"status": "interrupted"'),
    true,
  );
  assertEquals(cluster.submitted.length, 1);
  // The node tells it late.
  ends(host, cluster, "exited 7\nend 1795329300\nstdout 6\nstderr 0\n");
  const recovered = await call(host, ["recover"]);
  assertEquals([recovered.code, recovered.stdout], [0, `${ID}: exited with status 7\n`]);
  // With secrets, what was not masked while it ran is not copied.
  const record = recordOf(host);
  assertEquals([record.status, record.exit_code, record.stdout_bytes], ["failed", 7, 0]);
  assertEquals([record.leaked_output, record.end_time], [true, "2026-11-22T06:35:00.000Z"]);
});

Deno.test("Slurm: a job that is not shown and did not begin never begins any more", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.queue = "";
  const said = await run(host);
  assertEquals(said.code, 126);
  const record = recordOf(host);
  assertEquals(
    record.reason,
    "was not started: Slurm has not shown the job for 5 minutes, and it never began",
  );
});

Deno.test("Slurm: a submission without an answer is not started, and cannot begin later", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.submits = (p) => p.forever();
  const said = await run(host);
  assertEquals(said.code, 126);
  assertEquals(
    recordOf(host).reason,
    "was not started: it was not submitted: sbatch: /bin/sbatch did not answer within 60000 ms",
  );
  assertEquals(host.disk.tree("/shared"), {});
});

Deno.test("Slurm: a job that began before sbatch lost its words is followed by its key", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.submits = async (p) => {
    begins(host, cluster);
    await p.stderr("sbatch: error: Socket timed out on send/recv operation\n");
    return 1;
  };
  const said = run(host);
  host.clock.after(10_000).elapsed.then(() => ends(host, cluster));
  assertEquals(await said, { code: 0, stdout: "hello\n", stderr: "" });
  assertEquals(recordOf(host).slurm.job_id, "12");
});

Deno.test("Slurm: a state that ends a job is its cause, once its node had time to tell the end", async () => {
  for (
    const state of ["TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED"]
  ) {
    using host = machineWith(TOML);
    const cluster = clusterOn(host);
    cluster.submits = async (p) => {
      begins(host, cluster);
      await p.stdout("12\n");
    };
    cluster.queue = `12|${state}|n1|@|None\n`;
    assertEquals((await run(host)).code, 1, state);
    const record = recordOf(host);
    assert(record.reason.endsWith("; it ended, and its node did not say how"), record.reason);
    assertEquals([record.status, record.exit_code, record.stopped_by.cause], ["cancelled", null, {
      kind: "slurm",
      state,
    }]);
  }
});

Deno.test("Slurm: Ctrl-C cancels a waiting job, whose reason is shown, and takes its claim", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.queue = "12|PENDING||@|Resources\n";
  host.program("scancel", (p) => {
    cluster.cancelled.push(p.args.join(" "));
    cluster.queue = "12|CANCELLED||@|None\n";
  });
  const said = run(host);
  host.clock.after(8000).elapsed.then(() => {
    assertEquals(recordOf(host).reason, "Slurm job 12 waits: Resources");
    host.signal("SIGINT");
  });
  assertEquals((await said).code, 130);
  assertEquals(cluster.cancelled, ["12"]);
  assertEquals(recordOf(host).reason, "was stopped: Orchastration received SIGINT; it had not been started");
});

Deno.test("Slurm: without its commands a job is not started, and without a table it is refused", async () => {
  using host = machineWith(TOML);
  host.program("tool", () => 0);
  assertEquals((await run(host)).code, 126);
  assert(
    recordOf(host).reason.startsWith("was not started: Slurm cannot be called: "),
    recordOf(host).reason,
  );

  using other = machineWith('[jobs.a]\ncommand = ["tool"]\n[jobs.b]\ncommand = ["tool"]\n');
  other.program("tool", () => 0);
  await expectCall(other, ["run", "a", "--executor", "slurm"], {
    code: 65,
    stderr: 'error: Cannot run "a": the configuration has no table [executors.slurm]\n' +
      "  try: orchastration run a\n",
  });
  await expectCall(other, ["run", "a", "b", "--executor", "slurm"], {
    code: 65,
    stderr: 'error: Cannot run "b": the configuration has no table [executors.slurm]\n' +
      "  try: orchastration run b\n",
  });
  assertEquals((await call(other, ["run", "a", "--executor", "local", "--quiet"])).code, 0);
});

Deno.test("Slurm: what a node cannot give, and what we decide ourselves, is refused with its place", async () => {
  const toml = `[executors.slurm]
shared_dir = "s"
extra_args = ["--constraint=avx2", "--comm=x", "-p", "--array=1-9"]
memory = "4 GB"

[jobs.talk]
command = ["tool"]
interactive = true
executor = "slurm"

[jobs.left]
command = ["tool"]
leave_running = true
executor = "slurm"
`;
  using host = machineWith(toml);
  const said = await call(host, ["config", "check"]);
  assertEquals(said.code, 1);
  const facts = (said.stdout + said.stderr).split("\n").filter((line) => line.startsWith(`${PROJECT}/`));
  assertEquals(facts.map((line) => line.replace(`${PROJECT}/orchastration.toml:`, "")), [
    "3:36: executors.slurm.extra_args[1]: Orchastration itself decides about --comment",
    "3:48: executors.slurm.extra_args[2]: an argument of sbatch has to begin with -- here, with its value after =",
    "3:54: executors.slurm.extra_args[3]: Orchastration itself decides about --array",
    '4:10: executors.slurm.memory: expected a size as Slurm writes it, such as "4G"',
    "9:12: jobs.talk.executor: an interactive job needs the terminal of this machine",
    "14:12: jobs.left.executor: Slurm ends what a job leaves running",
  ]);
});
