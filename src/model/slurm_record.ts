/** What the record of an attempt says of Slurm. Spelled as in the record. */

import type { CapturedStream } from "./captured_output.ts";

/** Where Slurm has an attempt, and what it told about it. Times of the node are by its clock. */
export interface SlurmRecord {
  /** null where sbatch did not say it within its bound, and Slurm has not shown the job since. */
  readonly job_id: string | null;
  /** The folder of the attempt, in the shared folder. */
  readonly folder: string;
  readonly submit_time: string;
  /** The last state that Slurm showed; null where it showed none yet. */
  readonly state: string | null;
  /** Why it waits, in the words of Slurm, or why nothing can be seen of it; null where neither is so. */
  readonly waits_for: string | null;
  /** null until it has begun. */
  readonly node: string | null;
  readonly begin_time: string | null;
  /**
   * Since when Slurm says that the job ended, or does not show it, while its node has told no end. Only set for a run that nobody
   * follows.
   */
  readonly doubtful_since?: string | undefined;
  /** The most memory that it used, where the node could find that out. */
  readonly memory?: MemoryRecord;
  /** What Slurm itself wrote about it; only where it wrote something. */
  readonly log?: SlurmLogRecord;
}

/**
 * `cgroup`: the kernel's count for the control group of the job, which includes the files that it cached. `sstat`: the largest of
 * the samples that Slurm took, which miss what was short.
 */
export const MEMORY_SOURCES = ["cgroup", "sstat"] as const;

export interface MemoryRecord {
  readonly bytes: number;
  readonly source: (typeof MEMORY_SOURCES)[number];
}

/** Slurm's own log of an attempt, kept beside its output. */
export interface SlurmLogRecord extends CapturedStream {
  readonly last_lines: readonly string[];
}
