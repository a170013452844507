/** The executors of a configuration, and the jobs that can have them. */

import { executorConflict, type SlurmSettings } from "../model/executor.ts";
import type { Job } from "../model/job.ts";
import type { Task } from "../model/task.ts";
import { DEFAULTS } from "./defaults.ts";
import type { Problem } from "./problem.ts";
import type { ProjectValues } from "./schema.ts";

/** undefined where there is no such table, or its folder is missing, which is already noted. */
export function decodeSlurm(values: ProjectValues | undefined): SlurmSettings | undefined {
  const slurm = values?.executors?.slurm;
  if (slurm?.shared_dir === undefined) return undefined;
  return {
    sharedDir: slurm.shared_dir,
    partition: slurm.partition,
    account: slurm.account,
    qos: slurm.qos,
    timeSeconds: slurm.time_seconds,
    cpus: slurm.cpus,
    memory: slurm.memory,
    gpus: slurm.gpus,
    extraArgs: slurm.extra_args ?? DEFAULTS.slurm.extra_args,
    maxPending: slurm.max_pending ?? DEFAULTS.slurm.max_pending,
    pollMs: Math.round((slurm.poll_seconds ?? DEFAULTS.slurm.poll_seconds) * 1000),
  };
}

/** Notes the jobs and tasks that want an executor which is not there, or which cannot give them what they need. */
export function requireExecutors(
  values: ProjectValues | undefined,
  jobs: readonly Job[],
  tasks: readonly Task[],
  problems: Problem[],
): void {
  // Among a thousand jobs, most are for this machine, and nothing is made for them.
  const isElsewhere = ({ executor }: Job | Task) => executor === "slurm";
  const placed = [
    ...jobs.filter(isElsewhere).map((job) => ({ at: ["jobs", job.name, "executor"], ...job })),
    // A task has neither a terminal nor an input.
    ...tasks.filter(isElsewhere).map((task) => ({
      at: ["tasks", task.name, "executor"],
      ...AS_TASK,
      ...task,
    })),
  ];
  for (const { at, ...command } of placed) {
    if (values?.executors?.slurm === undefined) {
      problems.push({
        at,
        point: "value",
        message: "there is no table [executors.slurm]",
        hint: 'write it, with shared_dir = "/a/folder/that/every/node/has"',
      });
    }
    const fact = executorConflict(command);
    if (fact !== undefined) problems.push({ at, point: "value", message: fact, hint: undefined });
  }
}

const AS_TASK = { interactive: false, terminal: false, stdin: "none", leaveRunning: false } as const;
