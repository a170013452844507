/** The one writer of one run's record. It holds the run's kernel lock from before the record exists until it is final. */

import type { RunId } from "../model/ids.ts";
import {
  applyRecovery,
  applyRunEvent,
  type CapturedOutput,
  isFinished,
  type RecoveryRecord,
  type RunEvent,
  type RunRecord,
} from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { FileLock, LockSupport } from "../host/host.ts";
import { replaceFile } from "../host/durable_write.ts";
import { decodeRun, encodeRun } from "./codec.ts";
import { pointLastAt } from "./last_run.ts";
import type { StreamName } from "./layout.ts";
import { OutputOrder } from "./output_order.ts";
import { createOutputFile, type OutputFile } from "./run_output.ts";
import type { StoreParts } from "./store_parts.ts";

/** The output of one attempt: its two streams, and in which order they came. */
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
  /** With the events that could not be stored: the next one that is stored brings them along. */
  #latest: RunRecord | undefined;
  /** What we wrote last. */
  #written: Uint8Array | undefined;
  #closed = false;

  /** `record` for a run that was begun by another process. */
  constructor(parts: StoreParts, id: RunId, lock: FileLock, lockSupport: LockSupport, record?: RunRecord) {
    this.#parts = parts;
    this.id = id;
    this.#lock = lock;
    this.lockSupport = lockSupport;
    this.#record = record;
  }

  /** The record as it was last stored; there is one from `run_created` on. */
  get record(): RunRecord {
    if (this.#record === undefined) {
      throw new Error(`Cannot give the record of run "${this.id}": it was not created`);
    }
    return this.#record;
  }

  /** Stores what the events make of the record, in one write; when that fails, the record is as it was. */
  async store(...events: readonly RunEvent[]): Promise<Result<void, Failure>> {
    const [first] = events;
    const isNew = first?.kind === "run_created";
    const rest = isNew ? events.slice(1) : events;
    const next = rest.reduce(applyRunEvent, isNew ? this.#signed(first.record) : this.#latest ?? this.record);
    const bytes = encodeRun(next);
    // A new run's place as the newest is noted before its record exists: a crash in between leaves a note that names
    // no record, which every reader sees; the other order would leave one that hides the newest run.
    if (isNew) await pointLastAt(this.#parts, next, bytes);
    const written = this.#write(bytes, events.every(isPassing) ? "old or new" : "new");
    if (!written.ok) {
      if (isNew) {
        // Refused before anything began: no record shall say that it did.
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

  #signed(record: RunRecord): RunRecord {
    return {
      ...record,
      recorder: {
        ...this.#parts.processes.self(),
        lock: this.lockSupport.kind === "given" ? "kernel" : "none",
      },
    };
  }

  /** Stores what recovery found out as the end of a run whose recorder died. */
  async storeRecovery(
    recovery: RecoveryRecord,
    streams: CapturedOutput,
  ): Promise<Result<RunRecord, Failure>> {
    const next = applyRecovery(this.record, recovery, streams);
    const bytes = encodeRun(next);
    const written = this.#write(bytes);
    if (!written.ok) return written;
    this.#record = next;
    await pointLastAt(this.#parts, next, bytes);
    return ok(next);
  }

  /** New files for the output of one attempt; `onGrown` hears the path and size of one after each write. */
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

  /** Lets go of the run: from here on a record that is not final reads as interrupted. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Removed while it is held: who opens it in between finds it locked, who comes later finds the record final. One that is
    // not final keeps it, free: so it is told from one whose lock was lost while we live.
    if (this.#record === undefined || isFinished(this.#record)) {
      this.#parts.files.remove(this.#parts.layout.runLock(this.id));
    }
    this.#lock.release();
  }

  #write(bytes: Uint8Array, durable: "new" | "old or new" = "new"): Result<void, Failure> {
    const { files, layout, paths } = this.#parts;
    const path = layout.record(this.id);
    const unwritable = (reason: string) =>
      fail({ code: "state_unwritable", action: "write the record", path, reason } as const);
    if (this.#isFinishedByOthers()) return unwritable("somebody else has finished it in the meantime");
    const written = replaceFile(files, paths, path, bytes, { durable });
    if (!written.ok) return unwritable(written.failure.reason);
    this.#written = bytes;
    return ok(undefined);
  }

  /**
   * A run ends once. Somebody can have taken our lock away, and then another one can have recovered the run; so what is there
   * is looked at, if it is not what we wrote, before it is replaced.
   */
  #isFinishedByOthers(): boolean {
    const { files, layout } = this.#parts;
    const there = this.#record === undefined ? undefined : files.readBytes(layout.record(this.id));
    if (!there?.ok || isSameBytes(there.value, this.#written)) return false;
    const decoded = decodeRun(there.value);
    return decoded.ok && isFinished(decoded.value.record);
  }
}

/** Whether an event may be lost in a power cut, after which the run reads as interrupted with or without it. */
function isPassing({ kind }: RunEvent): boolean {
  return ["job_lock_awaited", "attempt_started", "stop_requested", "stop_escalated", "retry_scheduled"]
    .includes(
      kind,
    );
}

function isSameBytes(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && one.length === other.length && one.every((byte, at) => byte === other[at]);
}
