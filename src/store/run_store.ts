/** The runs in the state folder: creates, reads and lists them. Only a RunWriter writes run records. */

import {
  firstAhead,
  instantOf,
  nameProblem,
  type RunId,
  runIdOf,
  type Timestamp,
  timestampOf,
} from "../model/ids.ts";
import type { CapturedStream } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { FileLock, Files, LockSupport } from "../host/files.ts";
import type { HostResult } from "../host/host_result.ts";
import { decodeRun } from "./codec.ts";
import { dropOlder, isOlder, lastTimestamp, reserveAndNote, reserveByNote } from "./last_run.ts";
import { type Layout, RECORD_SUFFIX, timestampsIn } from "./layout.ts";
import { digestFile } from "./run_output.ts";
import { countLogs, type NodeLog } from "./node_log.ts";
import { recorderState } from "./recorder.ts";
import { NO_LOCK, type ReservedRun, RunWriter } from "./run_writer.ts";
import { nodeLogsSettled } from "./settle_node_logs.ts";
import {
  listFolder,
  type MadeFolder,
  makeStateFolderBeside,
  prepareLocks,
  syncStateFolderBeside,
} from "./state_folders.ts";
import { type DamagedRecord, readRun, type StoredRun } from "./stored_run.ts";
import type { StoreParts } from "./store_parts.ts";

export type { DamagedRecord, StoredRun };

/** One job cannot start this many runs within a second. */
const CLASH_BOUND = 10_000;

export interface LatestRun {
  readonly run: StoredRun | undefined;
  readonly damaged: readonly DamagedRecord[];
  /** The run that is noted as the newest, whether it has a record or not. */
  readonly noted: Timestamp | undefined;
}

type Reserving = Result<ReservedRun, Failure> | "outdated";

export class RunStore {
  readonly #parts: StoreParts;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  /** For callers that keep other records in the same folder. */
  get parts(): StoreParts {
    return this.#parts;
  }

  get layout(): Layout {
    return this.#parts.layout;
  }

  /**
   * Reserves an id for a new run, with its lock. Nothing is recorded yet. `around`: the run in this process that contains it and ends
   * after it; they can share a lock.
   */
  async reserve(name: string, atMs: number, around?: RunWriter): Promise<Result<RunWriter, Failure>> {
    const prepared = await this.#prepare(name, around?.nodeLog);
    if (!prepared.ok) return prepared;
    const reserveFrom = this.#reserving(name, atMs, prepared.value, around);
    return this.#writerOf(await this.#reserve(name, prepared.value, around, reserveFrom));
  }

