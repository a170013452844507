/** A cluster of Slurm behind a fake machine: a queue of jobs whose nodes do what a test says. */

import type { FakeHost } from "./fake_host.ts";

export interface FakeJob {
  readonly id: number;
  readonly key: string;
  readonly folder: string;
  /** As Slurm writes it; undefined: Slurm does not show it. */
  state: string | undefined;
  reason: string;
}

export interface FakeCluster {
  readonly jobs: FakeJob[];
  readonly cancelled: string[];
  /** How often squeue was asked. */
  asked: number;
  /** squeue does not answer. */
  isSilent: boolean;
  /** The newest job. */
  readonly last: FakeJob;
  begins(job?: FakeJob): void;
  ends(job?: FakeJob, status?: number, stdout?: string): void;
}

/** Each job waits for "Resources" until the test lets it begin; scancel ends it. */
export function fakeCluster(host: FakeHost): FakeCluster {
  host.disk.makeFolder("/shared");
  const cluster: FakeCluster = {
    jobs: [],
    cancelled: [],
    asked: 0,
    isSilent: false,
    get last() {
      return cluster.jobs.at(-1)!;
    },
    begins(job = cluster.last) {
      job.state = "RUNNING";
      host.disk.write(`${job.folder}/claim`, `job ${job.id}\nnode n1\nbegin ${seconds(host)}\n`);
    },
    ends(job = cluster.last, status = 0, stdout = "hello\n") {
      if (job.state === "PENDING") cluster.begins(job);
      job.state = status === 0 ? "COMPLETED" : "FAILED";
      const bytes = new TextEncoder().encode(stdout).length;
      host.disk.write(`${job.folder}/stdout`, stdout);
      host.disk.write(`${job.folder}/stderr`, "");
      host.disk.write(
        `${job.folder}/exit`,
        `exited ${status}\nend ${seconds(host)}\nstdout ${bytes}\nstderr 0\n`,
      );
    },
  };
  host.program("sbatch", async (p) => {
    const valueOf = (name: string) => p.args.find((word) => word.startsWith(`--${name}=`))!.split("=")[1]!;
    const id = 12 + cluster.jobs.length;
    const [key, folder] = [valueOf("comment"), valueOf("chdir")];
    cluster.jobs.push({ id, key, folder, state: "PENDING", reason: "Resources" });
    await p.stdout(`${id}\n`);
  });
  host.program("squeue", async (p) => {
    cluster.asked++;
    if (cluster.isSilent) return await p.forever();
    const shown = cluster.jobs.filter(({ state }) => state !== undefined);
    const lines = shown.map(({ id, state, key, reason }) =>
      `${id}|${state}|${state === "PENDING" ? "" : "n1"}|${key}|${state === "PENDING" ? reason : "None"}\n`
    );
    await p.stdout(lines.join(""));
  });
  host.program("scancel", (p) => {
    cluster.cancelled.push(p.args.join(" "));
    const job = cluster.jobs.find(({ id }) => p.args.includes(String(id)));
    if (job === undefined) return;
    const hasBegun = host.disk.read(`${job.folder}/claim`) !== undefined;
    job.state = "CANCELLED";
    if (!hasBegun) return;
    host.disk.write(`${job.folder}/stdout`, "");
    host.disk.write(`${job.folder}/stderr`, "");
    host.disk.write(`${job.folder}/exit`, `stopped 143\nend ${seconds(host)}\nstdout 0\nstderr 0\n`);
  });
  return cluster;
}

function seconds(host: FakeHost): number {
  return Math.floor(host.clock.nowMs() / 1000);
}
