/**
 * Requests to stop a run, each in a file beside the run's record: written by whoever asks, before the recorder of the run is
 * told, and read by that recorder.
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
  /** Tells two requests for one run apart. */
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

/** undefined where there is none. One that cannot be read is none, too: the signal that comes with it says enough. */
export function readStopRequest({ files, layout }: StoreParts, run: RunId): StopRequestFile | undefined {
  const bytes = files.readBytes(layout.stopRequest(run));
  const parsed = bytes.ok ? parseJson(bytes.value) : undefined;
  return parsed?.ok && isStopRequest(parsed.value) && parsed.value.run === run ? parsed.value : undefined;
}

/** By hand, because every command would load the library for it. */
function isStopRequest(value: unknown): value is StopRequestFile {
  if (typeof value !== "object" || value === null) return false;
  const { kind, token, requested_by: by, grace_ms: grace, force } = value as Partial<StopRequestFile>;
  const isText = (text: unknown) => text === null || typeof text === "string";
  return kind === "stop_request" && typeof token === "string" && typeof force === "boolean" &&
    (grace === null || (Number.isSafeInteger(grace) && Number(grace) >= 0)) &&
    typeof by === "object" && by !== null && isText(by.user) && isText(by.agent) &&
    Number.isSafeInteger(by.pid);
}
