/** Reads the file of a captured stream: its text, and where its last lines begin. Knows no runs. */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Files } from "../../host/files.ts";
import type { HostProblem } from "../../host/host_result.ts";
import { remedyOf } from "../../store/state_remedy.ts";
import type { LogStream } from "./ordered_log.ts";
import type { Workspace } from "../workspace/workspace.ts";

const CHUNK_BYTES = 64 * 1024;
/** One JSON document has to fit into memory, here and in its reader. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
const NEWLINE = 10;

/**
 * The text of a stream from its starting point, for programs; only its end where it is longer than the limit.
 */
export function readText(
  workspace: Workspace,
  { path, fromBytes, sizeBytes }: LogStream,
): Result<{ readonly text: string; readonly isCut: boolean }, Failure> {
  const start = Math.max(fromBytes, sizeBytes - MAX_TEXT_BYTES);
  const opened = workspace.host.files.openForReading(path);
  if (!opened.ok) return unreadable(path, opened.failure);
  try {
    const bytes = new Uint8Array(sizeBytes - start);
    opened.value.seek(start);
    for (let filled = 0; filled < bytes.length;) {
      const read = opened.value.read(bytes.subarray(filled));
      if (!read.ok) return unreadable(path, read.failure);
      if (read.value === 0) break;
      filled += read.value;
    }
    return ok({
      text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
      isCut: start > fromBytes,
    });
  } finally {
    opened.value.close();
  }
}

/** Where the last `lines` lines of a file begin, read from its end. */
export function tailStart(
  files: Files,
  path: string,
  sizeBytes: number,
  lines: number,
): Result<number, Failure> {
  if (lines === 0) return ok(sizeBytes);
  const opened = files.openForReading(path);
  if (!opened.ok) return unreadable(path, opened.failure);
  try {
    const buffer = new Uint8Array(CHUNK_BYTES);
    let found = 0;
    for (let end = sizeBytes; end > 0;) {
      const start = Math.max(0, end - CHUNK_BYTES);
      opened.value.seek(start);
      const read = opened.value.read(buffer.subarray(0, end - start));
      if (!read.ok) return unreadable(path, read.failure);
      for (let at = read.value - 1; at >= 0; at--) {
        // The end of the last line does not start another line.
        if (buffer[at] !== NEWLINE || start + at === sizeBytes - 1) continue;
        if (++found === lines) return ok(start + at + 1);
      }
      end = start;
    }
    return ok(0);
  } finally {
    opened.value.close();
  }
}

/** The failure of a file or folder with output. */
export function unreadable(path: string, problem: HostProblem): Result<never, Failure> {
  const { reason } = problem;
  return fail({
    code: "state_unreadable",
    action: "read the output in",
    path,
    reason,
    remedy: remedyOf(problem),
  });
}
