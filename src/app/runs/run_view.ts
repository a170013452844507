/** The view of a run: the record, and for an interrupted run the state of its process. */

import type { RunRecord } from "../../model/run.ts";
import type { Processes } from "../../host/processes.ts";
import type { DamagedRecord, StoredRun } from "../../store/run_store.ts";

export type { DamagedRecord };

/** The known facts about the process of an interrupted run; null for every other run. */
export type ProcessState = "gone" | "alive" | "unknown" | "never_recorded";

export interface RunView {
  readonly record: RunRecord;
  readonly path: string;
  readonly process_state: ProcessState | null;
}

export function viewOf(run: StoredRun, processes: Processes): RunView {
  return { record: run.record, path: run.path, process_state: stateOf(run.record, processes) };
}

function stateOf(record: RunRecord, processes: Processes): ProcessState | null {
  if (record.status !== "interrupted" || record.recovery !== null) return null;
  // A graph has none of its own.
  if (record.action === "graph.run") return null;
  // Its process is on another machine, and recovery asks Slurm for it.
  if (record.intent.executor !== undefined) return null;
  return record.process === null ? "never_recorded" : processes.probe(record.process);
}
