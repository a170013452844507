/** The report about a job on a cluster: where it ran, why it waits, how much memory it used, and Slurm's own words. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, STATE } from "../../support/cli.ts";
import { begins, clusterOn, ends, ID, recordOf, runFar as run, TOML } from "../../support/fake_slurm.ts";

const OOM = "slurmstepd-n1: error: Detected 1 oom-kill event(s) in StepId=12.batch.\n";

/** The rows of `runs show` whose name is this. */
function rows(text: string, name: string): readonly string[] {
  return text.split("\n").filter((line) => line.startsWith(`${name}  `)).map((line) =>
    line.slice(name.length).trim()
  );
}

Deno.test("Slurm: Slurm's own log is kept, masked, and shown with the memory and the last lines of a failed run", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.queue = "12|OUT_OF_MEMORY|n1|@|None\n";
  cluster.submits = async (p) => {
    begins(host, cluster);
    ends(host, cluster, "exited 137\nend 1795329300\nstdout 6\nstderr 0\nmemory 67108864 cgroup\n");
    host.disk.write(`${cluster.folder}/slurm.log`, `${"x".repeat(700_000)}\nprolog geheim-1234\n${OOM}`);
    await p.stdout("12\n");
  };
  const said = await run(host);
  assertEquals(said.code, 1);
  assertEquals(
    said.stderr,
    'error: job "far" was stopped: Slurm ended it, because it used more memory than it asked for (OUT_OF_MEMORY); it was ended by SIGKILL\n'
      .replace("stopped:", `stopped after ${/after (\S+):/.exec(said.stderr)?.[1]}:`) +
      "  Slurm job 12 on n1 (OUT_OF_MEMORY)\n" +
      `  | ${"x".repeat(300)}\n  | prolog ***\n  | ${OOM}` +
      `  log: orchastration logs ${ID}\n`,
  );
  const { slurm, status, signal } = recordOf(host);
  assertEquals([status, signal, slurm.state], ["cancelled", "SIGKILL", "OUT_OF_MEMORY"]);
  assertEquals(slurm.memory, { bytes: 67_108_864, source: "cgroup" });
  assertEquals(slurm.log.path, `runs/${ID}.slurm.log`);
  const kept = host.disk.read(`${STATE}/${slurm.log.path}`)!;
  assert(kept.endsWith(`\nprolog ***\n${OOM}`));
  assertEquals(kept.length, slurm.log.bytes);
  assertEquals(host.disk.tree("/shared"), {});

  const { stdout } = await call(host, ["runs", "show", ID]);
  assertEquals(rows(stdout, "memory"), ["at most 67 MB (its control group, with cached files)"]);
  assertEquals(rows(stdout, "slurm said").slice(1), ["prolog ***", OOM.trimEnd()]);
  assertEquals(rows(stdout, "slurm log"), [slurm.log.path]);
  assertEquals(rows(stdout, "last lines"), ["hello"]);
  assert(rows(stdout, "slurm")[0]!.startsWith("job 12 on n1 (OUT_OF_MEMORY), submitted "), stdout);

  // The digest is in the record, so that a change is found.
  assertEquals((await call(host, ["verify"])).code, 0);
  host.disk.write(`${STATE}/${slurm.log.path}`, "nothing happened\n");
  const checked = await call(host, ["verify"]);
  assertEquals(checked.code, 1);
  assert((checked.stdout + checked.stderr).includes(slurm.log.path));
});

Deno.test("Slurm: a command that ended by the signal of Slurm before its node noticed that has Slurm's word as its cause", async () => {
  for (const [code, signal] of [[143, "SIGTERM"], [137, "SIGKILL"]] as const) {
    using host = machineWith(TOML);
    const cluster = clusterOn(host);
    cluster.queue = "12|TIMEOUT|n1|@|None\n";
    cluster.submits = async (p) => {
      begins(host, cluster);
      ends(host, cluster, `exited ${code}\nend 1795329300\nstdout 6\nstderr 0\n`);
      await p.stdout("12\n");
    };
    const said = await run(host);
    assertEquals(said.code, 1, said.stderr);
    const { status, signal: by, stopped_by } = recordOf(host);
    assertEquals([status, by, stopped_by.cause], ["cancelled", signal, { kind: "slurm", state: "TIMEOUT" }]);
  }
});

