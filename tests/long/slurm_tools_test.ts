/** Commands of Slurm that are small scripts, with the real program: what they say in real processes, and a disk that never answers. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { startRun } from "../support/real_run.ts";
import { untilTrue } from "../support/slurm_cluster.ts";

const TOML = (folder: string) =>
  `[executors.slurm]
shared_dir = "${folder}/shared"
poll_seconds = 1

[jobs.far]
command = ["sh", "-c", "echo hello; exit 3"]
executor = "slurm"
`;

/** Runs the script at once, in the background, as a node would, and says the number of the job. */
const SBATCH = `#!/bin/sh
for each in "$@"; do
  case $each in
    --comment=*) key=\${each#*=} ;;
    --chdir=*) folder=\${each#*=} ;;
  esac
done
echo "$key" >"$FAKE/key"
cat >"$FAKE/batch"
BEFORE
SLURM_JOB_ID=12 SLURMD_NODENAME=n1 setsid sh "$FAKE/batch" >"$folder/slurm.log" 2>&1 </dev/null &
AFTER
`;

interface Tools {
  readonly before?: string;
  readonly after?: string;
  readonly squeue: string;
}

/** A run with these commands in front of all others. */
function runWith(folder: RealFolder, { before = "", after = "echo 12", squeue }: Tools) {
  const bin = `${folder.path}/bin`;
  Deno.mkdirSync(bin, { recursive: true });
  const tool = (name: string, text: string) => {
    Deno.writeTextFileSync(`${bin}/${name}`, text);
    Deno.chmodSync(`${bin}/${name}`, 0o755);
  };
  tool("sbatch", SBATCH.replace("BEFORE", before).replace("AFTER", after));
  tool("squeue", `#!/bin/sh\nkey=$(cat "$FAKE/key")\n${squeue}\n`);
  tool("scancel", '#!/bin/sh\necho "$@" >>"$FAKE/cancelled"\n');
  folder.write("orchastration.toml", TOML(folder.path));
  return startRun(folder, ["run", "far", "--quiet"], {
    env: { FAKE: folder.path, PATH: `${bin}:${Deno.env.get("PATH")}` },
  });
}

// deno-lint-ignore no-explicit-any
async function record(folder: RealFolder): Promise<any> {
  return JSON.parse((await folder.orchastration("runs", "show", "far", "--json")).stdout);
}

const CASES: readonly (Tools & { readonly name: string })[] = [
  { name: "garbage of squeue", squeue: "head -c 100000 /dev/urandom" },
  { name: "an empty answer of squeue", squeue: "" },
  { name: "a controller that does not answer", squeue: "exec sleep 600" },
  {
    name: "a number that came round again",
    squeue: 'echo "12|COMPLETED|n1|orchastration:another:1|None"; echo "12|RUNNING|n1|$key|None"',
  },
  {
    name: "sbatch that sleeps and retries",
    before:
      "echo 'sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying' >&2; sleep 1",
    squeue: 'echo "12|RUNNING|n1|$key|None"',
  },
  {
    name: "sbatch that loses its answer",
    after: "sleep 1; echo 'sbatch: error: Socket timed out on send/recv operation' >&2; exit 1",
    squeue: 'echo "12|RUNNING|n1|$key|None"',
  },
];

for (const { name, ...tools } of CASES) {
  Deno.test({
    name: `Slurm in scripts: ${name} leaves one execution and its true end`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      await inRealFolder(async (folder) => {
        await using run = runWith(folder, tools);
        assertEquals(await run.ended, 3, run.stderr);
        assertEquals(run.stdout, "hello\n");
        const { status, attempts, slurm } = await record(folder);
        assertEquals([status, attempts.length, slurm.node], ["failed", 1, "n1"]);
        assertEquals([...Deno.readDirSync(`${folder.path}/shared`)], []);
      });
    },
  });
}

Deno.test({
  name: "Slurm in scripts: a file that never answers holds up neither the end of a run nor Ctrl-C",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await inRealFolder(async (folder) => {
      // Opening a pipe without a writer never returns, as with a disk whose server is away.
      await using run = runWith(folder, {
        after:
          'wait; rm "$folder/stdout"; mkfifo "$folder/stdout"; rm "$folder/exit"; mkfifo "$folder/exit"; echo 12',
        squeue:
          'if [ -e "$FAKE/cancelled" ]; then s=CANCELLED; else s=RUNNING; fi; echo "12|$s|n1|$key|None"',
      });
      await untilTrue(async () => (await record(folder).catch(() => undefined))?.slurm?.state === "RUNNING");
      run.send("SIGINT");
      assertEquals(await run.ended, 130, run.stderr);
      const { status, exit_code, leaked_output } = await record(folder);
      assertEquals([status, exit_code, leaked_output], ["cancelled", null, true]);
      assert(folder.read("cancelled").includes("12"));
    });
  },
});
