/** The places that nodes of a graph need in the queue of Slurm, so that it is never fuller than the configuration says. */

import type { ExecutorName } from "../../model/executor.ts";
import type { Project } from "../../model/project.ts";
import type { RunObserver } from "../recording/run_to_record.ts";
import { pendingJobs } from "../slurm/pending_jobs.ts";
import { slurmTools } from "../slurm/slurm_tools.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** A place in the queue, until the job of its node has it. */
export interface Pending {
  release(): void;
}

export type ReservedPlace =
  | { readonly kind: "held"; readonly held: Pending | undefined }
  | { readonly kind: "waits"; readonly for: string };

interface Placed {
  readonly executor: ExecutorName;
}

/** Before the first node: what other calls have in the queue counts as well. */
export async function lookIntoQueue({ host }: Workspace, nodes: Iterable<Placed>): Promise<void> {
  for (const { executor } of nodes) if (executor === "slurm") return void await slurmTools(host).jobs(0);
}

/** Nothing is needed for a node of this machine. */
export function reservePending(
  { host }: Workspace,
  { slurm }: Project,
  { executor }: Placed,
): ReservedPlace {
  if (executor !== "slurm" || slurm === undefined) return { kind: "held", held: undefined };
  const held = pendingJobs(host).tryReserve(slurm.maxPending);
  if (held !== undefined) return { kind: "held", held };
  // If no job is followed now, nobody else asks whether there is room by now.
  slurmTools(host).askAgain(slurm.pollMs);
  return { kind: "waits", for: `Slurm, in whose queue ${slurm.maxPending} jobs wait` };
}

/** The observer, after which the place belongs to the job that was submitted. */
export function submitting(observer: RunObserver, pending: Pending | undefined): RunObserver {
  if (pending === undefined) return observer;
  return {
    event(event, record) {
      if (event.kind === "attempt_started") pending.release();
      observer.event(event, record);
    },
    outputGrown: (...grown) => observer.outputGrown(...grown),
    inputWithheld: (...withheld) => observer.inputWithheld(...withheld),
  };
}
