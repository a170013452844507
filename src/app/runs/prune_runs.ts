/** Removes old runs, each as a whole. */

import type { Failure } from "../../model/failure.ts";
import { parseDuration } from "../../model/duration.ts";
import { firstAhead, instantOf, type RunId, type Timestamp, timestampOf } from "../../model/ids.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import { runsWithEvidence } from "../../store/evidence_store.ts";
import { removeProjectFolder } from "../../store/project_folder.ts";
import { removeRuns } from "../../store/remove_runs.ts";
import type { RunIndex } from "../../store/run_index.ts";
import type { DamagedRecord, RunStore, StoredRun } from "../../store/run_store.ts";
import { describeLiving, livingOf } from "../recording/living_processes.ts";
import { pinnedRuns } from "./pinned_runs.ts";
import { RunHistory } from "./run_history.ts";
import { type RecordPlace, recordPlaces } from "../workspace/record_places.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The earliest instant that a timestamp can express. */
const EARLIEST_MS = Date.parse("0000-01-01T00:00:00.000Z");

export interface PruneRequest {
  readonly name: string | undefined;
  /** This many of each job's newest runs stay, whatever their age. */
  readonly keep: number | undefined;
  /** Only runs that began longer ago are removed. */
  readonly olderThanMs: number | undefined;
  readonly dryRun: boolean;
  /** In all projects. */
  readonly everywhere: boolean;
  /**
   * In all projects whose folder is gone, including runs that their tasks refer to, and finally the rest of
   * their state.
   */
  readonly orphaned: boolean;
}

export interface PruneReport {
  /** Every state folder that was examined. */
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

/** A run that would be removed by age or number, but stays. */
export interface SparedRun {
  readonly id: RunId;
  /** Why it stays, as a sentence. */
  readonly reason: string;
}

export async function pruneRuns(
  workspace: Workspace,
  asked: PruneRequest,
): Promise<Result<PruneReport, Failure>> {
  const name = asked.name === undefined ? undefined : await workspace.resolveAlias(asked.name);
  const request = { ...asked, name };
  const isOfMany = request.everywhere || request.orphaned;
  const kept = await keptEvidence(workspace);
  const found = await recordPlaces(workspace, isOfMany, request.orphaned);
  if (!found.ok) return found;
  const places: PrunedPlace[] = [];
  const damaged: DamagedRecord[] = [];
  let absent: Failure | undefined;
  for (const place of found.value) {
    if (request.orphaned && !place.isOrphaned) continue;
    const evidence = place.store.layout.stateDir === kept?.stateDir ? kept : undefined;
    const pruned = await pruneIn(workspace.host, place, request, damaged, evidence);
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

/**
 * The folder of a removed project is deleted when it has no run left. Records that are kept elsewhere may
 * belong to others, too.
 */
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
  evidence: KeptEvidence | undefined,
): Promise<Result<Omit<PrunedPlace, "isGone">, Failure>> {
  const { store, tasks, folder } = place;
  const signed = evidence === undefined ? ok([]) : runsWithEvidence(store.parts);
  if (!signed.ok) return signed;
  const isSigned = new Set(signed.value);
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
      // The runs that the task refers to are unknown, so all of its runs stay.
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
        // It is unknown whether it is still running, so it stays.
        if (run.failure.code === "state_unreadable") damaged.push(run.failure);
        continue;
      }
      const { record } = run.value;
      const isEvidence = evidence !== undefined && (record.subject === "task" || isSigned.has(record.id));
      const reason = pinned.value.get(record.id) ??
        (isEvidence ? reasonOfEvidence(index.timestampAt(position), evidence, nowMs) : undefined) ??
        await reasonToStay(host, run.value);
      if (reason === undefined) {
        due.push(run.value);
        positions.push(position);
      } else spared.push({ id: record.id, reason });
    }
    if (request.dryRun || (due.length === 0 && !index.hasLeftovers)) {
      // One by one, because a call cannot have as many arguments as a job can have runs.
      for (const { record } of due) removed.push(record.id);
      index.keep();
      continue;
    }
    index.forget(positions);
    const removal = await removeRuns(store.parts, name, due);
    if (!removal.ok) return removal;
    for (const id of removal.value.removed) removed.push(id);
    for (const id of removal.value.held) {
      spared.push({ id, reason: "another process is finishing its record" });
    }
  }
  return ok({ place, removed, spared });
}

/** How long the evidence of this project stays, whatever a call of `runs prune` asks for. */
interface KeptEvidence {
  readonly stateDir: string;
  /** As written. */
  readonly retention: string;
  readonly retentionMs: number;
}

/** undefined where no configuration says so. */
async function keptEvidence(workspace: Workspace): Promise<KeptEvidence | undefined> {
  const project = await workspace.project();
  const state = await workspace.stateFolder();
  const retention = project.ok ? project.value.evidence.retention : undefined;
  const retentionMs = retention === undefined ? undefined : parseDuration(retention);
  if (retention === undefined || retentionMs === undefined || !state.ok) return undefined;
  return { stateDir: state.value.folder, retention, retentionMs };
}

/** A time that is not a date is never considered old. */
function reasonOfEvidence(
  timestamp: Timestamp,
  { retention, retentionMs }: KeptEvidence,
  nowMs: number,
): string | undefined {
  return nowMs - instantOf(timestamp) > retentionMs
    ? undefined
    : `it is evidence, which [evidence] retention keeps for ${retention}`;
}

/** Positions in the index, the newest run first. */
function* dueOf(index: RunIndex, { keep, olderThanMs }: PruneRequest, nowMs: number): Generator<number> {
  // The real time of runs in the future is unknown, so they are not among the newest, and not among the
  // others either.
  const beyond = index.lowerBound(firstAhead(nowMs)) - (keep ?? 0);
  const limitMs = nowMs - (olderThanMs ?? 0);
  const old = olderThanMs === undefined
    ? beyond
    : limitMs < EARLIEST_MS
    ? 0
    : index.lowerBound(timestampOf(limitMs));
  for (let position = Math.min(beyond, old) - 1; position >= 0; position--) {
    // A time that is not a date is never considered old.
    if (olderThanMs === undefined || instantOf(index.timestampAt(position)) < limitMs) yield position;
  }
}

/** Runs that are in the future. */
function aheadOf(index: RunIndex, nowMs: number): readonly SparedRun[] {
  const first = index.lowerBound(firstAhead(nowMs));
  const reason = "it is in the future: the clock was wrong, or is wrong now";
  return Array.from({ length: index.size - first }, (_, at) => ({ id: index.idAt(first + at), reason }));
}

/**
 * undefined where it can be removed. Without its record nobody could find the processes of a run any more.
 */
async function reasonToStay(
  host: Host,
  { record, recorder }: StoredRun,
): Promise<string | undefined> {
  if (record.status === "running") return "it is still running";
  if (recorder === "unknown") return "it is unknown whether its recorder is alive";
  const isUnfinished = record.status === "interrupted" && record.recovery === null;
  if (record.status !== "interrupted" && !hasLeftSome(record)) return undefined;
  const living = await livingOf(host, record);
  // The person who recovered the run decided about processes that may be alive.
  if (living === "unknown" ? !isUnfinished : living.length === 0) return undefined;
  return describeLiving(living, record);
}

function hasLeftSome(record: RunRecord): boolean {
  return [record, ...record.attempts].some(({ left_running, stopped_by, members_unlisted }) =>
    left_running.length > 0 || (stopped_by?.survivors ?? []).length > 0 || members_unlisted === true
  );
}
