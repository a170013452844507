/**
 * A stored record in the form that readers use: validated, and where it says "running", compared with the
 * lock of its recorder.
 */

import type { Failure, StateRemedy } from "../model/failure.ts";
import type { RunId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { RunRecord } from "../model/run.ts";
import { isUnattended } from "../model/unattended.ts";
import { decodeRun, isOfNewerFormat } from "./codec.ts";
import { type RecorderState, recorderState } from "./recorder.ts";
import { remedyOf } from "./state_remedy.ts";
import type { StoreParts } from "./store_parts.ts";

export interface StoredRun {
  /** With status "interrupted" where the file says "running" but its recorder is gone. */
  readonly record: RunRecord;
  /** Where the file says "running": what is known of the recorder. */
  readonly recorder: RecorderState | undefined;
  readonly path: string;
  readonly isNewer: boolean;
}

/** A record that exists but cannot be read; others are not affected. */
export interface DamagedRecord {
  readonly path: string;
  readonly reason: string;
  readonly remedy?: StateRemedy | undefined;
}

/** One run; run_not_found where it has no record. */
export function readRun(parts: StoreParts, id: RunId): Result<StoredRun, Failure> {
  const path = parts.layout.record(id);
  const bytes = parts.files.readBytes(path);
  if (!bytes.ok) {
    return bytes.failure.kind === "not_found"
      ? fail({
        code: "run_not_found",
        reference: id,
        fact: "there is no such record",
        suggestion: undefined,
      })
      : unreadable(path, bytes.failure.reason, remedyOf(bytes.failure));
  }
  const decoded = decodeRun(bytes.value);
  if (!decoded.ok) {
    return unreadable(path, decoded.failure, isOfNewerFormat(bytes.value) ? "newer_program" : "damaged");
  }
  // A copy of a record carries another run's id, and finishing it would overwrite that run.
  if (decoded.value.record.id !== id) {
    return unreadable(path, `it is the record of another run, ${decoded.value.record.id}`, "damaged");
  }
  return ok({ ...derive(parts, decoded.value.record, path), path, isNewer: decoded.value.isNewer });
}

function derive(parts: StoreParts, record: RunRecord, path: string): Pick<StoredRun, "record" | "recorder"> {
  if (record.status !== "running") return { record, recorder: undefined };
  const recorder = recorderState(parts, record);
  // A recorder that lost its lock is not known to live; one that never had a lock is not known to be gone.
  const mayLive = recorder === "alive" || (recorder === "unknown" && record.recorder?.lock === "none");
  if (mayLive) return { record, recorder };
  // The run may have ended after its record was read and before its lock was examined.
  const again = parts.files.readBytes(path);
  const decoded = again.ok ? decodeRun(again.value) : undefined;
  const current = decoded?.ok ? decoded.value.record : record;
  if (current.status !== "running") return { record: current, recorder: undefined };
  // Nobody has to live for a run that was handed over.
  const isHandedOver = isUnattended(current) &&
    parts.files.exists(parts.layout.handover(current.id));
  if (isHandedOver) return { record: current, recorder };
  return { record: { ...current, status: "interrupted", reason: whyInterrupted(parts, current) }, recorder };
}

/** Nobody has the lock of the run here. */
function whyInterrupted({ processes }: StoreParts, { recorder }: RunRecord): string {
  return recorder?.lock === "kernel" && processes.probe(recorder) === "alive"
    ? `process ${recorder.pid}, which records it, is alive and does not hold its lock here: ` +
      "these records seem to be a copy, or its end could not be recorded"
    : "Orchastration itself ended before the outcome was known";
}

function unreadable(
  path: string,
  reason: string,
  remedy: StateRemedy | undefined,
): Result<never, Failure> {
  return fail({ code: "state_unreadable", action: "read the record", path, reason, remedy });
}