  /**
   * The same for a run whose first record is its end. "outdated" where `newest` is not what is noted as the newest run of the job; then
   * nothing is reserved.
   */
  async reserveEnded(
    name: string,
    atMs: number,
    around: RunWriter | undefined,
    newest: Timestamp | undefined,
  ): Promise<Result<RunWriter | "outdated", Failure>> {
    const log = around?.nodeLog;
    const prepared = await this.#prepare(name, log);
    if (!prepared.ok) return prepared;
    const { isNew, synced, locks } = prepared.value;
    if (log !== undefined && !isNew) {
      const id = await reserveByNote(this.#parts, name, atMs, newest);
      if (id === "outdated") return ok("outdated");
      const kind = { lock: NO_LOCK, lockSupport: locks, lockFile: "none", isFirst: false } as const;
      if (id !== undefined) return ok(new RunWriter(this.#parts, { ...kind, id, synced, log }));
    }
    const reserveFrom = this.#reserving(name, atMs, prepared.value, around);
    const reserved = await this.#reserve(
      name,
      prepared.value,
      around,
      (last) => last === newest ? reserveFrom(last) : "outdated",
    );
    return reserved === "outdated" ? ok(reserved) : this.#writerOf(reserved);
  }

  #writerOf(reserved: Result<ReservedRun, Failure>): Result<RunWriter, Failure> {
    return reserved.ok ? ok(new RunWriter(this.#parts, reserved.value)) : reserved;
  }

  /**
   * `reserveFrom` is given the newest run so far. The new one is noted as the newest at once, so that the note is read and written in one
   * step. The first run of a job needs no note, because readers without one list the folder.
   */
  async #reserve<Reserved extends Reserving>(
    name: string,
    { isNew }: MadeFolder,
    around: RunWriter | undefined,
    reserveFrom: (last: Timestamp | undefined) => Reserved,
  ): Promise<Reserved> {
    if (isNew) return reserveFrom(undefined);
    const isSyncedLater = around?.nodeLog !== undefined;
    return await reserveAndNote(this.#parts, name, isSyncedLater, reserveFrom) ??
      this.#reserveUnnoted(name, reserveFrom);
  }

  /** The folder of the runs, and whether there are locks. */
  async #prepare(
    name: string,
    log: NodeLog | undefined,
  ): Promise<Result<MadeFolder & { readonly locks: LockSupport }, Failure>> {
    const { layout } = this.#parts;
    // With a log, the folder is made durable together with all others.
    const made = makeStateFolderBeside(this.#parts, layout.runsOf(name), log === undefined);
    if (!made.ok) return made;
    const { isNew } = made.value;
    // A graph with a log may have made the folder.
    const synced = log === undefined && !isNew && countLogs(this.#parts) > 0
      ? syncStateFolderBeside(this.#parts, layout.runs)
      : made.value.synced;
    const locks = await prepareLocks(this.#parts);
    return locks.ok ? ok({ isNew, synced, locks: locks.value }) : locks;
  }

  /** Where the lock of the notes cannot be had. Reserves another id if this one was reserved by the note before our lock could be seen. */
  #reserveUnnoted<Reserved extends Reserving>(
    name: string,
    reserveFrom: (last: Timestamp | undefined) => Reserved,
  ): Reserved {
    const { files, layout } = this.#parts;
    let last = lastTimestamp(this.#parts, name);
    for (;;) {
      const reserved = reserveFrom(last);
      if (reserved === "outdated" || !reserved.ok) return reserved;
      const { id, lock } = reserved.value;
      const now = lastTimestamp(this.#parts, name);
      if (now === undefined || now === last || isOlder(now, id)) {
        dropOlder(this.#parts, name, id);
        return reserved;
      }
      files.remove(layout.runLock(id));
      lock.release();
      last = now;
    }
  }

  #reserving(
    name: string,
    atMs: number,
    made: MadeFolder & { readonly locks: LockSupport },
    around: RunWriter | undefined,
  ): (last: Timestamp | undefined) => Result<ReservedRun, Failure> {
    return (last) => {
      const fromMs = made.isNew ? atMs : Math.max(atMs, afterLast(last, atMs));
      return this.#reserveFrom(name, fromMs, made, around);
    };
  }

  #reserveFrom(
    name: string,
    fromMs: number,
    { isNew, synced, locks }: MadeFolder & { readonly locks: LockSupport },
    around: RunWriter | undefined,
  ): Result<ReservedRun, Failure> {
    const { files, layout } = this.#parts;
    for (let clash = 0; clash < CLASH_BOUND; clash++) {
      const id = runIdOf(name, timestampOf(fromMs + clash));
      const path = layout.runLock(id);
      const shared = around?.shareLock(path);
      const lock = shared ??
        (locks.kind === "given"
          ? files.tryLock(path, { exclusive: true, create: "new" })
          : placeInstead(files, path));
      if (!lock.ok && lock.failure.kind === "already_exists") continue;
      if (!lock.ok) {
        return fail({ code: "state_unwritable", action: "take the lock", path, reason: lock.failure.reason });
      }
      if (lock.value === "held") continue;
      // The lock of a finished run is gone, but its record, or the rest of its removal, is not: a clock that
      // was set back can reuse the time.
      const isTaken = !isNew && [layout.record(id), layout.hiddenRecord(id)].some((at) => files.exists(at));
      if (isTaken) {
        files.remove(path);
        lock.value.release();
        continue;
      }
      return ok({
        id,
        lock: lock.value,
        lockSupport: locks,
        lockFile: shared === undefined ? "own" : "shared",
        isFirst: isNew,
        synced,
        log: around?.nodeLog,
      });
    }
    throw new Error(`Cannot reserve a run of "${name}": ${CLASH_BOUND} timestamps in a row are taken`);
  }

  /**
   * Takes over a run whose recorder died, to finish its record; "held" where the recorder lives, or may live
   * without anybody having confirmed the contrary.
   */
  async adopt(
    stored: StoredRun,
    { evenIfUnknown }: { readonly evenIfUnknown: boolean },
  ): Promise<Result<RunWriter | "held", Failure>> {
    const { files, layout } = this.#parts;
    // An end that was told can be in the log of a graph that died after this store was opened.
    await nodeLogsSettled(this.#parts);
    const locks = await prepareLocks(this.#parts);
    if (!locks.ok) return locks;
    const recorder = recorderState(this.#parts, stored.record);
    if (recorder === "alive" || (recorder === "unknown" && !evenIfUnknown)) return ok("held");
    const path = layout.runLock(stored.record.id);
    const lock = locks.value.kind === "given"
      ? files.tryLock(path, { exclusive: true, create: "if_missing" })
      : { ok: true, value: NO_LOCK } as const;
    if (!lock.ok) {
      return fail({ code: "state_unwritable", action: "take the lock", path, reason: lock.failure.reason });
    }
    if (lock.value === "held") return ok("held");
    // The record may have changed while the lock was not held; it is read as stored, not with its derived
    // status.
    const bytes = files.readBytes(stored.path);
    const decoded = bytes.ok ? decodeRun(bytes.value) : undefined;
    if (decoded?.ok && decoded.value.record.status === "running" && !decoded.value.isNewer) {
      return ok(
        new RunWriter(this.#parts, {
          id: stored.record.id,
          lock: lock.value,
          lockSupport: locks.value,
          lockFile: "own",
          isFirst: false,
          synced: Promise.resolve(ok(undefined)),
          record: decoded.value.record,
        }),
      );
    }
    files.remove(path);
    lock.value.release();
    return ok("held");
  }

  /** The present digest and size of a captured file; null where it does not exist. */
  async digestOutput(relative: string): Promise<Result<CapturedStream | null, Failure>> {
    const path = this.layout.inState(relative);
    if (!this.#parts.files.stat(path).ok) return ok(null);
    const digest = await digestFile(this.#parts, path);
    if (!digest.ok) return digest;
    return ok({ path: relative, bytes: digest.value.sizeBytes, sha256: digest.value.sha256 });
  }

  /**
   * When a file of the state folder was last written, in milliseconds since the epoch; undefined where it
   * does not exist.
   */
  modifiedAtMs(path: string): number | undefined {
    const facts = this.#parts.files.stat(path);
    return facts.ok ? facts.value.modifiedAtMs : undefined;
  }

  /** Whether a record of this run exists, readable or not. */
  has(id: RunId): boolean {
    return this.#parts.files.stat(this.layout.record(id)).ok;
  }

  /** One run; run_not_found where it has no record. */
  read(id: RunId): Result<StoredRun, Failure> {
    return readRun(this.#parts, id);
  }

  /** The newest readable run of a job; damaged newer ones are reported with it. */
  latest(name: string): Result<LatestRun, Failure> {
    const noted = lastTimestamp(this.#parts, name);
    if (noted !== undefined) {
      const run = this.read(runIdOf(name, noted));
      if (run.ok) return ok({ run: run.value, damaged: [], noted });
    }
    const timestamps = this.timestamps(name);
    if (!timestamps.ok) return timestamps;
    const damaged: DamagedRecord[] = [];
    for (const timestamp of timestamps.value) {
      const run = this.read(runIdOf(name, timestamp));
      if (run.ok) return ok({ run: run.value, damaged, noted });
      if (run.failure.code === "state_unreadable") damaged.push(run.failure);
    }
    return ok({ run: undefined, damaged, noted });
  }

  /** Whether a process holds the lock of this run. */
  isHeld(id: RunId): boolean {
    const path = this.layout.runLock(id);
    const lock = this.#parts.files.tryLock(path, { exclusive: false, create: "never" });
    if (lock.ok && lock.value !== "held") lock.value.release();
    return lock.ok && lock.value === "held";
  }

  /**
   * The timestamps of a job's records, newest first, those from the future last; empty where it never ran.
   */
  timestamps(name: string): Result<readonly Timestamp[], Failure> {
    const names = listFolder(this.#parts, this.layout.runsOf(name), [RECORD_SUFFIX]);
    if (!names.ok) return names;
    const future = firstAhead(this.#parts.clock.nowMs());
    const newestFirst = timestampsIn(names.value).toReversed();
    const known = newestFirst.findIndex((timestamp) => timestamp < future);
    return ok(known <= 0 ? newestFirst : [...newestFirst.slice(known), ...newestFirst.slice(0, known)]);
  }

  /** The names of jobs and tasks that have runs, sorted. */
  names(): Result<readonly string[], Failure> {
    const names = listFolder(this.#parts, this.layout.runs);
    if (!names.ok) return names;
    return ok(names.value.filter((name) => nameProblem(name) === undefined && !this.#isFile(name)).sort());
  }

  /** A file beside the folders of the jobs has no runs. */
  #isFile(name: string): boolean {
    const facts = this.#parts.files.stat(this.layout.runsOf(name));
    return facts.ok && facts.value.kind !== "directory";
  }
}

/** Even with a clock that was set back by seconds, no run is older than the one before it. */
function afterLast(last: Timestamp | undefined, atMs: number): number {
  return last === undefined || last >= firstAhead(atMs) ? atMs : instantOf(last) + 1;
}

/** Without locks, only the claim file prevents the id from being reserved twice. */
function placeInstead(files: Files, path: string): HostResult<FileLock> {
  const created = files.createNew(path);
  if (!created.ok) return created;
  created.value.close();
  return { ok: true, value: NO_LOCK };
}
