/** Removes old runs, each whole or not at all. */

import type { Failure } from "../../model/failure.ts";
import { firstAhead, instantOf, type RunId, timestampOf } from "../../model/ids.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import { removeProjectFolder } from "../../store/project_folder.ts";
import { removeRuns } from "../../store/remove_runs.ts";
import type { RunIndex } from "../../store/run_index.ts";
import type { DamagedRecord, RunStore, StoredRun } from "../../store/run_store.ts";
import { describeLiving, livingOf } from "../recording/living_processes.ts";
import { pinnedRuns } from "./pinned_runs.ts";
import { RunHistory } from "./run_history.ts";
import { type RecordPlace, recordPlaces } from "../workspace/record_places.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The first instant that a timestamp can name. */
const EARLIEST_MS = Date.parse("0000-01-01T00:00:00.000Z");

export interface PruneRequest {
  readonly name: string | undefined;
  /** The newest so many of each job stay, whatever their age. */
  readonly keep: number | undefined;
  /** Only what began longer ago goes. */
  readonly olderThanMs: number | undefined;
  readonly dryRun: boolean;
  /** Of all projects. */
  readonly everywhere: boolean;
  /** Of all projects whose folder is gone, also what their tasks stand on; and what is left of them then. */
  readonly orphaned: boolean;
}

export interface PruneReport {
  /** Every state folder that was looked at. */
  readonly places: readonly PrunedPlace[];
  readonly damaged: readonly DamagedRecord[];
}

export interface PrunedPlace {
  readonly place: RecordPlace;
  readonly removed: readonly RunId[];
  readonly spared: readonly SparedRun[];
  /** Nothing is left of it, or would be. */
  readonly isGone: boolean;
}

/** A run that would be due, and stays. */
export interface SparedRun {
  readonly id: RunId;
  /** Why it stays, as a sentence. */
  readonly reason: string;
}

export async function pruneRuns(
  workspace: Workspace,
  request: PruneRequest,
): Promise<Result<PruneReport, Failure>> {
  const isOfMany = request.everywhere || request.orphaned;
  const found = await recordPlaces(workspace, isOfMany);
  if (!found.ok) return found;
  const places: PrunedPlace[] = [];
  const damaged: DamagedRecord[] = [];
  let absent: Failure | undefined;
  for (const place of found.value) {
    if (request.orphaned && !place.isOrphaned) continue;
    const pruned = await pruneIn(workspace.host, place, request, damaged);
    if (pruned.ok) {
      places.push({
        ...pruned.value,
        isGone: request.orphaned && await discard(place, pruned.value, request.dryRun),
      });
    } else if (!isOfMany) return pruned;
    else if (pruned.failure.code === "run_not_found") absent = pruned.failure;
    else if (pruned.failure.code === "state_unreadable") damaged.push(pruned.failure);
    else return pruned;
  }
  return absent !== undefined && places.length === 0 ? fail(absent) : ok({ places, damaged });
}

/** The folder of a project that is gone goes when no run is left in it. Records that are kept elsewhere may be others', too. */
async function discard(
  { folder, store }: RecordPlace,
  { removed, spared }: Pick<PrunedPlace, "removed" | "spared">,
  dryRun: boolean,
): Promise<boolean> {
  if (folder === undefined) return false;
  const names = store.names();
  if (!names.ok || spared.length > 0) return false;
  const isElsewhere = store.layout.stateDir !== folder.path;
  const left = names.value.reduce((sum, name) => sum + countOf(store, name), 0) -
    (dryRun ? removed.length : 0);
  if (left > 0 && !isElsewhere) return false;
  return dryRun || await removeProjectFolder(store.parts, folder.path);
}

function countOf(store: RunStore, name: string): number {
  const timestamps = store.timestamps(name);
  return timestamps.ok ? timestamps.value.length : 1;
}

