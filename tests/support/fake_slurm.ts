/** A cluster of Slurm on the fake host: its controller and its nodes do what a test says. */

import type { FakeHost } from "./fake_host.ts";
import type { RunningProgram } from "./fake_process.ts";
import { call, readJson, STATE } from "./cli.ts";

/** One job for the cluster. */
export const TOML = `[executors.slurm]
shared_dir = "/shared"
partition = "main"
cpus = 2
extra_args = ["--constraint=avx2"]

[jobs.far]
command = ["tool", "a b"]
env = { TOKEN = "geheim-1234" }
secrets = ["TOKEN"]
timeout_seconds = 60
executor = "slurm"
`;
export const ID = "far/20261122T063449.123Z";
const DONE = "exited 0\nend 1795329300\nstdout 6\nstderr 0\n";

export interface FakeCluster {
  /** What squeue prints for each job in place of "@", which is its key. undefined: it does not answer. */
  queue: string | undefined;
  queueStatus: number;
  submits: (p: RunningProgram) => Promise<number | void>;
  readonly submitted: RunningProgram[];
  readonly cancelled: string[];
  asked: number;
  key: string;
  folder: string;
}

/** A controller that takes each job as number 12 and shows it running. */
export function clusterOn(host: FakeHost): FakeCluster {
  host.program("tool", () => 0);
  host.disk.makeFolder("/shared");
  const cluster: FakeCluster = {
    queue: "12|RUNNING|n1|@|None\n",
    queueStatus: 0,
    submits: (p) => p.stdout("12\n"),
    submitted: [],
    cancelled: [],
    asked: 0,
    key: "",
    folder: "",
  };
  host.program("sbatch", async (p) => {
    cluster.submitted.push(p);
    const valueOf = (name: string) => p.args.find((word) => word.startsWith(`--${name}=`))!.split("=")[1]!;
    cluster.key = valueOf("comment");
    cluster.folder = valueOf("chdir");
    return await cluster.submits(p);
  });
  host.program("squeue", async (p) => {
    cluster.asked++;
    if (cluster.queue === undefined) return await p.forever();
    await p.stdout(cluster.queue.replaceAll("@", cluster.key));
    return cluster.queueStatus;
  });
  host.program("scancel", (p) => {
    cluster.cancelled.push(p.args.join(" "));
  });
  return cluster;
}

/** What a node does once it begins. */
export function begins(host: FakeHost, { folder }: FakeCluster): void {
  host.disk.write(`${folder}/claim`, "job 12\nnode n1\nbegin 1795329290\n");
}

export function ends(host: FakeHost, { folder }: FakeCluster, exit = DONE): void {
  host.disk.write(`${folder}/stdout`, "hello\n");
  host.disk.write(`${folder}/stderr`, "");
  host.disk.write(`${folder}/exit`, exit);
}

// deno-lint-ignore no-explicit-any
export function recordOf(host: FakeHost, id = ID): any {
  return readJson(host, `${STATE}/runs/${id}.json`);
}

export const runFar = (host: FakeHost) => call(host, ["run", "far", "--quiet"]);
