/** The runs in the state folder: creating, reading, listing, removing. The only writer of run records is a RunWriter. */

import {
  isRunId,
  isTimestamp,
  nameProblem,
  parseRunId,
  type RunId,
  runIdOf,
  type Timestamp,
  timestampOf,
} from "../model/ids.ts";
import type { CapturedStream, RunRecord } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { FileLock } from "../host/host.ts";
import { TEMPORARY_SUFFIX } from "../host/durable_write.ts";
import { decodeRun } from "./codec.ts";
import { lastTimestamp } from "./last_run.ts";
import { Layout } from "./layout.ts";
import { digestFile } from "./run_output.ts";
import { RunWriter } from "./run_writer.ts";
import type { StoreParts } from "./store_parts.ts";

/** So many runs of one job in one and the same second are more than can be. */
const CLASH_BOUND = 10_000;

/** A record as a reader sees it. */
export interface StoredRun {
  /** With status "interrupted" where the file says "running" and nobody holds the run's lock. */
  readonly record: RunRecord;
  readonly path: string;
  readonly isNewer: boolean;
}

/** A record that is there and cannot be read; the others are not touched by that. */
export interface DamagedRecord {
  readonly path: string;
  readonly reason: string;
}

/** Who said to hold a lock; only for people, as the kernel alone knows. */
export interface LockHolder {
  readonly pid: number;
  /** undefined: it has not begun one, or works without. */
  readonly run: string | undefined;
  readonly since: string;
}

export type JobLock =
  | { readonly kind: "taken"; readonly lock: FileLock }
  | { readonly kind: "held"; readonly by: LockHolder | undefined };

export interface Removal {
  readonly removed: readonly RunId[];
  /** Somebody is finishing their records, so they stay. */
  readonly held: readonly RunId[];
}

/** The record of a run that was removed, as long as its output is not. */
const HIDDEN_SUFFIX = `.json.removed${TEMPORARY_SUFFIX}`;
const TIMESTAMP_LENGTH = "20261122T063449.123Z".length;

function unremovable(path: string, reason: string): Result<never, Failure> {
  return fail({ code: "state_unwritable", action: "remove", path, reason });
}

export class RunStore {
  readonly #parts: StoreParts;

  constructor(machine: Omit<StoreParts, "layout">, stateDir: string) {
    this.#parts = { ...machine, layout: new Layout(machine.paths, stateDir) };
  }

  /** For those that keep other records in the same folder. */
  get parts(): StoreParts {
    return this.#parts;
  }

  get layout(): Layout {
    return this.#parts.layout;
  }