async function pruneIn(
  host: Host,
  place: RecordPlace,
  request: PruneRequest,
  damaged: DamagedRecord[],
): Promise<Result<Omit<PrunedPlace, "isGone">, Failure>> {
  const { store, tasks, folder } = place;
  const removed: RunId[] = [];
  const spared: SparedRun[] = [];
  if (request.orphaned && folder?.path !== store.layout.stateDir) return ok({ place, removed, spared });
  const history = RunHistory.open(store, request.name);
  if (!history.ok) return history;
  const nowMs = host.clock.nowMs();
  for (const index of history.value.indexes) {
    const { name } = index;
    const pinned = request.orphaned ? ok(new Map<RunId, string>()) : pinnedRuns(tasks, store, name);
    if (!pinned.ok) {
      // What the task stands on is not known, so all of its runs stay.
      if (pinned.failure.code !== "state_unreadable") return pinned;
      damaged.push(pinned.failure);
      continue;
    }
    const due: StoredRun[] = [];
    const positions: number[] = [];
    if (request.keep !== undefined && request.olderThanMs === undefined) {
      spared.push(...aheadOf(index, nowMs));
    }
    for (const position of dueOf(index, request, nowMs)) {
      const run = index.read(position);
      if (!run.ok) {
        // Nobody can tell whether it is running, so it stays.
        if (run.failure.code === "state_unreadable") damaged.push(run.failure);
        continue;
      }
      const { record } = run.value;
      const reason = pinned.value.get(record.id) ?? await reasonToStay(host, run.value);
      if (reason === undefined) {
        due.push(run.value);
        positions.push(position);
      } else spared.push({ id: record.id, reason });
    }
    if (request.dryRun || (due.length === 0 && !index.hasLeftovers)) {
      removed.push(...due.map(({ record }) => record.id));
      index.keep();
      continue;
    }
    index.forget(positions);
    const removal = await removeRuns(store.parts, name, due);
    if (!removal.ok) return removal;
    removed.push(...removal.value.removed);
    spared.push(...removal.value.held.map((id) => ({ id, reason: "somebody is finishing its record" })));
  }
  return ok({ place, removed, spared });
}

/** Positions in the index, the newest run first. */
function* dueOf(index: RunIndex, { keep, olderThanMs }: PruneRequest, nowMs: number): Generator<number> {
  // Nobody knows when those that lie in the future were made, so they are none of the newest, and none of the others either.
  const beyond = index.lowerBound(firstAhead(nowMs)) - (keep ?? 0);
  const limitMs = nowMs - (olderThanMs ?? 0);
  const old = olderThanMs === undefined
    ? beyond
    : limitMs < EARLIEST_MS
    ? 0
    : index.lowerBound(timestampOf(limitMs));
  for (let position = Math.min(beyond, old) - 1; position >= 0; position--) {
    // What names no instant is never known to be old.
    if (olderThanMs === undefined || instantOf(index.timestampAt(position)) < limitMs) yield position;
  }
}

/** Those that lie in the future. */
function aheadOf(index: RunIndex, nowMs: number): readonly SparedRun[] {
  const first = index.lowerBound(firstAhead(nowMs));
  const reason = "it lies in the future: the clock was wrong, or is wrong now";
  return Array.from({ length: index.size - first }, (_, at) => ({ id: index.idAt(first + at), reason }));
}

/** undefined where nothing speaks for it. Without its record nobody could find the processes of a run any more. */
async function reasonToStay(
  host: Host,
  { record, recorder }: StoredRun,
): Promise<string | undefined> {
  if (record.status === "running") return "it is still running";
  if (recorder === "unknown") return "whether the process that records it lives cannot be known from here";
  const isUnfinished = record.status === "interrupted" && record.recovery === null;
  if (record.status !== "interrupted" && !hasLeftSome(record)) return undefined;
  const living = await livingOf(host, record);
  // Who recovered it has said what is to become of what nobody can know.
  if (living === "unknown" ? !isUnfinished : living.length === 0) return undefined;
  return describeLiving(living, record);
}

function hasLeftSome(record: RunRecord): boolean {
  return [record, ...record.attempts].some(({ left_running, stopped_by, members_unlisted }) =>
    left_running.length > 0 || (stopped_by?.survivors ?? []).length > 0 || members_unlisted === true
  );
}
