/** The recorded runs, newest first. */

import type { Failure } from "../../model/failure.ts";
import { instantOf } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunStatus } from "../../model/run.ts";
import type { DamagedRecord } from "../../store/run_store.ts";
import { prefixOf, RunHistory } from "./run_history.ts";
import { type RunView, viewOf } from "./run_view.ts";
import type { Workspace } from "../workspace/workspace.ts";

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
  /** How many lie in the future; they are the last. */
  readonly ahead: number;
  /** How many there are altogether, of the name that was asked for. */
  readonly recorded: number;
  readonly nowMs: number;
}

export async function listRuns(
  workspace: Workspace,
  request: ListRunsRequest,
): Promise<Result<RunList, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const history = RunHistory.open(store.value, request.name);
  if (!history.ok) return history;
  const nowMs = workspace.host.clock.nowMs();
  const notBeforeMs = request.sinceMs === undefined ? -Infinity : nowMs - request.sinceMs;
  const isWanted = (status: RunStatus) => request.statuses.length === 0 || request.statuses.includes(status);
  const runs: ListedRun[] = [];
  const damaged: DamagedRecord[] = [];
  let isCut = false;
  for (const recorded of history.value.newestFirst((ended) => ended === undefined || isWanted(ended))) {
    if (instantOf(recorded.timestamp) < notBeforeMs) break;
    const run = recorded.index.read(recorded.position);
    if (!run.ok) {
      // Removed by somebody else in between: it is no longer a run.
      if (run.failure.code === "state_unreadable") damaged.push(run.failure);
      else if (run.failure.code !== "run_not_found") return run;
      continue;
    }
    if (!isWanted(run.value.record.status)) continue;
    if (runs.length >= request.limit) {
      isCut = true;
      break;
    }
    runs.push({ ...viewOf(run.value, workspace.host.processes), prefix: prefixOf(recorded) });
  }
  history.value.keep();
  return ok({ runs, damaged, isCut, ahead: history.value.aheadCount, recorded: history.value.size, nowMs });
}
