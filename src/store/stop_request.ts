/**
 * Requests to stop a run, each in a file beside the run's record: written by the requester before the recorder of the run is
 * signalled, and read by that recorder.
 */

import type { RunId } from "../model/ids.ts";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { RequestedBy } from "../model/run.ts";
import { replaceFile } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import type { StoreParts } from "./store_parts.ts";

export interface StopRequestFile {
  readonly format: 1;
  readonly kind: "stop_request";
  readonly run: RunId;
  /** Distinguishes two requests for one run. */
  readonly token: string;
  readonly requested_at: string;
  readonly requested_by: RequestedBy;
  /** null: the grace of the run. */
  readonly grace_ms: number | null;
  /** The grace is skipped. */
  readonly force: boolean;
}

/** Durable when it returns; replaces an earlier request. */
export function writeStopRequest(
  { files, paths, layout }: StoreParts,
  request: StopRequestFile,
): Result<void, Failure> {
  const path = layout.stopRequest(request.run);
  const bytes = new TextEncoder().encode(`${JSON.stringify(request, null, 2)}\n`);
  const written = replaceFile(files, paths, path, bytes, { durable: "new" });
  return written.ok ? ok(undefined) : fail({
    code: "state_unwritable",
    action: "write the request",
    path,
    reason: written.failure.reason,
  });
}

/** undefined if there is none, or it cannot be read: the signal that comes with it is sufficient. */
export function readStopRequest({ files, layout }: StoreParts, run: RunId): StopRequestFile | undefined {
  const bytes = files.readBytes(layout.stopRequest(run));
  const parsed = bytes.ok ? parseJson(bytes.value) : undefined;
  return parsed?.ok && isStopRequest(parsed.value) && parsed.value.run === run ? parsed.value : undefined;
}

/** Validated by hand, because otherwise every command would load the library. */
function isStopRequest(value: unknown): value is StopRequestFile {
  if (typeof value !== "object" || value === null) return false;
  const { kind, token, requested_by: by, grace_ms: grace, force } = value as Partial<StopRequestFile>;
  const isText = (text: unknown) => text === null || typeof text === "string";
  return kind === "stop_request" && typeof token === "string" && typeof force === "boolean" &&
    (grace === null || (Number.isSafeInteger(grace) && Number(grace) >= 0)) &&
    typeof by === "object" && by !== null && isText(by.user) && isText(by.agent) &&
    Number.isSafeInteger(by.pid);
}
