/** A real Slurm cluster of two nodes on this machine, where slurm-wlm and munge are installed. */

import { fromFileUrl } from "@std/path";
import type { RealFolder, RealSaid } from "./real_program.ts";

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

/** Control groups of version 1 that may be written, so that the kernel can bound the memory of a job. */
export const HAS_CONTROL_GROUPS = isWritable("/sys/fs/cgroup/memory");

function isWritable(path: string): boolean {
  try {
    const probe = Deno.makeTempDirSync({ dir: path });
    Deno.removeSync(probe);
    return true;
  } catch {
    return false;
  }
}

export type Daemon = "slurmctld" | "n1" | "n2";

export interface SlurmCluster extends AsyncDisposable {
  /** For the processes that call Slurm. */
  readonly env: Readonly<Record<string, string>>;
  /** The pid files and logs of its daemons. */
  readonly folder: string;
  /** Calls a tool of Slurm, and returns what it printed. */
  call(program: string, ...args: readonly string[]): Promise<string>;
  /** Ends a daemon with SIGKILL; a node is its slurmd. Its jobs live on. */
  kill(daemon: Daemon): Promise<void>;
  restart(daemon: Daemon): Promise<void>;
}

export async function startCluster({ cgroup = false } = {}): Promise<SlurmCluster> {
  const held = new Deno.Command(SCRIPT, {
    args: ["sh", "-c", 'echo "$SLURM_CONF $CLUSTER"; exec cat'],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    env: cgroup ? { CLUSTER_CGROUP: "1" } : {},
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
  const restarted: Deno.ChildProcess[] = [];
  return {
    env,
    folder,
    async call(program, ...args) {
      const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], env }).output();
      const text = new TextDecoder();
      if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${text.decode(stderr)}`);
      return text.decode(stdout).trim();
    },
    async kill(daemon) {
      const pid = Number(Deno.readTextFileSync(`${folder}/${daemon}.pid`));
      Deno.kill(pid, "SIGKILL");
      await untilTrue(() => !isAlive(pid));
    },
    async restart(daemon) {
      const pidFile = `${folder}/${daemon}.pid`;
      Deno.removeSync(pidFile);
      const isNode = daemon !== "slurmctld";
      restarted.push(
        new Deno.Command("sh", {
          args: ["-c", 'PATH=$PATH:/usr/sbin:/sbin; exec "$@"', "sh"].concat(
            isNode ? ["slurmd", "-D", "-N", daemon] : ["slurmctld", "-D"],
          ),
          env,
          stdin: "null",
          stdout: "null",
          stderr: "null",
        }).spawn(),
      );
      await untilTrue(async () => {
        const said = await new Deno.Command("sinfo", { args: ["-h"], env }).output();
        return said.code === 0 && exists(pidFile);
      });
    },
    async [Symbol.asyncDispose]() {
      // Its command ends with its input, and the script then ends the daemons.
      await held.stdin.close();
      await reader.cancel();
      await held.status;
      await Promise.all(restarted.map((child) => child.status));
    },
  };
}

function isAlive(pid: number): boolean {
  // A process that its parent has not waited for is as good as gone.
  try {
    return !/^\d+ \(.*\) Z/.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Waits for a fact, within a bound. */
export async function untilTrue(fact: () => boolean | Promise<boolean>, boundMs = 60_000): Promise<void> {
  const giveUpAt = Date.now() + boundMs;
  while (!await fact()) {
    if (Date.now() > giveUpAt) throw new Error("it did not happen within the bound");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Calls the real program where Slurm is at hand. */
export function call(
  folder: RealFolder,
  { env }: SlurmCluster,
  ...argv: readonly string[]
): Promise<RealSaid> {
  const [program, ...words] = folder.command;
  return folder.call(program, [...words, ...argv], env);
}
