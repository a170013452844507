/**
 * Replacing a file so that a reader, or a crash at any moment, sees the old or the new content and nothing between.
 * Composed of the single steps of Files, so that the tests can stop between any two of them.
 */

import type { FileMode, Files, HostResult, Paths } from "./host.ts";

let temporaryCount = 0;

/** Marks files that a crash may leave behind; no reader of ours takes them for anything. */
export const TEMPORARY_SUFFIX = ".tmp";

export interface ReplaceOptions {
  /**
   * What survives a power cut: "new" content, for which file and folder are synced; "old or new", for which the file is
   * synced and the folder is not; nothing for sure, as a cache needs no more.
   */
  readonly durable: "new" | "old or new" | false;
  /** Told apart from those of other processes. */
  readonly pid: number;
  /** "private" without it. */
  readonly mode?: FileMode;
}

/** Writes `bytes` to a temporary file beside `path`, then renames it over `path`. */
export function replaceFile(
  files: Files,
  paths: Paths,
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions,
): HostResult<void> {
  const folder = paths.dirname(path);
  const temporary = paths.join(
    folder,
    `.${paths.basename(path)}.${options.pid}-${++temporaryCount}${TEMPORARY_SUFFIX}`,
  );
  const created = files.createNew(temporary, options.mode);
  if (!created.ok) return created;
  let written = created.value.write(bytes);
  if (written.ok && options.durable !== false) written = created.value.sync();
  created.value.close();
  if (written.ok) written = files.rename(temporary, path);
  if (!written.ok) {
    files.remove(temporary);
    return written;
  }
  return options.durable === "new" ? files.syncFolder(folder) : written;
}
