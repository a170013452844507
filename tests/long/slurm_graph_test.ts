/** A graph of many jobs on a real Slurm cluster of two nodes, and one that is here and there, with the real program. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { startRun } from "../support/real_run.ts";
import { MISSING_OF_SLURM, type SlurmCluster, startCluster } from "../support/slurm_cluster.ts";

const JOBS = 200;
const MAX_PENDING = 10;
/** Fewer are enough to know what a plain one takes. */
const PLAIN_JOBS = 50;
const ignore = MISSING_OF_SLURM !== undefined;
const skipped = ignore ? ` (skipped: no ${MISSING_OF_SLURM})` : "";
const NAMES = Array.from({ length: JOBS }, (_, index) => `job${String(index).padStart(3, "0")}`);

const TOML = (folder: string) =>
  `[executors.slurm]
shared_dir = "${folder}/shared"
max_pending = ${MAX_PENDING}
poll_seconds = 2

${NAMES.map((name) => `[jobs.${name}]\ncommand = ["true"]\ngroup = "many"\nexecutor = "slurm"\n`).join("\n")}
[jobs.here]
command = ["sh", "-c", "echo here >>order"]

[jobs.there]
command = ["sh", "-c", "echo there >>order"]
needs = ["here"]
executor = "slurm"

[jobs.end]
command = ["sh", "-c", "echo end >>order"]
needs = ["there"]
`;

Deno.test({
  name: `Slurm graph: no more than max_pending of 200 jobs wait, and Slurm is asked once a poll${skipped}`,
  ignore,
  async fn(t) {
    await using cluster = await startCluster();
    await inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML(folder.path));
      await counted(folder);
      const env = { ...cluster.env, PATH: `${folder.path}/bin:${Deno.env.get("PATH")}` };

      await t.step("needs lead from this machine to the cluster and back", async () => {
        const [program, ...words] = folder.command;
        const said = await folder.call(program, [...words, "run", "end", "--quiet"], env);
        assertEquals([said.code, folder.read("order")], [0, "here\nthere\nend\n"], said.stderr);
      });

      await t.step("every job succeeds, once, and the queue is never fuller than it may be", async () => {
        folder.write("calls", "");
        const startedAtMs = Date.now();
        await using run = startRun(folder, ["run", "--group", "many", "--output", "none"], { env });
        let isOver = false;
        let most = 0;
        const watching = (async () => {
          while (!isOver) {
            const shown = await cluster.call("squeue", "-h", "-t", "PENDING", "-o", "%A");
            most = Math.max(most, shown.split("\n").filter((line) => line !== "").length);
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        })();
        const code = await run.ended;
        const seconds = (Date.now() - startedAtMs) / 1000;
        isOver = true;
        await watching;
        assertEquals(code, 0, run.stderr);
        const [graph] =
          JSON.parse((await folder.orchastration("runs", "list", "graph", "--json")).stdout).runs;
        assertEquals(graph.status, "succeeded");
        const calls = folder.read("calls").split("\n").filter((line) => line !== "").map((line) =>
          line.split(" ")
        );
        const times = calls.filter(([name]) => name === "squeue").map(([, at]) => Number(at));
        assertEquals(calls.filter(([name]) => name === "sbatch").length, JOBS);
        assert(most <= MAX_PENDING && most >= MAX_PENDING / 2, `${most} waited at a time`);
        const closest = Math.min(...times.slice(1).map((at, index) => at - times[index]!));
        assert(times.length <= seconds / 2 + 2, `${times.length} questions in ${seconds} s`);
        // The note is written by a process, which takes its time to start on a busy machine.
        assert(closest >= 1, `two questions within ${closest} s`);
        console.log(
          `      ${JOBS} jobs in ${
            seconds.toFixed(1)
          } s, at most ${most} pending, ${times.length} questions, ${closest} s apart`,
        );
        const plain = await plainly(cluster, folder);
        const ratio = (seconds / JOBS) / (plain.ended / PLAIN_JOBS);
        console.log(
          `      ${PLAIN_JOBS} plain ones: ${plain.submitted.toFixed(1)} s to submit, ${
            plain.ended.toFixed(1)
          } s in all; ratio of each job ${ratio.toFixed(2)}`,
        );
      });
    });
  },
});

/** Puts `sbatch` and `squeue` before the real ones, which note when each was called. */
async function counted(folder: RealFolder): Promise<void> {
  await Deno.mkdir(`${folder.path}/bin`, { recursive: true });
  for (const name of ["sbatch", "squeue"]) {
    const real = (await folder.shell(`command -v ${name}`)).stdout.trim();
    const path = `${folder.path}/bin/${name}`;
    const note = `echo "${name} $(date +%s.%N)" >>'${folder.path}/calls'`;
    await Deno.writeTextFile(path, `#!/bin/sh\n${note}\nexec ${real} "$@"\n`);
    await Deno.chmod(path, 0o755);
  }
}

/** Jobs with a loop of `sbatch`, for comparison. */
async function plainly(cluster: SlurmCluster, folder: RealFolder) {
  const startedAtMs = Date.now();
  const since = () => (Date.now() - startedAtMs) / 1000;
  const script =
    `i=0; while [ $i -lt ${PLAIN_JOBS} ]; do sbatch --parsable -o /dev/null --wrap true; i=$((i + 1)); done`;
  const said = await folder.call("sh", ["-c", script], cluster.env);
  assertEquals([said.code, said.stdout.trim().split("\n").length], [0, PLAIN_JOBS], said.stderr);
  const submitted = since();
  while (await cluster.call("squeue", "-h") !== "") await new Promise((resolve) => setTimeout(resolve, 200));
  return { submitted, ended: since() };
}
