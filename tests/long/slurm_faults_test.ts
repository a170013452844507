/** Kills of the daemons of a real Slurm cluster, and of our own process at each point: one execution, one record, a true end. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { type RealRun, startRun } from "../support/real_run.ts";
import {
  call,
  MISSING_OF_SLURM,
  type SlurmCluster,
  startCluster,
  untilTrue,
} from "../support/slurm_cluster.ts";

const isMissing = MISSING_OF_SLURM !== undefined;
const skipped = isMissing ? ` (skipped: no ${MISSING_OF_SLURM})` : "";

/** Each execution adds a line to `count`, and waits for `go`. */
const WAITS = "echo begun >>count; echo begun; while [ ! -e go ]; do sleep 0.1; done; echo over; exit 3";

const TOML = (folder: string) =>
  `[executors.slurm]
shared_dir = "${folder}/shared"
poll_seconds = 1

[jobs.waits]
command = ["sh", "-c", "${WAITS}"]

[jobs.words]
command = ["printf", "[%s]"]

[jobs.made]
command = ["sh", "-c", "mkdir -p out; cat in/* >out/all; wc -c <out/all; echo warned >&2"]
inputs = ["in/**"]
outputs = ["out"]
`;

const HOSTILE = [
  "",
  " ",
  "\n",
  "two\nlines\n",
  "$(touch pwned)",
  "\`touch pwned\`",
  "'; touch pwned; '",
  '"$HOME"',
  "\\",
  "*",
  "-n",
  "--",
  "%s%d",
  "\u0001\t\u007f",
  "ü é\u0301 \u{1f600}",
  "x".repeat(100_000),
];

/** Stands in front of the real sbatch: waits before the submission, or after it, as long as there is such a file. */
const HELD_SBATCH = `#!/bin/sh
PATH=\${PATH#*:}
: >at_before
while [ -e hold_before ]; do sleep 0.1; done
said=$(sbatch "$@")
: >at_after
while [ -e hold_after ]; do sleep 0.1; done
echo "$said"
`;

Deno.test({
  name: `Slurm: kills of its daemons leave one execution, one record and a true end${skipped}`,
  ignore: isMissing,
  async fn(t) {
    await using cluster = await startCluster();
    await inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML(folder.path));
      const our = (...argv: readonly string[]) => call(folder, cluster, ...argv);

      await t.step(
        "the controller is killed while a job runs, and the job ends before it is back",
        async () => {
          await using run = await begun(folder, cluster);
          await cluster.kill("slurmctld");
          folder.write("go", "");
          assertEquals(await run.ended, 3, run.stderr);
          await cluster.restart("slurmctld");
          await isOneEnd(folder, our, "begun\nover\n");
        },
      );

      await t.step("the controller is killed and comes back while a job runs", async () => {
        await using run = await begun(folder, cluster);
        await cluster.kill("slurmctld");
        await cluster.restart("slurmctld");
        folder.write("go", "");
        assertEquals(await run.ended, 3, run.stderr);
        await isOneEnd(folder, our, "begun\nover\n");
        await settled(cluster);
      });

      await t.step("the slurmd of its node is killed while a job runs", async () => {
        await using run = await begun(folder, cluster);
        const { slurm } = await recordOf(our, "waits");
        await cluster.kill(slurm.node);
        folder.write("go", "");
        assertEquals(await run.ended, 3, run.stderr);
        await cluster.restart(slurm.node);
        await isOneEnd(folder, our, "begun\nover\n");
        await settled(cluster);
      });
    });
  },
});

Deno.test({
  name:
    `Slurm: kills of ours at each point leave one execution and a true end, and records are as here${skipped}`,
  ignore: isMissing,
  async fn(t) {
    await using cluster = await startCluster();
    await inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML(folder.path));
      const our = (...argv: readonly string[]) => call(folder, cluster, ...argv);

      await t.step("ours is killed before it submits, and what is submitted late does not run", async () => {
        fresh(folder);
        folder.write("hold_before", "");
        await using run = withHeldSbatch(folder, cluster);
        await untilTrue(() => has(folder, "at_before"));
        run.send("SIGKILL");
        await run.ended;
        const said = await our("recover", "waits");
        assertEquals(said.code, 0, said.stderr);
        const record = await recordOf(our, "waits");
        assertEquals([record.status, record.recovery.process_was], ["interrupted", "gone"]);
        Deno.removeSync(`${folder.path}/hold_before`);
        await untilTrue(async () => await processesOf(folder) === "");
        await untilTrue(async () => await mine(cluster, record.token) === "");
        assert(!has(folder, "count"));
      });

      await t.step("ours is killed between the submission and its record", async () => {
        fresh(folder);
        folder.write("hold_after", "");
        await using run = withHeldSbatch(folder, cluster);
        await untilTrue(() => has(folder, "at_after") && has(folder, "count"));
        run.send("SIGKILL");
        await run.ended;
        folder.write("go", "");
        const said = await our("recover", "waits", "--wait");
        assertEquals(said.code, 0, said.stderr);
        Deno.removeSync(`${folder.path}/hold_after`);
        await isOneEnd(folder, our, "begun\nover\n");
        await settled(cluster);
      });

      await t.step("ours is killed after the node wrote the end, and before its record", async () => {
        await using run = await begun(folder, cluster);
        run.send("SIGSTOP");
        folder.write("go", "");
        const { slurm } = await recordOf(our, "waits");
        await untilTrue(() => has(folder, `shared/${slurm.folder.split("/").pop()}/exit`));
        run.send("SIGKILL");
        await run.ended;
        const said = await our("recover", "waits");
        assertEquals(said.code, 0, said.stderr);
        await isOneEnd(folder, our, "begun\nover\n");
      });

      await t.step("outputs and the manifest of inputs are the same as here", async () => {
        Deno.mkdirSync(`${folder.path}/in`);
        folder.write("in/a", "one\n");
        folder.write("in/b", "two\n");
        const of = async (executor: string) => {
          await Deno.remove(`${folder.path}/out`, { recursive: true }).catch(() => {});
          const said = await our("run", "made", "--executor", executor, "--fresh", "--json");
          assertEquals(said.code, 0, said.stderr);
          const record = JSON.parse(said.stdout);
          const { sha256, files, unmatched } = record.inputs;
          const outputs = record.outputs.map(({ modified_at: _, ...each }: { modified_at: string }) => each);
          const same = ["status", "exit_code", "signal", "stdout_sha256", "stderr_sha256", "leaked_output"]
            .concat(
              ["left_running", "stopped_by", "git", "definition"],
            );
          const facts = Object.fromEntries(same.map((key) => [key, record[key]]));
          return { ...facts, outputs, inputs: { sha256, files, unmatched } };
        };
        const here = await of("local");
        assertEquals(await of("slurm"), here);
        assertEquals(here.inputs.files, 2);
        const again = await our("run", "made", "--executor", "slurm", "--json");
        assertEquals(JSON.parse(again.stdout).status, "up_to_date");
      });

      await t.step("hostile words arrive as they are here", async () => {
        const there = await our("run", "words", "--executor", "slurm", "--quiet", "--", ...HOSTILE);
        assertEquals(there.code, 0, there.stderr);
        assertEquals(there.stdout, HOSTILE.map((word) => `[${word}]`).join(""));
        assert(!has(folder, "pwned"));
      });
    });
  },
});