Deno.test("Slurm: an exit status that the command chose stays its own, and the state beside it is Slurm's", async () => {
  for (
    const [state, shown] of [["OUT_OF_MEMORY", " (OUT_OF_MEMORY)"], ["FAILED", ""], ["RUNNING", ""]] as const
  ) {
    using host = machineWith(TOML);
    const cluster = clusterOn(host);
    cluster.queue = `12|${state}|n1|@|None\n`;
    cluster.submits = async (p) => {
      begins(host, cluster);
      ends(host, cluster, "exited 2\nend 1795329300\nstdout 6\nstderr 0\nmemory 1000 sstat\n");
      await p.stdout("12\n");
    };
    const startedAtMs = host.clock.monotonicMs();
    const said = await run(host);
    assertEquals(said.code, 2, said.stderr);
    assert(said.stderr.includes(`\n  Slurm job 12 on n1${shown}\n`), said.stderr);
    assertEquals([recordOf(host).status, recordOf(host).stopped_by], ["failed", null]);
    assertEquals(recordOf(host).slurm.memory, { bytes: 1000, source: "sstat" });
    // A state that does not come is not waited for.
    assert(host.clock.monotonicMs() - startedAtMs < 5000);
  }
});

Deno.test("Slurm: a waiting run is shown with its reason, and a controller that does not answer with its words", async () => {
  using host = machineWith(TOML);
  const cluster = clusterOn(host);
  cluster.queue = "12|PENDING||@|Resources\n";
  const said = run(host);
  await host.clock.advance(8000);
  const waiting = await call(host, ["runs", "show", "far"]);
  assertEquals(rows(waiting.stdout, "status"), ["running: Slurm job 12 waits: Resources"]);
  assertEquals(rows(waiting.stdout, "waits for"), ["Resources"]);
  Object.assign(cluster, { queue: "", queueStatus: 1 });
  host.program("squeue", async (p) => {
    await p.stderr("slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n");
    return 1;
  });
  await host.clock.advance(8000);
  assertEquals(rows((await call(host, ["runs", "show", "far"])).stdout, "waits for"), [
    "squeue exited with status 1: slurm_load_jobs error: Unable to contact slurm controller (connect failure)",
  ]);
  begins(host, cluster);
  ends(host, cluster);
  assertEquals((await said).code, 0);
  const { stdout } = await call(host, ["runs", "show", "far"]);
  assertEquals([rows(stdout, "waits for"), rows(stdout, "slurm said"), rows(stdout, "last lines")], [
    [],
    [],
    [],
  ]);
});

Deno.test("Slurm: a run that recover finishes keeps Slurm's log and the memory", async () => {
  using host = machineWith(TOML.replace(/^env.*\nsecrets.*\n/m, ""));
  const cluster = clusterOn(host);
  cluster.queue = "";
  cluster.submits = async (p) => {
    begins(host, cluster);
    await p.stdout("12\n");
  };
  assertEquals((await run(host)).code, 69);
  ends(host, cluster, "exited 7\nend 1795329300\nstdout 6\nstderr 0\nmemory 5000 cgroup\n");
  host.disk.write(`${cluster.folder}/slurm.log`, OOM);
  assertEquals((await call(host, ["recover"])).code, 0);
  const { slurm, status, exit_code } = recordOf(host);
  assertEquals([status, exit_code, slurm.memory.bytes], ["failed", 7, 5000]);
  assertEquals(slurm.log.last_lines, [OOM.trimEnd()]);
  assertEquals(host.disk.read(`${STATE}/${slurm.log.path}`), OOM);
});