  /** Takes a place for a new run: its id, and the lock that belongs to it. Nothing is recorded yet. */
  reserve(name: string, atMs: number): Result<RunWriter, Failure> {
    const { files, layout } = this.#parts;
    for (const folder of [layout.runsOf(name), layout.locks]) {
      const made = this.#makeDurably(folder);
      if (!made.ok) return made;
    }
    for (let clash = 0; clash < CLASH_BOUND; clash++) {
      const id = runIdOf(name, timestampOf(atMs + clash));
      const path = layout.runLock(id);
      const lock = files.tryLock(path, { exclusive: true, create: "new" });
      if (!lock.ok && lock.failure.kind === "already_exists") continue;
      if (!lock.ok) {
        return fail({ code: "state_unwritable", action: "take the lock", path, reason: lock.failure.reason });
      }
      if (lock.value === "held") continue;
      // The lock of a finished run is gone, its record is not, nor what a removal left: a clock that was set back meets it.
      if (files.stat(layout.record(id)).ok || files.stat(this.#hidden(id)).ok) {
        files.remove(path);
        lock.value.release();
        continue;
      }
      return ok(new RunWriter(this.#parts, id, lock.value));
    }
    throw new Error(`Cannot reserve a run of "${name}": ${CLASH_BOUND} timestamps in a row are taken`);
  }

  /** Takes over a run whose recorder died, to finish its record; "held" where the recorder lives. */
  adopt(stored: StoredRun): Result<RunWriter | "held", Failure> {
    const { files, layout } = this.#parts;
    const made = this.#makeDurably(layout.locks);
    if (!made.ok) return made;
    const path = layout.runLock(stored.record.id);
    const lock = files.tryLock(path, { exclusive: true, create: "if_missing" });
    if (!lock.ok) {
      return fail({ code: "state_unwritable", action: "take the lock", path, reason: lock.failure.reason });
    }
    if (lock.value === "held") return ok("held");
    // What it was when we had no lock may have changed; as it is stored, not as it is derived.
    const bytes = files.readBytes(stored.path);
    const decoded = bytes.ok ? decodeRun(bytes.value) : undefined;
    if (decoded?.ok && decoded.value.record.status === "running" && !decoded.value.isNewer) {
      return ok(new RunWriter(this.#parts, stored.record.id, lock.value, decoded.value.record));
    }
    files.remove(path);
    lock.value.release();
    return ok("held");
  }

  /**
   * Removes runs of one job with their captured output, and what an earlier removal left. Each is gone for every reader in
   * one step, before any output goes; what a crash leaves then is no run any more, and goes at the next removal.
   */
  remove(name: string, runs: readonly StoredRun[]): Result<Removal, Failure> {
    const { files, layout } = this.#parts;
    const newest = lastTimestamp(this.#parts, name);
    const removed: RunId[] = [];
    const held: RunId[] = [];
    for (const run of runs) {
      const { id } = run.record;
      // Nobody may finish the record of a run that was cut off while it is taken away: it would come back without its output.
      const lock = this.#lockAgainstRecovery(run);
      if (!lock.ok) return lock;
      if (lock.value === "held") {
        held.push(id);
        continue;
      }
      try {
        if (parseRunId(id)!.timestamp === newest) {
          const forgotten = files.remove(layout.last(name));
          if (!forgotten.ok && forgotten.failure.kind !== "not_found") {
            return unremovable(layout.last(name), forgotten.failure.reason);
          }
        }
        const renamed = files.rename(layout.record(id), this.#hidden(id));
        if (!renamed.ok && renamed.failure.kind !== "not_found") {
          return unremovable(layout.record(id), renamed.failure.reason);
        }
        removed.push(id);
        if (lock.value !== undefined) files.remove(layout.runLock(id));
      } finally {
        lock.value?.release();
      }
    }
    const swept = this.#sweep(name);
    return swept.ok ? ok({ removed, held }) : swept;
  }

  #hidden(id: RunId): string {
    const { name, timestamp } = parseRunId(id)!;
    return this.#parts.paths.join(this.layout.runsOf(name), `.${timestamp}${HIDDEN_SUFFIX}`);
  }

  #lockAgainstRecovery({ record }: StoredRun): Result<FileLock | "held" | undefined, Failure> {
    if (record.status !== "interrupted" || record.recovery !== null) return ok(undefined);
    const path = this.layout.runLock(record.id);
    const made = this.#makeDurably(this.layout.locks);
    if (!made.ok) return made;
    const lock = this.#parts.files.tryLock(path, { exclusive: true, create: "if_missing" });
    return lock.ok
      ? lock
      : fail({ code: "state_unwritable", action: "take the lock", path, reason: lock.failure.reason });
  }

  /** Takes away the output of runs whose records are hidden, then what is left of these. */
  #sweep(name: string): Result<void, Failure> {
    const { files, paths, layout } = this.#parts;
    const folder = layout.runsOf(name);
    const names = files.list(folder);
    if (!names.ok) return unremovable(folder, names.failure.reason);
    const hidden = names.value.filter((file) => file.startsWith(".") && file.endsWith(HIDDEN_SUFFIX));
    if (hidden.length === 0) return ok(undefined);
    // After a power cut no run may be back whose output is gone.
    const synced = files.syncFolder(folder);
    if (!synced.ok) return unremovable(folder, synced.failure.reason);
    const gone = new Set(hidden.map((file) => file.slice(1, -HIDDEN_SUFFIX.length)));
    // A clock that was set back can have given the same time to a new run, and then the output is of that one.
    for (const file of names.value) {
      if (file.endsWith(".json")) gone.delete(file.slice(0, -".json".length));
    }
    const outputs = names.value.filter((file) =>
      file.endsWith(".log") && gone.has(file.slice(0, TIMESTAMP_LENGTH))
    );
    for (const file of [...outputs, ...hidden]) {
      const path = paths.join(folder, file);
      const removed = files.remove(path);
      if (!removed.ok && removed.failure.kind !== "not_found") {
        return unremovable(path, removed.failure.reason);
      }
    }
    return ok(undefined);
  }

  /** Digest and size of a captured file as it is; null where there is none. */
  async digestOutput(relative: string): Promise<Result<CapturedStream | null, Failure>> {
    const path = this.layout.inState(relative);
    if (!this.#parts.files.stat(path).ok) return ok(null);
    const digest = await digestFile(this.#parts, path);
    if (!digest.ok) return digest;
    return ok({ path: relative, bytes: digest.value.sizeBytes, sha256: digest.value.sha256 });
  }

  /** When a file of the state folder was last written, in milliseconds since the epoch; undefined where it is not there. */
  modifiedAtMs(path: string): number | undefined {
    const facts = this.#parts.files.stat(path);
    return facts.ok ? facts.value.modifiedAtMs : undefined;
  }

  /** The lock that a job which runs once at a time holds; or who holds it, as far as they left word. */
  tryJobLock(name: string): Result<JobLock, Failure> {
    const { files, layout } = this.#parts;
    const made = this.#makeDurably(layout.locks);
    if (!made.ok) return made;
    const path = layout.jobLock(name);
    const lock = files.tryLock(path, { exclusive: true, create: "if_missing" });
    if (!lock.ok) {
      return fail({ code: "state_unwritable", action: "take the lock", path, reason: lock.failure.reason });
    }
    return ok(
      lock.value === "held"
        ? { kind: "held", by: this.#holderOf(path) }
        : { kind: "taken", lock: lock.value },
    );
  }

  /** One run; run_not_found where there is no such record. */
  read(id: RunId): Result<StoredRun, Failure> {
    const path = this.layout.record(id);
    const bytes = this.#parts.files.readBytes(path);
    if (!bytes.ok) {
      return bytes.failure.kind === "not_found"
        ? fail({
          code: "run_not_found",
          reference: id,
          fact: "there is no such record",
          suggestion: undefined,
        })
        : fail({ code: "state_unreadable", action: "read the record", path, reason: bytes.failure.reason });
    }
    const decoded = decodeRun(bytes.value);
    if (!decoded.ok) {
      return fail({ code: "state_unreadable", action: "read the record", path, reason: decoded.failure });
    }
    // A copy of another run's record: who finished it would write over that one.
    if (decoded.value.record.id !== id) {
      const reason = `it is the record of another run, ${decoded.value.record.id}`;
      return fail({ code: "state_unreadable", action: "read the record", path, reason });
    }
    return ok({ ...this.#derive(decoded.value.record, path), isNewer: decoded.value.isNewer });
  }

  /** The newest run of a job that can be read; damaged ones that are newer are reported beside it. */
  latest(
    name: string,
  ): Result<{ readonly run: StoredRun | undefined; readonly damaged: readonly DamagedRecord[] }, Failure> {
    const noted = lastTimestamp(this.#parts, name);
    if (noted !== undefined) {
      const run = this.read(runIdOf(name, noted));
      if (run.ok) return ok({ run: run.value, damaged: [] });
    }
    const timestamps = this.timestamps(name);
    if (!timestamps.ok) return timestamps;
    const damaged: DamagedRecord[] = [];
    for (const timestamp of timestamps.value) {
      const run = this.read(runIdOf(name, timestamp));
      if (run.ok) return ok({ run: run.value, damaged });
      if (run.failure.code === "state_unreadable") damaged.push(run.failure);
    }
    return ok({ run: undefined, damaged });
  }

  /** The timestamps of a job's records, newest first; empty where it never ran. */
  timestamps(name: string): Result<readonly Timestamp[], Failure> {
    const path = this.layout.runsOf(name);
    const names = this.#parts.files.list(path);
    if (!names.ok) return this.#absentOrUnreadable(path, names.failure);
    const found: Timestamp[] = [];
    for (const file of names.value) {
      if (!file.endsWith(".json")) continue;
      const stem = file.slice(0, -".json".length);
      if (isTimestamp(stem)) found.push(stem);
    }
    return ok(found.sort().reverse());
  }

  /** Names of jobs and tasks that have runs, sorted. */
  names(): Result<readonly string[], Failure> {
    const names = this.#parts.files.list(this.layout.runs);
    if (!names.ok) return this.#absentOrUnreadable(this.layout.runs, names.failure);
    return ok(names.value.filter((name) => nameProblem(name) === undefined && !this.#isFile(name)).sort());
  }

  /** A file that somebody put beside the folders of the jobs has no runs. */
  #isFile(name: string): boolean {
    const facts = this.#parts.files.stat(this.layout.runsOf(name));
    return facts.ok && facts.value.kind !== "directory";
  }

  /** Whether the recorder of a run still lives. */
  isRecorded(id: RunId): boolean {
    // Shared, so that two readers do not take each other for the recorder.
    const lock = this.#parts.files.tryLock(this.layout.runLock(id), { exclusive: false, create: "never" });
    // A lock that cannot be looked at is no proof of a death.
    if (!lock.ok) return lock.failure.kind !== "not_found";
    if (lock.value === "held") return true;
    lock.value.release();
    return false;
  }

  #derive(record: RunRecord, path: string): Omit<StoredRun, "isNewer"> {
    if (record.status !== "running") return { record, path };
    const { name, timestamp } = parseRunId(record.id)!;
    const id = runIdOf(name, timestamp);
    if (this.isRecorded(id)) return { record, path };
    // It may have ended between our reading of the record and our look at the lock.
    const again = this.#parts.files.readBytes(path);
    const decoded = again.ok ? decodeRun(again.value) : undefined;
    const current = decoded?.ok ? decoded.value.record : record;
    if (current.status !== "running") return { record: current, path };
    return {
      record: {
        ...current,
        status: "interrupted",
        reason: "Orchastration itself ended before the outcome was known",
      },
      path,
    };
  }

  #holderOf(path: string): LockHolder | undefined {
    const bytes = this.#parts.files.readBytes(path);
    if (!bytes.ok) return undefined;
    try {
      const { pid, run, since } = JSON.parse(new TextDecoder().decode(bytes.value));
      return typeof pid === "number" && (run === undefined || isRunId(run)) && typeof since === "string"
        ? { pid, run, since }
        : undefined;
    } catch (error) {
      // Another process may be writing it.
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  #makeDurably(folder: string): Result<void, Failure> {
    const { files, paths } = this.#parts;
    const made = files.makeFolders(folder);
    if (!made.ok) {
      return fail({
        code: "state_unwritable",
        action: "make the folder",
        path: folder,
        reason: made.failure.reason,
      });
    }
    for (const created of made.value) {
      const synced = files.syncFolder(paths.dirname(created));
      // A folder above that we may pass through but not read cannot be synced, and is not ours.
      if (!synced.ok && synced.failure.kind !== "permission_denied") {
        return fail({
          code: "state_unwritable",
          action: "make the folder",
          path: created,
          reason: synced.failure.reason,
        });
      }
    }
    return ok(undefined);
  }

  #absentOrUnreadable(
    path: string,
    problem: { readonly kind: string; readonly reason: string },
  ): Result<readonly never[], Failure> {
    if (problem.kind === "not_found") return ok([]);
    return fail({ code: "state_unreadable", action: "list the folder", path, reason: problem.reason });
  }
}
