/** Removes old runs, each whole or not at all. */

import type { Failure } from "../model/failure.ts";
import { instantOf, type RunId, runIdOf } from "../model/ids.ts";
import { ok, type Result } from "../model/result.ts";
import type { DamagedRecord } from "../store/run_store.ts";
import { newestFirst } from "./list_runs.ts";
import { viewOf } from "./run_view.ts";
import type { Workspace } from "./workspace.ts";

export interface PruneRequest {
  readonly name: string | undefined;
  /** The newest so many of each job stay, whatever their age. */
  readonly keep: number | undefined;
  /** Only what began longer ago goes. */
  readonly olderThanMs: number | undefined;
  readonly dryRun: boolean;
}

export interface PruneReport {
  readonly removed: readonly RunId[];
  /** Would be due, and stay because they are running or their process is alive. */
  readonly spared: readonly RunId[];
  readonly damaged: readonly DamagedRecord[];
}

export function pruneRuns(workspace: Workspace, request: PruneRequest): Result<PruneReport, Failure> {
  const store = workspace.store();
  if (!store.ok) return store;
  const names = store.value.names();
  if (!names.ok) return names;
  // For its failure where the name has no runs.
  const known = newestFirst(store.value, request.name);
  if (!known.ok) return known;
  const notAfterMs = request.olderThanMs === undefined
    ? Infinity
    : workspace.host.clock.nowMs() - request.olderThanMs;
  const removed: RunId[] = [];
  const spared: RunId[] = [];
  const damaged: DamagedRecord[] = [];
  for (const name of request.name === undefined ? names.value : [request.name]) {
    if (!request.dryRun) {
      const swept = store.value.sweep(name);
      if (!swept.ok) return swept;
    }
    const timestamps = store.value.timestamps(name);
    if (!timestamps.ok) return timestamps;
    for (const timestamp of timestamps.value.slice(request.keep ?? 0)) {
      if (instantOf(timestamp) >= notAfterMs) continue;
      const id = runIdOf(name, timestamp);
      const run = store.value.read(id);
      if (!run.ok) {
        // Nobody can tell whether it is running, so it stays.
        if (run.failure.code === "state_unreadable") damaged.push(run.failure);
        continue;
      }
      const { record, process_state } = viewOf(run.value, workspace.host.processes);
      if (record.status === "running" || process_state === "alive") {
        spared.push(id);
        continue;
      }
      if (!request.dryRun) {
        const gone = store.value.remove(id);
        if (!gone.ok) return gone;
      }
      removed.push(id);
    }
  }
  return ok({ removed, spared, damaged });
}
