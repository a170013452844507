/** A shared folder whose server is away: nothing waits for it for ever. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith } from "../../support/cli.ts";
import { begins, clusterOn, ends, ID, recordOf, runFar as run, TOML } from "../../support/fake_slurm.ts";

const SHARED = /^\/shared/;

Deno.test("Slurm: a disk that never answers while a job runs is named, and Ctrl-C still ends the run", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.submits = async (p) => {
    begins(host, cluster);
    await p.stdout("12\n");
  };
  host.program("scancel", () => {
    cluster.queue = "12|CANCELLED|n1|@|None\n";
  });
  const startedAtMs = host.clock.monotonicMs();
  const said = run(host);
  host.clock.after(2000).elapsed.then(() =>
    host.faults.stallBeside({ op: ["list", "readBytes"], path: SHARED })
  );
  host.clock.after(30_000).elapsed.then(() => {
    assertEquals(
      recordOf(host).reason,
      `Slurm job 12 runs on n1; ${cluster.folder}: the disk did not answer within 5 s`,
    );
    host.signal("SIGINT");
  });
  assertEquals((await said).code, 130);
  const record = recordOf(host);
  assertEquals([record.status, record.exit_code, record.leaked_output], ["cancelled", null, true]);
  assert(host.clock.monotonicMs() - startedAtMs < 240_000);
});

Deno.test("Slurm: a disk that never answers keeps a job from its start, and nothing is submitted", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  host.faults.stallBeside({ op: "makeFolders", path: SHARED });
  assertEquals((await run(host)).code, 126);
  assert(
    recordOf(host).reason.endsWith(": the disk did not answer within 60 s"),
    recordOf(host).reason,
  );
  assertEquals(cluster.submitted.length, 0);
});

Deno.test("Slurm: a disk that answers again after minutes has the end of the job", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.submits = async (p) => {
    begins(host, cluster);
    await p.stdout("12\n");
  };
  const said = run(host);
  host.clock.after(2000).elapsed.then(() => {
    const goOn = host.faults.stallBeside({ op: ["list", "readBytes", "createNew", "remove"], path: SHARED });
    ends(host, cluster);
    host.clock.after(600_000).elapsed.then(goOn);
  });
  assertEquals(await said, { code: 0, stdout: "hello\n", stderr: "" });
  assertEquals(host.disk.tree("/shared"), {});
});

Deno.test("Slurm: output that never becomes readable is given up after a minute, and said to be incomplete", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  host.faults.stallBeside({ op: "readBytes", path: /stdout$/ });
  cluster.submits = async (p) => {
    begins(host, cluster);
    ends(host, cluster);
    await p.stdout("12\n");
  };
  const startedAtMs = host.clock.monotonicMs();
  assertEquals((await run(host)).code, 0);
  const { status, leaked_output, stdout_bytes } = recordOf(host);
  assertEquals([status, leaked_output, stdout_bytes], ["succeeded", true, 0]);
  assert(host.clock.monotonicMs() - startedAtMs < 120_000);
});

Deno.test("Slurm: recover leaves a run alone whose folder does not answer, and says so", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.queue = "";
  cluster.submits = async (p) => {
    begins(host, cluster);
    await p.stdout("12\n");
  };
  assertEquals((await run(host)).code, 69);
  const goOn = host.faults.stallBeside({ op: "list", path: SHARED });
  const said = await call(host, ["recover"]);
  assertEquals(said.code, 1);
  assert(
    said.stderr.includes(
      `${ID} is left as it is: /shared cannot be read: the disk did not answer within 5 s`,
    ),
    said.stderr,
  );
  goOn();
  ends(host, cluster);
  assertEquals((await call(host, ["recover"])).code, 0);
});
