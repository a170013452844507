/** Limits of a real Slurm cluster in time and memory, and the death of a node: Slurm's word is the cause, and its own words are kept. */

import { assertEquals, assertMatch } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";
import { startRun } from "../support/real_run.ts";
import {
  call,
  HAS_CONTROL_GROUPS,
  MISSING_OF_SLURM,
  type SlurmCluster,
  startCluster,
  untilTrue,
} from "../support/slurm_cluster.ts";

const isMissing = MISSING_OF_SLURM !== undefined;
const skipped = isMissing ? ` (skipped: no ${MISSING_OF_SLURM})` : "";
const noGroups = HAS_CONTROL_GROUPS ? skipped : " (skipped: no control groups)";

const TOML = (folder: string, more = "") =>
  `[executors.slurm]
shared_dir = "${folder}/shared"
poll_seconds = 1
${more}
[jobs.endless]
command = ["sh", "-c", "echo begun; exec sleep 600"]

[jobs.hog]
command = ["sh", "-c", "echo begun >&2; (head -c 150000000 /dev/zero; sleep 60) | tail -c 150000000 | wc -c"]

[jobs.eats]
command = ["sh", "-c", "x=$(head -c 150000000 /dev/zero | tr '\\\\0' x); echo \${#x}"]
`;

Deno.test({
  name: `Slurm: limits of time and memory and a dead node are the cause, with words of Slurm${skipped}`,
  ignore: isMissing,
  async fn() {
    await using cluster = await startCluster();
    // Each takes a minute: Slurm counts in minutes, and a node that tells nothing is waited for.
    await using other = await startCluster();
    await Promise.all([ofSlurmsTimeout(cluster), ofSampledMemory(cluster), ofDeadNode(other)]);
  },
});

Deno.test({
  name:
    `Slurm: memory that the kernel bounds is the cause, and the most that was used is in the record${noGroups}`,
  ignore: isMissing || !HAS_CONTROL_GROUPS,
  async fn() {
    await using cluster = await startCluster({ cgroup: true });
    await inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML(folder.path));
      const our = (...argv: readonly string[]) => call(folder, cluster, ...argv);
      const said = await our("run", "eats", "--executor", "slurm", "--quiet");
      assertEquals(said.code, 1);
      assertMatch(said.stderr, /\n {2}Slurm job \d+ on c\d+n[12] \(OUT_OF_MEMORY\)\n {2}\| /);
      const { status, signal, stopped_by, slurm } = await recordOf(our, "eats");
      assertEquals([status, signal, stopped_by.cause.state], ["cancelled", "SIGKILL", "OUT_OF_MEMORY"]);
      // DefMemPerNode of the cluster, in MiB.
      assertEquals(slurm.memory, { bytes: 64 * 1024 * 1024, source: "cgroup" });
      assertMatch(slurm.log.last_lines.join("\n"), /oom-kill/);
    });
  },
});

async function ofSlurmsTimeout(cluster: SlurmCluster): Promise<void> {
  await inRealFolder(async (folder) => {
    folder.write("orchastration.toml", TOML(folder.path, "time_seconds = 1\n"));
    await using run = startRun(folder, ["run", "endless", "--executor", "slurm", "--quiet"], {
      env: cluster.env,
    });
    assertEquals(await run.ended, 1);
    const { status, signal, stopped_by, slurm } = await recordOf(
      (...argv) => call(folder, cluster, ...argv),
      "endless",
    );
    assertEquals([status, signal, stopped_by.cause], ["cancelled", "SIGTERM", {
      kind: "slurm",
      state: "TIMEOUT",
    }]);
    assertMatch(slurm.log.last_lines.join("\n"), /DUE TO TIME LIMIT/);
    assertMatch(
      run.stderr,
      /Slurm ended it at the time limit of the job \(TIMEOUT\)[^]*\| .*DUE TO TIME LIMIT/,
    );
  });
}

/** Slurm kills the whole job, with the shell that would tell its end. */
async function ofSampledMemory(cluster: SlurmCluster): Promise<void> {
  await inRealFolder(async (folder) => {
    folder.write("orchastration.toml", TOML(folder.path));
    await using run = startRun(folder, ["run", "hog", "--executor", "slurm", "--quiet"], {
      env: cluster.env,
    });
    assertEquals(await run.ended, 1);
    const our = (...argv: readonly string[]) => call(folder, cluster, ...argv);
    const { status, exit_code, stopped_by, slurm } = await recordOf(our, "hog");
    assertEquals([status, exit_code, stopped_by.cause.kind], ["cancelled", null, "slurm"]);
    assertMatch(slurm.log.last_lines.join("\n"), /exceeded memory limit/i);
    const { stdout } = await our("runs", "show", "hog");
    assertMatch(stdout, /\nslurm said +.*exceeded memory limit/i);
    assertMatch(stdout, /\nlast lines +begun\n/);
  });
}

type Our = (...argv: readonly string[]) => ReturnType<typeof call>;

/** A node dies with everything on it: its end is Slurm's word, and nobody's status. */
async function ofDeadNode(cluster: SlurmCluster): Promise<void> {
  await inRealFolder(async (folder) => {
    folder.write("orchastration.toml", TOML(folder.path, 'extra_args = ["--nodelist=n2"]\n'));
    const our: Our = (...argv) => call(folder, cluster, ...argv);
    await using run = startRun(folder, ["run", "endless", "--executor", "slurm", "--quiet"], {
      env: cluster.env,
    });
    await untilTrue(() => run.stdout.includes("begun"));
    await untilTrue(async () => (await recordOf(our, "endless"))?.slurm?.node === "n2");
    const { slurm } = await recordOf(our, "endless");
    await cluster.kill("n2");
    await killJob(cluster, slurm.job_id, slurm.folder);
    await cluster.call("scontrol", "update", "nodename=n2", "state=down", "reason=test");
    assertEquals(await run.ended, 1);
    const record = await recordOf(our, "endless");
    assertEquals([record.status, record.exit_code, record.stopped_by.cause], ["cancelled", null, {
      kind: "slurm",
      state: "NODE_FAIL",
    }]);
    assertEquals((await our("logs", "endless")).stdout, "begun\n");
  });
}

// deno-lint-ignore no-explicit-any
async function recordOf(our: Our, job: string): Promise<any> {
  const { code, stdout } = await our("runs", "show", job, "--json");
  return code === 0 ? JSON.parse(stdout) : undefined;
}

/** Kills everything of a job on its node at once, the process of Slurm first. */
async function killJob({ env }: SlurmCluster, id: string, folder: string): Promise<void> {
  const found = (isIts: (environ: string, cmdline: string) => boolean) =>
    [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
      try {
        const [environ, cmdline] = ["environ", "cmdline"].map((file) =>
          Deno.readTextFileSync(`/proc/${name}/${file}`)
        );
        return /^\d+$/.test(name) && isIts(environ!, cmdline!) ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
  const steps = () =>
    found((environ, cmdline) => environ.includes(env.SLURM_CONF!) && cmdline.includes(`[${id}.batch]`));
  const others = () =>
    found((environ, cmdline) =>
      environ.includes(`SLURM_JOB_ID=${id}\0`) &&
      `${environ}${cmdline}`.includes(folder.split("/shared/")[0]!)
    );
  assertEquals(steps().length, 1);
  for (const pid of [...steps(), ...others()]) Deno.kill(pid, "SIGKILL");
  await untilTrue(() => steps().length + others().length === 0);
}
