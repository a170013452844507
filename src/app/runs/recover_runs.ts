/**
 * Finishes the records of runs whose recorder died: adds what can still be found out, and invents nothing.
 */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { CapturedStream, RecoveredProcess, RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { DamagedRecord, RunStore, StoredRun } from "../../store/run_store.ts";
import { enterMissing } from "../../store/missing_entries.ts";
import { removeLeftovers } from "../../store/leftovers.ts";
import { findRun } from "./find_run.ts";
import { finishAdopted, outputOnDisk } from "./adopted_run.ts";
import { graphCutOff } from "./graph_view.ts";
import { describeLiving, type Living } from "../recording/living_processes.ts";
import { withNotification } from "../recording/with_notification.ts";
import { finishAsTold } from "./finish_as_told.ts";
import { fateInSlurm, fateOf, isRecordedElsewhere, type Treatment } from "./run_fate.ts";
import { RunHistory } from "./run_history.ts";
import { type RecordPlace, recordPlaces } from "../workspace/record_places.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface RecoverRequest extends Treatment {
  /** undefined: every run that needs it. */
  readonly reference: string | undefined;
  /** In all projects; only without a reference. */
  readonly everywhere: boolean;
}

export interface RecoverReport {
  readonly recovered: readonly { readonly record: RunRecord; readonly place: RecordPlace }[];
  readonly alive: readonly LivingRun[];
  /**
   * Runs that are left as they are: a named one that does not need recovery, and those that other processes
   * handle.
   */
  readonly passedOver: readonly PassedRun[];
  readonly damaged: readonly DamagedRecord[];
  /** Temporary files of crashes that were removed; none where one run was named. */
  readonly removedLeftovers: number;
  /** Finished records whose lines in the journal a power cut took, and that are entered now. */
  readonly entered: readonly { readonly id: RunId; readonly place: RecordPlace }[];
}

export interface PassedRun {
  readonly id: RunId;
  readonly reason: string;
  readonly place: RecordPlace;
}

/** A run whose processes are or may be alive, without instructions for them. */
export interface LivingRun {
  readonly record: RunRecord;
  readonly place: RecordPlace;
  readonly processes: Living;
  /** The known facts about them, as a sentence. */
  readonly reason: string;
  /** The process that recorded it lives, so they are not ended or waited for from here. */
  readonly isRecorded?: boolean;
}

export async function recoverRuns(
  workspace: Workspace,
  request: RecoverRequest,
  onWait: (record: RunRecord, processes: number) => void,
): Promise<Result<RecoverReport, Failure>> {
  await workspace.visitLeft();
  const places = await recordPlaces(workspace, request.everywhere);
  if (!places.ok) return places;
  const recovered: RecoverReport["recovered"][number][] = [];
  const alive: LivingRun[] = [];
  const passedOver: PassedRun[] = [];
  const damaged: DamagedRecord[] = [];
  const entered: RecoverReport["entered"][number][] = [];
  let removedLeftovers = 0;
  for (const place of places.value) {
    const { store } = place;
    const found = request.reference === undefined
      ? everyRun(store)
      : await namedRun(workspace, store, request.reference);
    if (!found.ok && request.everywhere && found.failure.code === "state_unreadable") {
      damaged.push(found.failure);
      continue;
    }
    if (!found.ok) return found;
    damaged.push(...found.value.damaged);
    const removed = request.reference === undefined ? removeLeftovers(store.parts) : ok(0);
    if (!removed.ok) return removed;
    removedLeftovers += removed.value;
    for (const run of found.value.runs) {
      const { record } = run;
      const isLeft = request.withLiving === "leave";
      if (run.recorder === "unknown" && !isLeft && !run.isNewer) {
        alive.push({ record, place, processes: "unknown", reason: UNKNOWN_RECORDER });
        continue;
      }
      const reason = reasonToPass(run, isLeft);
      if (reason !== undefined) {
        if (request.reference !== undefined || run.isNewer) passedOver.push({ id: record.id, reason, place });
        continue;
      }
      const fate = record.intent.executor === undefined
        ? await fateOf(workspace.host, record, request, onWait)
        : await fateInSlurm(workspace.host, record, request, onWait);
      if (fate.kind === "alive") await noteAbsence(store, run, fate.absentSince);
      if (fate.kind === "alive") {
        const { processes, isRecorded = false } = fate;
        const reason = fate.reason ?? describeLiving(processes, record);
        alive.push({ record, place, processes, reason, isRecorded });
        continue;
      }
      const finished = fate.kind === "told"
        ? await finishAsTold(workspace.host, store, run, fate.end)
        : await finish(workspace.host, store, run, fate.was);
      if (!finished.ok) return finished;
      if (finished.value !== undefined) {
        recovered.push({ record: finished.value, place });
        await notifyIfOurs(workspace, place, finished.value);
      } else passedOver.push({ id: record.id, reason: "another process finished its record", place });
    }
    if (request.reference !== undefined) continue;
    const missing = await enterMissing(store.parts);
    if (!missing.ok) return missing;
    for (const id of missing.value) entered.push({ id, place });
  }
  return ok({ recovered, alive, passedOver, damaged, removedLeftovers, entered });
}

