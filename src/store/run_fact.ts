/** The line in the journal for the record of a run, and the failure where that record could not be written. */

import type { Failure } from "../model/failure.ts";
import type { JournalFact } from "../model/journal.ts";
import { fail, type Result } from "../model/result.ts";
import type { RunRecord } from "../model/run.ts";
import type { StoreParts } from "./store_parts.ts";

/** The line of the journal for a finished record. */
export async function factOfRun(
  { digests, files, layout }: StoreParts,
  record: RunRecord,
  bytes: Uint8Array,
): Promise<JournalFact> {
  const { id, action, status } = record;
  // The record has the digest of its content; other bytes with the same content would be found by nobody.
  // A run that was up to date has none of its own.
  const path = record.inputs === undefined || status === "up_to_date" ? undefined : layout.manifest(id);
  const manifest = path !== undefined && files.exists(path) ? files.readBytes(path) : undefined;
  return {
    kind: action === "plan.create" ? "plan" : "run",
    id,
    sha256: await digests.sha256(bytes),
    details: { action, status, ...(manifest?.ok ? { manifest: await digests.sha256(manifest.value) } : {}) },
  };
}

export function unwritableRecord(path: string, reason: string): Result<never, Failure> {
  return fail({ code: "state_unwritable", action: "write the record", path, reason });
}
