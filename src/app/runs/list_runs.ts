/** The recorded runs, newest first. */

import type { Failure } from "../../model/failure.ts";
import { instantOf } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunStatus } from "../../model/run.ts";
import type { DamagedRecord, RunStore, StoredRun } from "../../store/run_store.ts";
import { type RecordPlace, recordPlaces } from "../workspace/record_places.ts";
import { prefixOf, type RecordedRun, RunHistory } from "./run_history.ts";
import { type RunView, viewOf } from "./run_view.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface ListRunsRequest {
  readonly name: string | undefined;
  readonly statuses: readonly RunStatus[];
  /** Only runs that began at most this long ago. */
  readonly sinceMs: number | undefined;
  readonly limit: number;
  /** For all projects. */
  readonly everywhere: boolean;
}

export interface ListedRun extends RunView {
  /** This prefix of the id names this recorded run only. */
  readonly prefix: string;
  readonly place: RecordPlace;
}

export interface RunList {
  readonly runs: readonly ListedRun[];
  readonly damaged: readonly DamagedRecord[];
  /** Older matching runs exist. */
  readonly isCut: boolean;
  /** How many are in the future; they are listed last. */
  readonly ahead: number;
  /** The total number for the requested name. */
  readonly recorded: number;
  /** The call belongs to no project, and runs of projects are recorded elsewhere. */
  readonly isElsewhere: boolean;
  readonly nowMs: number;
}

export async function listRuns(
  workspace: Workspace,
  request: ListRunsRequest,
): Promise<Result<RunList, Failure>> {
  const places = await recordPlaces(workspace, request.everywhere);
  if (!places.ok) return places;
  const placeOf = new Map(places.value.map((place) => [place.store, place]));
  const stores = [...placeOf.keys()];
  const name = request.name === undefined ? undefined : await workspace.resolveAlias(request.name);
  const opened = request.everywhere ? RunHistory.openAll(stores, name) : openOne(stores[0]!, name);
  if (!opened.ok) return opened;
  const { history, unreadable } = opened.value;
  const nowMs = workspace.host.clock.nowMs();
  const notBeforeMs = request.sinceMs === undefined ? -Infinity : nowMs - request.sinceMs;
  const isWanted = (status: RunStatus) => request.statuses.length === 0 || request.statuses.includes(status);
  const runs: ListedRun[] = [];
  const damaged: DamagedRecord[] = [...unreadable];
  let isCut = false;
  const listed = (recorded: RecordedRun, run: StoredRun): ListedRun => ({
    ...viewOf(run, workspace.host.processes),
    prefix: prefixOf(recorded),
    place: placeOf.get(history.storeOf(recorded.index))!,
  });
  // Running runs come first, however old they are.
  for (const recorded of isWanted("running") ? history.held() : []) {
    if (instantOf(recorded.timestamp) < notBeforeMs) continue;
    const run = recorded.index.read(recorded.position);
    if (!run.ok || run.value.record.status !== "running") continue;
    if (runs.length < request.limit) runs.push(listed(recorded, run.value));
    else isCut = true;
  }
  const first = new Set(runs.map(({ record, path }) => `${path} ${record.id}`));
  for (const recorded of history.newestFirst((ended) => ended === undefined || isWanted(ended))) {
    // Runs in the future come after all others, so that one that is too old is not the last that counts.
    if (instantOf(recorded.timestamp) < notBeforeMs) continue;
    const run = recorded.index.read(recorded.position);
    if (!run.ok) {
      // A run that was removed meanwhile is no longer listed.
      if (run.failure.code === "state_unreadable") damaged.push(run.failure);
      else if (run.failure.code !== "run_not_found") return run;
      continue;
    }
    if (!isWanted(run.value.record.status)) continue;
    if (first.has(`${run.value.path} ${run.value.record.id}`)) continue;
    if (runs.length >= request.limit) {
      isCut = true;
      break;
    }
    runs.push(listed(recorded, run.value));
  }
  history.keep();
  const recorded = history.size;
  const isElsewhere = recorded === 0 && !request.everywhere &&
    await knowsOnlyProjects(workspace, places.value);
  return ok({ runs, damaged, isCut, ahead: history.aheadCount, recorded, isElsewhere, nowMs });
}

async function knowsOnlyProjects(workspace: Workspace, own: readonly RecordPlace[]): Promise<boolean> {
  if (own.some(({ project }) => project !== undefined)) return false;
  const all = await recordPlaces(workspace, true);
  return all.ok && all.value.some(({ project }) => project !== undefined);
}

function openOne(store: RunStore, name: string | undefined): ReturnType<typeof RunHistory.openAll> {
  const history = RunHistory.open(store, name);
  return history.ok ? ok({ history: history.value, unreadable: [] }) : history;
}
