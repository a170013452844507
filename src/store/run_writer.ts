/**
 * The only writer of one run's record. It holds the run's kernel lock from before the record exists until it
 * is final.
 */

import { parseRunId, type RunId, type Timestamp } from "../model/ids.ts";
import {
  applyRecovery,
  applyRunEvent,
  type CapturedOutput,
  type GraphRecord,
  isFinished,
  type RecoveryRecord,
  type RunEvent,
  type RunRecord,
} from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import type { FileLock, LockSupport } from "../host/files.ts";
import type { HostResult } from "../host/host_result.ts";
import { replaceFile, replaceFileBeside } from "../host/durable_write.ts";
import { decodeRun, encodeRun } from "./codec.ts";
import { appendToJournal, enterInJournal, type JournalDurability } from "./journal.ts";
import { forgetLast, newestOnly, pointLastAt } from "./last_run.ts";
import type { StreamName } from "./layout.ts";
import { storeLogged } from "./logged_record.ts";
import { NodeLog } from "./node_log.ts";
import { OutputOrder } from "./output_order.ts";
import { factOfRun, unwritableRecord } from "./run_fact.ts";
import { createOutputFile, type OutputFile } from "./run_output.ts";
import type { StoreParts } from "./store_parts.ts";

/** The output of one attempt: its two streams, and the order in which they came. */
export interface AttemptFiles {
  readonly stdout: OutputFile;
  readonly stderr: OutputFile;
  readonly order: OutputOrder;
}

/** A run that nobody else can write. */
export interface ReservedRun {
  readonly id: RunId;
  readonly lock: FileLock;
  readonly lockSupport: LockSupport;
  /** The file of its lock: "shared" is another name of the file of the run around it. */
  readonly lockFile: "own" | "shared" | "none";
  /** The job had no folder before, so no run. */
  readonly isFirst: boolean;
  /** Resolves when the folder of the record is durable. */
  readonly synced: Promise<Result<void, Failure>>;
  /** The log of the graph in which it is a node: its record is durable there, and in its own file later. */
  readonly log?: NodeLog | undefined;
  /** Given for a run that another process began. */
  readonly record?: RunRecord;
}

/** A larger record of a graph takes longer to be written twice than anybody gains by the copy. */
const MAX_COPY_BYTES = 64 * 1024;

/** Holds no lock: the record itself names its recorder, or the run around it holds the lock. */
export const NO_LOCK: FileLock = { note() {}, release() {} };

