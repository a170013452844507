/**
 * Replacing a file so that a reader, or a crash at any moment, sees the old or the new content and nothing between.
 * Composed of the single steps of Files, so that the tests can stop between any two of them.
 */

import type { FileMode, Files, HostResult, Paths } from "./host.ts";

/** Marks files that a crash may leave behind; no reader of ours takes them for anything. */
export const TEMPORARY_SUFFIX = ".tmp";

/** Two names in a row are taken only where somebody guesses them, which cannot go on. */
const MAX_NAMES = 10;

export interface ReplaceOptions {
  /**
   * What survives a power cut: "new" content, for which file and folder are synced; "old or new", for which the file is
   * synced and the folder is not; nothing for sure, as a cache needs no more.
   */
  readonly durable: "new" | "old or new" | false;
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
  for (let names = 1;; names++) {
    // Not by the pid, which a container gives to each of its processes anew: what a crash left would be in the way for ever.
    const name = `.${paths.basename(path)}.${files.uniqueName()}${TEMPORARY_SUFFIX}`;
    const written = writeThenRename(files, paths.join(folder, name), path, bytes, options);
    const mayTryAgain = names < MAX_NAMES && !written.ok && written.isNameTaken;
    if (mayTryAgain) continue;
    if (!written.ok) return { ok: false, failure: written.failure };
    return options.durable === "new" ? files.syncFolder(folder) : written;
  }
}

function writeThenRename(
  files: Files,
  temporary: string,
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions,
) {
  const created = files.createNew(temporary, options.mode);
  if (!created.ok) return { ...created, isNameTaken: created.failure.kind === "already_exists" };
  let written = created.value.write(bytes);
  if (written.ok && options.durable !== false) written = created.value.sync();
  created.value.close();
  if (written.ok) written = files.rename(temporary, path);
  if (written.ok) return written;
  const removed = files.remove(temporary);
  // A process that was stopped for long can find that what it wrote was taken for a leftover.
  const isGone = !removed.ok && removed.failure.kind === "not_found" && written.failure.kind === "not_found";
  return { ...written, isNameTaken: isGone };
}