/** The configuration of another project is not read here. */
async function notifyIfOurs(workspace: Workspace, { store }: RecordPlace, record: RunRecord): Promise<void> {
  const own = await workspace.store();
  if (!own.ok || own.value.layout.stateDir !== store.layout.stateDir) return;
  await withNotification(workspace, ok(record), (each) => each);
}

interface Found {
  readonly runs: readonly StoredRun[];
  readonly damaged: readonly DamagedRecord[];
}

async function namedRun(
  workspace: Workspace,
  store: RunStore,
  reference: string,
): Promise<Result<Found, Failure>> {
  const found = await findRun(workspace, store, reference);
  return found.ok ? ok({ runs: [found.value.run], damaged: found.value.damaged }) : found;
}

/** Interrupted runs. */
function everyRun(store: RunStore): Result<Found, Failure> {
  const history = RunHistory.open(store, undefined);
  if (!history.ok) return history;
  const runs: StoredRun[] = [];
  const damaged: DamagedRecord[] = [];
  for (const { index, position } of history.value.newestFirst((ended) => ended === undefined)) {
    const run = index.read(position);
    if (run.ok && run.value.record.status === "interrupted") runs.push(run.value);
    else if (!run.ok && run.failure.code === "state_unreadable") damaged.push(run.failure);
  }
  history.value.keep();
  return ok({ runs, damaged });
}

const NEWER = "a newer Orchastration recorded it, and can recover it";
/**
 * Its lock was removed, or its file system has none; and its process is in a container, or on a system that
 * does not show start times.
 */
const UNKNOWN_RECORDER = "it is unknown whether its recorder is alive";

/** Why a run is left as it is; undefined where it was interrupted and not recovered. */
function reasonToPass({ record, isNewer, recorder }: StoredRun, isLeft: boolean): string | undefined {
  if (record.status === "running" && !(isLeft && recorder === "unknown")) return "it is still running";
  if (record.status === "running") return isNewer ? NEWER : undefined;
  if (record.status !== "interrupted") return `it has ended: ${record.reason}`;
  if (record.recovery !== null) return `it was recovered ${record.recovery.recovered_at}`;
  return isNewer ? NEWER : undefined;
}

/** Keeps since when a cluster has not shown the job, so that the next look goes on counting. */
async function noteAbsence(store: RunStore, run: StoredRun, since: string | undefined): Promise<void> {
  const { slurm, attempts } = run.record;
  if (slurm === undefined || slurm.doubtful_since === since) return;
  // Where it cannot be kept, the next look begins anew.
  await finishAdopted(store, run, async (writer) => {
    const noted = { ...slurm, doubtful_since: since };
    const stored = await writer.store({ kind: "slurm_noted", number: attempts.length, slurm: noted });
    return stored.ok ? ok(writer.record) : stored;
  });
}

/** undefined where another process finished it meanwhile. */
function finish(
  host: Host,
  store: RunStore,
  run: StoredRun,
  fate: RecoveredProcess,
): Promise<Result<RunRecord | undefined, Failure>> {
  return finishAdopted(store, run, async (writer) => {
    const { id, attempts, stdout_path, stderr_path } = writer.record;
    // A crash between the spawn and its record leaves files that the record does not name yet.
    const attempt = Math.max(1, attempts.length);
    const names = store.layout.outputNames(id, attempt);
    const output = await outputOnDisk(store, {
      ...names,
      stdout: stdout_path ?? names.stdout,
      stderr: stderr_path ?? names.stderr,
    });
    if (!output.ok) return output;
    const nowIso = new Date(host.clock.nowMs()).toISOString();
    const sign = lastSignOfLife(store, run, [output.value.stdout, output.value.stderr]);
    // With a clock that was set back, times do not tell what came first.
    const isOver = fate !== "left" && fate !== "unknown" && nowIso >= sign;
    return await writer.storeRecovery(
      {
        recovered_at: nowIso,
        ended_between: [sign, isOver ? nowIso : null],
        process_was: fate,
        ...(isRecordedElsewhere(host, writer.record) ? { recorder_was: "alive" as const } : {}),
      },
      output.value,
      graphCutOff(store, run.record),
    );
  });
}

function lastSignOfLife(
  store: RunStore,
  run: StoredRun,
  outputs: readonly (CapturedStream | null)[],
): string {
  const times = [
    Date.parse(run.record.start_time),
    ...run.record.attempts.map((attempt) => Date.parse(attempt.start_time)),
    ...outputs.map((output) =>
      output === null ? undefined : store.modifiedAtMs(store.layout.inState(output.path))
    ),
  ].filter((time) => time !== undefined);
  return new Date(Math.max(...times)).toISOString();
}
