/**
 * The only writer of one run's record. It holds the run's kernel lock from before the record exists until it
 * is final.
 */

import type { RunId } from "../model/ids.ts";
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
import { fail, ok, type Result } from "../model/result.ts";
import type { FileLock, LockSupport } from "../host/host.ts";
import { replaceFileBeside } from "../host/durable_write.ts";
import { decodeRun, encodeRun } from "./codec.ts";
import { pointLastAt } from "./last_run.ts";
import type { StreamName } from "./layout.ts";
import { OutputOrder } from "./output_order.ts";
import { createOutputFile, type OutputFile } from "./run_output.ts";
import type { StoreParts } from "./store_parts.ts";

/** The output of one attempt: its two streams, and the order in which they came. */
export interface AttemptFiles {
  readonly stdout: OutputFile;
  readonly stderr: OutputFile;
  readonly order: OutputOrder;
}

export class RunWriter {
  readonly id: RunId;
  readonly lockSupport: LockSupport;
  readonly #parts: StoreParts;
  readonly #lock: FileLock;
  #record: RunRecord | undefined;
  /** Includes events that could not be stored: the next successful write contains them. */
  #latest: RunRecord | undefined;
  /** The bytes of our last write. */
  #written: Uint8Array | undefined;
  /** Resolves when the write before is done: the next record is made from what that one stored. */
  #before: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `record` is given for a run that another process began. */
  constructor(parts: StoreParts, id: RunId, lock: FileLock, lockSupport: LockSupport, record?: RunRecord) {
    this.#parts = parts;
    this.id = id;
    this.#lock = lock;
    this.lockSupport = lockSupport;
    this.#record = record;
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
    const bytes = encodeRun(next);
    // A new run is noted as the newest before its record exists. A crash in between leaves a note without a
    // record, which every reader notices; the other order would leave a note that hides the newest run.
    if (isNew) await pointLastAt(this.#parts, next, bytes);
    const written = await this.#write(bytes, events.every(isPassing) ? "old or new" : "new");
    if (!written.ok) {
      if (isNew) {
        // Refused before anything began, so that no record claims that it did.
        this.#parts.files.remove(this.#parts.layout.record(this.id));
        this.#parts.files.remove(this.#parts.layout.last(next.name));
      } else {
        this.#latest = next;
      }
      return written;
    }
    this.#record = next;
    this.#latest = next;
    if (!isNew) await pointLastAt(this.#parts, next, bytes);
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
    const bytes = encodeRun(next);
    const written = await this.#write(bytes);
    if (!written.ok) return written;
    this.#record = next;
    await pointLastAt(this.#parts, next, bytes);
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

  /** Releases the run: from now on, a record that is not final reads as interrupted. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Removed while it is held: a process that opens it meanwhile finds it locked, and a later one finds the
    // record final. A run that is not final keeps its lock file, unlocked, which distinguishes it from a run
    // whose lock was removed while its recorder lived.
    if (this.#record === undefined || isFinished(this.#record)) {
      this.#parts.files.remove(this.#parts.layout.runLock(this.id));
    }
    this.#lock.release();
  }

  async #write(
    bytes: Uint8Array,
    durable: "new" | "old or new" = "new",
  ): Promise<Result<void, Failure>> {
    const { files, layout, paths } = this.#parts;
    const path = layout.record(this.id);
    const unwritable = (reason: string) =>
      fail({ code: "state_unwritable", action: "write the record", path, reason } as const);
    if (this.#isFinishedByOthers()) return unwritable("another process finished it meanwhile");
    const written = await replaceFileBeside(files, paths, path, bytes, { durable });
    if (!written.ok) return unwritable(written.failure.reason);
    this.#written = bytes;
    return ok(undefined);
  }

  /**
   * A run ends once. Somebody may have removed our lock, and another process may have recovered the run
   * since; so the record on disk is compared with our last write before it is replaced.
   */
  #isFinishedByOthers(): boolean {
    const { files, layout } = this.#parts;
    const there = this.#record === undefined ? undefined : files.readBytes(layout.record(this.id));
    if (!there?.ok || isSameBytes(there.value, this.#written)) return false;
    const decoded = decodeRun(there.value);
    return decoded.ok && isFinished(decoded.value.record);
  }
}

/** Whether an event may be lost in a power cut: the run then reads as interrupted with or without it. */
function isPassing({ kind }: RunEvent): boolean {
  return ["job_lock_awaited", "attempt_started", "stop_requested", "stop_escalated", "retry_scheduled"]
    .includes(
      kind,
    );
}

function isSameBytes(one: Uint8Array, other: Uint8Array | undefined): boolean {
  if (other === undefined || one.length !== other.length) return false;
  // A loop without a call for each byte: this is done before every write.
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
