/** The notification of a run's end, in a file beside the record, which is final and does not change any more. */

import type { Failure } from "../model/failure.ts";
import type { RunId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { RunStatus } from "../model/run_status.ts";
import { replaceFile } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import type { StoreParts } from "./store_parts.ts";

export interface NoticeFile {
  readonly format: 1;
  readonly kind: "notification";
  readonly run: RunId;
  /** The status of the run that was notified. */
  readonly status: RunStatus;
  /** Values of secrets are replaced. */
  readonly command: readonly string[];
  /** The resolved path of command[0]; null where no program was found. */
  readonly program: string | null;
  readonly start_time: string;
  /** null before its end, and after a crash. */
  readonly duration_ms: number | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly timed_out: boolean;
  /** Why the notification failed, as the second half of a sentence; null if the command succeeded, or has not ended. */
  readonly problem: string | null;
}

export function writeNotice({ files, paths, layout }: StoreParts, notice: NoticeFile): Result<void, Failure> {
  const path = layout.notice(notice.run);
  const bytes = new TextEncoder().encode(`${JSON.stringify(notice, null, 2)}\n`);
  const written = replaceFile(files, paths, path, bytes, { durable: "new" });
  return written.ok
    ? ok(undefined)
    : fail({ code: "state_unwritable", action: "write", path, reason: written.failure.reason });
}

/** undefined if there was no notification. */
export function readNotice({ files, layout }: StoreParts, run: RunId): NoticeFile | undefined {
  const bytes = files.readBytes(layout.notice(run));
  const parsed = bytes.ok ? parseJson(bytes.value) : undefined;
  if (!parsed?.ok || typeof parsed.value !== "object" || parsed.value === null) return undefined;
  const notice = parsed.value as Partial<NoticeFile>;
  const isWhole = notice.kind === "notification" && notice.run === run && Array.isArray(notice.command) &&
    typeof notice.start_time === "string";
  return isWhole ? notice as NoticeFile : undefined;
}
