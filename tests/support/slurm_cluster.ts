/** A real Slurm cluster of two nodes on this machine, where slurm-wlm and munge are installed. */

import { fromFileUrl } from "@std/path";

const SCRIPT = fromFileUrl(new URL("../../scripts/slurm/with_cluster.sh", import.meta.url));
const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel"];
const FOLDERS = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin", "/usr/local/sbin"];

/** The first program of Slurm that is not installed; undefined where all are. */
export const MISSING_OF_SLURM = Deno.build.os !== "linux"
  ? "Linux"
  : PROGRAMS.find((name) =>
    !FOLDERS.some((folder) => {
      try {
        return Deno.statSync(`${folder}/${name}`).isFile;
      } catch {
        return false;
      }
    })
  );

export interface SlurmCluster extends AsyncDisposable {
  /** For the processes that call Slurm. */
  readonly env: Readonly<Record<string, string>>;
  /** The pid files and logs of its daemons. */
  readonly folder: string;
  /** Calls a tool of Slurm, and returns what it printed. */
  call(program: string, ...args: readonly string[]): Promise<string>;
}

export async function startCluster(): Promise<SlurmCluster> {
  const held = new Deno.Command(SCRIPT, {
    args: ["sh", "-c", 'echo "$SLURM_CONF $CLUSTER"; exec cat'],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = held.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the cluster did not start: exit status ${(await held.status).code}`);
    said += value;
  }
  const [conf = "", folder = ""] = said.trim().split(" ");
  const env = { SLURM_CONF: conf };
  return {
    env,
    folder,
    async call(program, ...args) {
      const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], env }).output();
      const text = new TextDecoder();
      if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${text.decode(stderr)}`);
      return text.decode(stdout).trim();
    },
    async [Symbol.asyncDispose]() {
      // Its command ends with its input, and the script then ends the daemons.
      await held.stdin.close();
      await reader.cancel();
      await held.status;
    },
  };
}
