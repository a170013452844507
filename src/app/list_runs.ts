/** The recorded runs, newest first. */

import type { Failure } from "../model/failure.ts";
import { instantOf, type RunId, runIdOf, type Timestamp } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { shortestPrefixes } from "../model/run_reference.ts";
import type { RunStatus } from "../model/run.ts";
import { suggest } from "../model/suggest.ts";
import type { DamagedRecord, RunStore } from "../store/run_store.ts";
import { type RunView, viewOf } from "./run_view.ts";
import type { Workspace } from "./workspace.ts";

export interface ListRunsRequest {
  readonly name: string | undefined;
  readonly statuses: readonly RunStatus[];
  /** Only runs that began at most this long ago. */
  readonly sinceMs: number | undefined;
  readonly limit: number;
}

export interface ListedRun extends RunView {
  /** So much of the id names this run and no other that is recorded. */
  readonly prefix: string;
}

export interface RunList {
  readonly runs: readonly ListedRun[];
  readonly damaged: readonly DamagedRecord[];
  /** There are older ones that match. */
  readonly isCut: boolean;
  /** How many there are altogether, of the name that was asked for. */
  readonly recorded: number;
  readonly nowMs: number;
}

export function listRuns(workspace: Workspace, request: ListRunsRequest): Result<RunList, Failure> {
  const store = workspace.store();
  if (!store.ok) return store;
  const ids = newestFirst(store.value, request.name);
  if (!ids.ok) return ids;
  const nowMs = workspace.host.clock.nowMs();
  const notBeforeMs = request.sinceMs === undefined ? -Infinity : nowMs - request.sinceMs;
  const prefixes = shortestPrefixes(ids.value.map(({ id }) => id));
  const recorded = ids.value.length;
  const runs: ListedRun[] = [];
  const damaged: DamagedRecord[] = [];
  for (const { id, timestamp } of ids.value) {
    if (instantOf(timestamp) < notBeforeMs) break;
    const run = store.value.read(id);
    if (!run.ok) {
      // Removed by somebody else in between: it is no longer a run.
      if (run.failure.code === "state_unreadable") damaged.push(run.failure);
      else if (run.failure.code !== "run_not_found") return run;
      continue;
    }
    if (request.statuses.length > 0 && !request.statuses.includes(run.value.record.status)) continue;
    if (runs.length >= request.limit) return ok({ runs, damaged, isCut: true, recorded, nowMs });
    runs.push({ ...viewOf(run.value, workspace.host.processes), prefix: prefixes.get(id)! });
  }
  return ok({ runs, damaged, isCut: false, recorded, nowMs });
}

/** The ids of one job's runs, or of all; run_not_found where the job has none. */
export function newestFirst(
  store: RunStore,
  name: string | undefined,
): Result<readonly { readonly id: RunId; readonly timestamp: Timestamp }[], Failure> {
  const names = store.names();
  if (!names.ok) return names;
  if (name !== undefined && !names.value.includes(name)) {
    return fail({
      code: "run_not_found",
      reference: name,
      fact: `no run of this name is recorded in ${store.layout.stateDir}`,
      suggestion: suggest(name, names.value),
    });
  }
  const ids: { id: RunId; timestamp: Timestamp }[] = [];
  for (const each of name === undefined ? names.value : [name]) {
    const timestamps = store.timestamps(each);
    if (!timestamps.ok) return timestamps;
    for (const timestamp of timestamps.value) ids.push({ id: runIdOf(each, timestamp), timestamp });
  }
  // One job's are sorted already.
  if (name === undefined) {
    ids.sort((a, b) => a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0);
  }
  return ok(ids);
}
