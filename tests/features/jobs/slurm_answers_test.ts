/** Answers of Slurm's commands: garbage, other versions, overload, silence. None makes a second job, or an end that is not one. */

import { assert, assertEquals } from "@std/assert";
import { machineWith } from "../../support/cli.ts";
import { begins, clusterOn, ends, recordOf, runFar as run, TOML } from "../../support/fake_slurm.ts";

const BUSY = "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying\n";

Deno.test("Slurm: an answer of sbatch with a number is a job, whatever its version and its load add", async () => {
  for (
    const [stdout, stderr] of [
      ["12\n", BUSY.repeat(3)],
      ["12;cluster-a\n", ""],
      ["12;cluster_b.example\n", ""],
      ["sbatch: lua: note of the site\n12\n", ""],
      ["12\r\n", ""],
      ["12", ""],
    ] as const
  ) {
    using host = machineWith(TOML);
    const cluster = clusterOn(host);
    cluster.submits = async (p) => {
      await p.stderr(stderr);
      await p.sleep(40_000);
      begins(host, cluster);
      ends(host, cluster);
      await p.stdout(stdout);
    };
    assertEquals((await run(host)).code, 0, stdout);
    assertEquals(recordOf(host).slurm.job_id, "12", stdout);
    assertEquals(cluster.submitted.length, 1);
  }
});

Deno.test("Slurm: an answer of sbatch without a number starts nothing, and says what it was", async () => {
  for (
    const [stdout, stderr, status, said] of [
      ["", "", 0, "sbatch exited with status 0"],
      ["Submitted batch job\n", "", 0, "sbatch exited with status 0: Submitted batch job"],
      ["\u0000\ufffd12\ufffd\n", "", 0, "sbatch exited with status 0: "],
      ["x".repeat(1_000_000), "", 0, `sbatch exited with status 0: ${"x".repeat(300)}`],
      [
        "",
        "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation\n",
        1,
        "Socket timed out",
      ],
      ["", BUSY, 1, "temporarily unable to accept job"],
      [
        "",
        "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy\n",
        1,
        "QOS policy",
      ],
      ["12\n", "sbatch: error: lost connection\n", 1, "lost connection"],
    ] as const
  ) {
    using host = machineWith(TOML);
    const cluster = clusterOn(host);
    cluster.submits = async (p) => {
      await p.stderr(stderr);
      await p.stdout(stdout);
      return status;
    };
    assertEquals((await run(host)).code, 126, said);
    const record = recordOf(host);
    assert(record.reason.startsWith("was not started: it was not submitted: "), record.reason);
    assert(record.reason.includes(said), record.reason);
    assert(record.reason.length < 1000);
    assertEquals([cluster.submitted.length, host.disk.tree("/shared")], [1, {}]);
  }
});

Deno.test("Slurm: a job that Slurm took although sbatch said it too late finds its claim taken, and never begins", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  let late = "";
  cluster.submits = async (p) => {
    await p.sleep(61_000);
    late = "12\n";
    await p.stdout(late);
  };
  assertEquals((await run(host)).code, 126);
  assert(recordOf(host).reason.includes("did not answer within 60000 ms"), recordOf(host).reason);
  // Nothing is left that the node could run.
  assertEquals(host.disk.tree("/shared"), {});
});

Deno.test("Slurm: answers of squeue that mean nothing end nothing, and the job goes on to its own end", async () => {
  const key = "orchastration:0000000000000000:9";
  for (
    const [name, queue, status] of [
      ["ids that came round again", `12|COMPLETED|n9|${key}|None\n12|RUNNING|n1|@|None\n`, 0],
      ["a stranger with the same id", "12|FAILED|n9|(null)|None\n12|RUNNING|n1|@|None\n", 0],
      ["a state of a later version", "12|REQUEUE_HOLD|n1|@|None\n", 0],
      ["a state with a flag", "12|RUNNING+|n1|@|None\n", 0],
      ["a short state of an old version", "12|CD|n1|@|None\n", 0],
      ["fewer fields", "12|COMPLETED|n1\n", 0],
      ["binary", "\u0000\u0001\ufffd|||\n", 0],
      ["a line without an end", "12|COMPLETED|n1|@", 0],
      ["a reason with bars and lines", "12|RUNNING|n1|@|a|b|c\n", 0],
      ["an overloaded controller", "slurm_load_jobs error: Socket timed out on send/recv operation\n", 1],
      ["a rate limit", "slurm_load_jobs error: Requested operation is presently disabled\n", 1],
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
    host.clock.after(120_000).elapsed.then(() => ends(host, cluster));
    assertEquals(await said, { code: 0, stdout: "hello\n", stderr: "" }, name);
    assertEquals([recordOf(host).status, cluster.submitted.length], ["succeeded", 1], name);
  }
});

Deno.test("Slurm: a stop stands where scancel fails, and is repeated until Slurm answers", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.submits = async (p) => {
    begins(host, cluster);
    await p.stdout("12\n");
  };
  let calls = 0;
  host.program("scancel", async (p) => {
    calls++;
    if (calls === 1) return await p.forever();
    if (calls < 4) {
      await p.stderr(
        "scancel: error: Kill job error on job id 12: Socket timed out on send/recv operation\n",
      );
      return 1;
    }
    ends(host, cluster, "stopped 143\nend 1795329300\nstdout 6\nstderr 0\n");
  });
  const said = run(host);
  host.clock.after(3000).elapsed.then(() => host.signal("SIGTERM"));
  assertEquals((await said).code, 143);
  assertEquals([recordOf(host).status, recordOf(host).signal, calls], ["cancelled", "SIGTERM", 4]);
});