export class RunWriter {
  readonly id: RunId;
  readonly lockSupport: LockSupport;
  readonly #parts: StoreParts;
  readonly #reserved: ReservedRun;
  readonly #lock: FileLock;
  #record: RunRecord | undefined;
  /** Includes events that could not be stored: the next successful write contains them. */
  #latest: RunRecord | undefined;
  /** The size of our last write. */
  #writtenBytes: number | undefined;
  /** Its own, as the run around others. */
  #nodeLog: NodeLog | undefined;
  /** Resolves when the write before is done: the next record is made from what that one stored. */
  #before: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(parts: StoreParts, reserved: ReservedRun) {
    this.#parts = parts;
    this.#reserved = reserved;
    this.id = reserved.id;
    this.#lock = reserved.lock;
    this.lockSupport = reserved.lockSupport;
    this.#record = reserved.record;
  }

  /** The record as last stored; it exists from `run_created` on. */
  get record(): RunRecord {
    if (this.#record === undefined) {
      throw new Error(`Cannot give the record of run "${this.id}": it was not created`);
    }
    return this.#record;
  }

  /** Stores the record after the events, in one write; if that fails, the record stays as it was. */
  store(...events: readonly RunEvent[]): Promise<Result<void, Failure>> {
    return this.#inTurn(() => this.#store(events));
  }

  async #store(events: readonly RunEvent[]): Promise<Result<void, Failure>> {
    const [first] = events;
    const isNew = first?.kind === "run_created";
    const rest = isNew ? events.slice(1) : events;
    const next = rest.reduce(applyRunEvent, isNew ? this.#signed(first.record) : this.#latest ?? this.record);
    const written = await this.#write(next, isNew, events.every(isPassing) ? "old or new" : "new");
    if (!written.ok) {
      if (isNew) {
        // Refused before anything began, so that no record claims that it did.
        this.#reserved.log?.forget(this.id);
        this.#parts.files.remove(this.#parts.layout.record(this.id));
        this.#forgetLast((noted) => noted === this.#timestamp);
      } else {
        this.#latest = next;
      }
      return written;
    }
    this.#record = next;
    this.#latest = next;
    return ok(undefined);
  }

  /** Writes go to the disk one after the other, in the order in which they were asked for. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#before.then(work);
    this.#before = done.catch(() => {});
    return done;
  }

  #signed(record: RunRecord): RunRecord {
    return {
      ...record,
      recorder: {
        ...this.#parts.processes.self(),
        lock: this.lockSupport.kind === "given" ? "kernel" : "none",
      },
    };
  }

  /** Stores the findings of recovery as the end of a run whose recorder died. */
  async storeRecovery(
    recovery: RecoveryRecord,
    streams: CapturedOutput,
    graph?: GraphRecord,
  ): Promise<Result<RunRecord, Failure>> {
    const next = applyRecovery(this.record, recovery, streams, graph);
    const written = await this.#write(next, false);
    if (!written.ok) return written;
    this.#record = next;
    return ok(next);
  }

  /**
   * Creates the files for one attempt's output; `onGrown` receives the path and size of a file after each
   * write.
   */
  openOutput(
    attempt: number,
    onGrown: (stream: StreamName, path: string, sizeBytes: number) => void,
  ): Result<AttemptFiles, Failure> {
    const { layout } = this.#parts;
    const orderName = layout.orderName(this.id, attempt);
    const order = new OutputOrder(this.#parts, layout.inState(orderName), orderName);
    const open = (stream: StreamName) => {
      const relative = layout.outputName(this.id, stream, attempt);
      const path = layout.inState(relative);
      return createOutputFile(this.#parts, path, relative, {
        onWrite: (addedBytes) => order.note(stream, addedBytes),
        onGrown: (sizeBytes) => onGrown(stream, path, sizeBytes),
      });
    };
    const stdout = open("stdout");
    if (!stdout.ok) return stdout;
    const stderr = open("stderr");
    if (stderr.ok) return ok({ stdout: stdout.value, stderr: stderr.value, order });
    stdout.value.abandon();
    return stderr;
  }

  /** Removes the files of an attempt's output, which an earlier process may have written in part. */
  forgetOutput(attempt: number): void {
    const { files, layout } = this.#parts;
    for (const name of Object.values(layout.outputNames(this.id, attempt))) {
      files.remove(layout.inState(name));
    }
  }

  /**
   * Gives the file of our lock a second name, for a run inside this one that ends before it: the run is then locked from the moment its
   * lock exists, without a file of its own, of which a graph would make and remove one for each node. undefined where that is not
   * possible.
   */
  shareLock(path: string): HostResult<FileLock> | undefined {
    const { files, layout } = this.#parts;
    if (this.lockSupport.kind !== "given" || this.#closed) return undefined;
    const named = files.addName(layout.runLock(this.id), path);
    if (named.ok) return { ok: true, value: NO_LOCK };
    return named.failure.kind === "already_exists" ? named : undefined;
  }

  /**
   * From now on, the records of runs inside this one are durable together, in a log; `settleNodeLog` must be called when they have ended.
   * Where there can be no log, each of them is durable by itself. `lines`: when their lines are in the journal.
   */
  async openNodeLog(lines: JournalDurability): Promise<void> {
    if (this.lockSupport.kind !== "given") return;
    // Without a journal, nobody would know later which records have to be in it.
    if (!this.#parts.files.exists(this.#parts.layout.journal)) await appendToJournal(this.#parts);
    const log = await NodeLog.open(this.#parts, this.id, lines);
    if (log.ok) this.#nodeLog = log.value;
  }

  get nodeLog(): NodeLog | undefined {
    return this.#nodeLog;
  }

  async settleNodeLog(): Promise<void> {
    const log = this.#nodeLog;
    this.#nodeLog = undefined;
    await log?.settle();
  }

  /** Gives up a run whose intent is only in a log, and that nobody was told of: it has no record. */
  forget(): void {
    this.#reserved.log?.forget(this.id);
    this.#forgetLast((noted) => noted === this.#timestamp);
    this.#record = undefined;
    this.close();
  }

  /** Releases the run: from now on, a record that is not final reads as interrupted. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#nodeLog?.close();
    this.#showOpen();
    const { files, layout } = this.#parts;
    const path = layout.runLock(this.id);
    // Removed while it is held: a process that opens it meanwhile finds it locked, and a later one finds the
    // record final. A run that is not final keeps its lock file, unlocked, which distinguishes it from a run
    // whose lock was removed while its recorder lived.
    const { lockFile } = this.#reserved;
    if (lockFile === "none") return;
    if (this.#record === undefined || isFinished(this.#record)) files.remove(path);
    else if (lockFile === "shared") {
      // The run around it goes on holding the lock, so this one gets a file of its own.
      files.remove(path);
      const own = files.createNew(path);
      if (own.ok) own.value.close();
    }
    this.#lock.release();
  }

  get #timestamp(): Timestamp {
    return parseRunId(this.id)!.timestamp;
  }

  #forgetLast(isMeant: (noted: Timestamp) => boolean): void {
    forgetLast(this.#parts, parseRunId(this.id)!.name, isMeant);
  }

  /** A run that has not ended, and whose intent is only in a log, gets its file while the graph around it goes on. */
  #showOpen(): void {
    const { files, layout, paths } = this.#parts;
    const { log } = this.#reserved;
    if (log === undefined || this.#record === undefined || this.#writtenBytes !== undefined) return;
    if (isFinished(this.#record)) return;
    // It would hide this run.
    this.#forgetLast((noted) => noted < this.#timestamp);
    const written = replaceFile(files, paths, layout.record(this.id), encodeRun(this.#record, this.#record), {
      durable: false,
    });
    if (!written.ok) log.isNeeded();
  }

  async #write(
    record: RunRecord,
    isNew: boolean,
    durable: "new" | "old or new" = "new",
  ): Promise<Result<void, Failure>> {
    const { files, layout, paths } = this.#parts;
    const path = layout.record(this.id);
    const unwritable = (reason: string) => unwritableRecord(path, reason);
    const bytes = encodeRun(record, this.#record);
    const { log } = this.#reserved;
    if (this.#isFinishedByOthers()) return unwritable("another process finished it meanwhile");
    if (log !== undefined) return await this.#writeLogged(log, record, bytes, durable);
    // The line is written first, and waits for the disk beside the record: a crash can leave a line for a record that still reads
    // as interrupted, which `recover` completes; only a power cut can lose the line of a record.
    const entry = isFinished(record)
      ? enterInJournal(
        this.#parts,
        [await factOfRun(this.#parts, record, bytes)],
        record.part_of === undefined ? "now" : "soon",
      )
      : undefined;
    await entry?.written;
    const [stored, entered] = await Promise.all([
      replaceFileBeside(files, paths, path, bytes, { durable }),
      entry?.durable ?? ok(undefined),
    ]);
    if (!stored.ok) return unwritable(stored.failure.reason);
    if (!entered.ok) {
      // The record is final all the same.
      this.#record = record;
      this.#writtenBytes = bytes.length;
      return entered;
    }
    if (isNew) {
      const synced = await this.#reserved.synced;
      if (!synced.ok) return synced;
    } else if (this.#reserved.isFirst || record.part_of === undefined) {
      // The id of a node of a graph is noted since it was reserved, and stays true.
      await pointLastAt(this.#parts, record, copyOf(record, bytes));
    }
    this.#writtenBytes = bytes.length;
    return ok(undefined);
  }

  async #writeLogged(
    log: NodeLog,
    record: RunRecord,
    bytes: Uint8Array,
    durable: "new" | "old or new",
  ): Promise<Result<void, Failure>> {
    const { stored, isFiled } = await storeLogged(this.#parts, log, record, bytes, {
      isNew: this.#record === undefined,
      isFirst: this.#reserved.isFirst,
      durable,
    });
    if (isFiled) this.#writtenBytes = bytes.length;
    // The record is final all the same.
    if (isFiled && !stored.ok) this.#record = record;
    return stored;
  }

  /**
   * A run ends once. Somebody may have removed our lock, and another process may have recovered the run
   * since; so the record on disk is compared with our last write before it is replaced. By its size: a
   * recovered record is longer, because it keeps what was there and says what was found.
   */
  #isFinishedByOthers(): boolean {
    const { files, layout } = this.#parts;
    // Nothing is there yet, as far as we know.
    if (
      this.#record === undefined || (this.#reserved.log !== undefined && this.#writtenBytes === undefined)
    ) {
      return false;
    }
    const path = layout.record(this.id);
    const facts = files.stat(path);
    if (!facts.ok || facts.value.sizeBytes === this.#writtenBytes) return false;
    const there = files.readBytes(path);
    const decoded = there.ok ? decodeRun(there.value) : undefined;
    return decoded?.ok === true && isFinished(decoded.value.record);
  }
}

/** What `last.json` has of a record. */
function copyOf({ id, graph }: RunRecord, bytes: Uint8Array): Uint8Array {
  return graph === undefined || bytes.length <= MAX_COPY_BYTES ? bytes : newestOnly(id);
}

/** Whether an event may be lost in a power cut: the run then reads as interrupted with or without it. */
function isPassing({ kind }: RunEvent): boolean {
  return [
    "job_lock_awaited",
    "attempt_started",
    "stop_requested",
    "stop_escalated",
    "retry_scheduled",
    "slurm_noted",
  ]
    .includes(
      kind,
    );
}