/**
 * A killed controller forgets that it started the last jobs, and starts them again; a node that still runs such a job refuses the
 * second copy, and is drained.
 */
async function settled(cluster: SlurmCluster): Promise<void> {
  await untilTrue(async () => await cluster.call("squeue", "-h") === "");
  await untilTrue(async () => {
    const states = await cluster.call("sinfo", "-h", "-N", "-o", "%N %T");
    for (const [, node] of states.matchAll(/^(\S+) drained$/gm)) {
      await cluster.call("scontrol", "update", `nodename=${node}`, "state=resume");
    }
    return states === "n1 idle\nn2 idle";
  });
}

type Our = (...argv: readonly string[]) => ReturnType<typeof call>;

// deno-lint-ignore no-explicit-any
async function recordOf(our: Our, job: string): Promise<any> {
  const { code, stdout } = await our("runs", "show", job, "--json");
  return code === 0 ? JSON.parse(stdout) : undefined;
}

function has({ path }: RealFolder, name: string): boolean {
  try {
    Deno.statSync(`${path}/${name}`);
    return true;
  } catch {
    return false;
  }
}

/** Removes what the job before left. */
function fresh(folder: RealFolder): void {
  for (const name of ["go", "count", "at_before", "at_after"]) {
    if (has(folder, name)) Deno.removeSync(`${folder.path}/${name}`);
  }
}

/** A run of `waits` whose command has begun, and is recorded with its node. */
async function begun(folder: RealFolder, cluster: SlurmCluster): Promise<RealRun> {
  fresh(folder);
  const run = startRun(folder, ["run", "waits", "--executor", "slurm", "--quiet"], { env: cluster.env });
  await untilTrue(() => run.stdout.includes("begun"));
  const our: Our = (...argv) => call(folder, cluster, ...argv);
  await untilTrue(async () => (await recordOf(our, "waits"))?.slurm?.node?.startsWith("n") === true);
  return run;
}

function withHeldSbatch(folder: RealFolder, { env }: SlurmCluster): RealRun {
  Deno.mkdirSync(`${folder.path}/bin`, { recursive: true });
  folder.write("bin/sbatch", HELD_SBATCH);
  Deno.chmodSync(`${folder.path}/bin/sbatch`, 0o755);
  const path = `${folder.path}/bin:${Deno.env.get("PATH")}`;
  return startRun(folder, ["run", "waits", "--executor", "slurm", "--quiet"], {
    env: { ...env, PATH: path },
  });
}

/** The command ran once, and its record has its end and its whole output; nothing is left in the shared folder. */
async function isOneEnd(folder: RealFolder, our: Our, stdout: string): Promise<void> {
  const record = await recordOf(our, "waits");
  assertEquals([record.status, record.exit_code, record.recovery, record.attempts.length], [
    "failed",
    3,
    null,
    1,
  ]);
  assertEquals((await our("logs", "waits")).stdout, stdout);
  assertEquals(folder.read("count"), "begun\n");
  const left = [...Deno.readDirSync(`${folder.path}/shared`)].map(({ name }) => name);
  assertEquals(left.filter((name) => record.slurm.folder.endsWith(name)), []);
}

/** What Slurm still has of the jobs of a run. */
async function mine(cluster: SlurmCluster, token: string): Promise<string> {
  const all = await cluster.call("squeue", "-h", "-o", "%i %T %k");
  return all.split("\n").filter((line) => line.includes(token.slice(0, 16))).join("\n");
}

async function processesOf(folder: RealFolder): Promise<string> {
  return (await folder.shell(`ps -e -o args | grep "${folder.path}/bin/sbatch" | grep -v grep`)).stdout;
}
