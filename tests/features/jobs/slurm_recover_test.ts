/** Recovery of jobs on a cluster: the five minutes of absence, and files that were not examined at the end. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import {
  begins,
  clusterOn,
  ends,
  type FakeCluster,
  ID,
  recordOf,
  runFar as run,
  TOML,
} from "../../support/fake_slurm.ts";
import { untilDeath } from "../../support/until_death.ts";

const MINUTE_MS = 60_000;
const FILES = TOML.replace(/^env.*\nsecrets.*\n/m, "") + 'inputs = ["in.txt"]\noutputs = ["out.txt"]\n';

/** The next process of ours after one that died while its job ran. */
async function afterDeath(host: FakeHost, cluster: FakeCluster): Promise<FakeHost> {
  cluster.submits = async (p) => {
    begins(host, cluster);
    await p.stdout("12\n");
  };
  void host.whenListening().then(() => host.clock.advance(3000)).then(() => host.die());
  assertEquals(await untilDeath(host, () => run(host)), { kind: "died" });
  return host.reviveAfterDeath();
}

Deno.test("Slurm: recover counts an absence over its calls, and an answer with the job begins it anew", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  using next = await afterDeath(host, cluster);
  cluster.queue = "";
  const look = async () => {
    const { code, stdout, stderr } = await call(next, ["recover"]);
    return { code, said: stdout + stderr };
  };
  const first = await look();
  assertEquals(first.code, 1);
  assert(
    /it began, and Slurm has not shown it since \S+; it is given up after 5 minutes/.test(first.said),
    first.said,
  );
  next.clock.pass(4 * MINUTE_MS);
  assertEquals((await look()).code, 1);
  cluster.queue = "12|RUNNING|n1|@|None\n";
  // An answer of the same moment is not asked for again.
  next.clock.pass(1000);
  const there = await look();
  assert(there.said.includes("Slurm job 12 is RUNNING (n1)"), there.said);
  cluster.queue = "";
  next.clock.pass(2 * MINUTE_MS);
  assertEquals((await look()).code, 1);
  next.clock.pass(4 * MINUTE_MS);
  assertEquals((await look()).code, 1);
  next.clock.pass(2 * MINUTE_MS);
  assertEquals((await look()).code, 0);
  const { status, recovery, exit_code } = recordOf(next);
  assertEquals([status, recovery.process_was, exit_code], ["interrupted", "gone", null]);
});

Deno.test("Slurm: recover waits five minutes for a job that is not shown, and an end that comes meanwhile is its end", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  using next = await afterDeath(host, cluster);
  cluster.queue = "";
  const startedAtMs = next.clock.monotonicMs();
  const said = call(next, ["recover", "far", "--wait"]);
  void next.clock.after(4 * MINUTE_MS).elapsed.then(() =>
    ends(next, cluster, "exited 7\nend 1795329300\nstdout 6\nstderr 0\n")
  );
  assertEquals((await said).code, 0);
  assertEquals([recordOf(next).status, recordOf(next).exit_code], ["failed", 7]);
  assert(next.clock.monotonicMs() - startedAtMs < 5 * MINUTE_MS);
});

Deno.test("Slurm: a recovered job with outputs has an end, and says that its files were examined late", async () => {
  using host = machineWith(FILES);
  host.disk.write(`${PROJECT}/in.txt`, "in\n");
  const cluster = clusterOn(host);
  using next = await afterDeath(host, cluster);
  next.disk.write(`${PROJECT}/out.txt`, "made\n");
  ends(next, cluster);
  assertEquals((await call(next, ["recover"])).code, 0);
  const { status, exit_code, recovery, examined_at, outputs, inputs_changed } = recordOf(next);
  assertEquals([status, exit_code, recovery, inputs_changed], ["succeeded", 0, null, undefined]);
  assertEquals(outputs.map(({ path, present, change }: Record<string, unknown>) => [path, present, change]), [
    ["out.txt", true, null],
  ]);
  assert(typeof examined_at === "string");
  const { stdout } = await call(next, ["runs", "show", ID]);
  assert(stdout.includes("when it was recovered: its files may have changed since its end"), stdout);
  assertEquals((await call(next, ["verify"])).code, 0);
  // Nothing is bound to files that somebody may have changed meanwhile.
  const refused = await call(next, ["sign", ID]);
  assertEquals(refused.code, 65);
  assert(refused.stderr.includes("its files were examined when it was recovered"), refused.stderr);
  cluster.submits = async (p) => {
    begins(next, cluster);
    ends(next, cluster);
    await p.stdout("13\n");
  };
  const again = JSON.parse((await call(next, ["run", "far", "--json"])).stdout);
  assertEquals([again.status, again.inputs.causes[0].detail], ["succeeded", "examined_late"]);
  assertEquals(JSON.parse((await call(next, ["run", "far", "--json"])).stdout).status, "up_to_date");
});

Deno.test("Slurm: a recovered job without its output has failed, as it would have by itself", async () => {
  using host = machineWith(FILES);
  host.disk.write(`${PROJECT}/in.txt`, "in\n");
  const cluster = clusterOn(host);
  using next = await afterDeath(host, cluster);
  ends(next, cluster);
  assertEquals((await call(next, ["recover"])).code, 0);
  const { status, exit_code, reason } = recordOf(next);
  assertEquals([status, exit_code, reason], [
    "failed",
    0,
    "exited with status 0, but its output is missing: out.txt",
  ]);
});

Deno.test("Slurm: a recovered job whose outputs cannot be named any more stays interrupted, and says why", async () => {
  using host = machineWith(`${TOML}outputs = ["out.txt"]\n`);
  const cluster = clusterOn(host);
  using next = await afterDeath(host, cluster);
  ends(next, cluster);
  assertEquals((await call(next, ["recover"])).code, 0);
  const { status, attempts, reason } = recordOf(next);
  assertEquals([status, attempts[0].status, attempts[0].exit_code], ["interrupted", "succeeded", 0]);
  assert(
    reason.endsWith(
      "; its command ended, and its outputs cannot be examined, because the values of its secrets are not known any more",
    ),
    reason,
  );
});
