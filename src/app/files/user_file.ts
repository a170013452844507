/** Files of the user, which everybody may read, in contrast to our own records. */

import type { Failure } from "../../model/failure.ts";
import type { NextStep } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { replaceFile } from "../../host/durable_write.ts";
import type { Host } from "../../host/host.ts";

/**
 * Writes the whole file or nothing of it, and makes folders that are missing. A link at `path` is replaced by the file; a pipe or a
 * device is never replaced. `next`: the next steps where the file cannot be written.
 */
export function writeUserFile(
  { files, paths }: Pick<Host, "files" | "paths">,
  path: string,
  content: string | Uint8Array,
  next: readonly NextStep[] = [],
): Result<void, Failure> {
  const made = files.makeFolders(paths.dirname(path), "shared");
  // A file put in the place of a device or a pipe would take it away from everybody else.
  const there = files.entry(path);
  if (there.ok && there.value.kind === "directory") return fileUnwritable(path, "it is a directory", next);
  if (there.ok && there.value.kind === "other") return fileUnwritable(path, "it is not a plain file", next);
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const written = made.ok ? replaceFile(files, paths, path, bytes, { durable: "new", mode: "shared" }) : made;
  return written.ok ? ok(undefined) : fileUnwritable(path, written.failure.reason, next);
}

export function fileUnwritable(
  path: string,
  reason: string,
  next: readonly NextStep[] = [],
): Result<never, Failure> {
  return fail({ code: "file_unwritable", path, reason, next });
}
