/**
 * Replaces a file so that a reader, or a crash at any moment, finds the old or the new content and nothing
 * between. Made of the single steps of Files, so that tests can stop between any two of them.
 */

import type { FileMode, Files } from "./files.ts";
import type { HostResult } from "./host_result.ts";
import type { Paths } from "./paths.ts";

/** The marker of files that a crash may leave behind; no reader of ours uses them. */
export const TEMPORARY_SUFFIX = ".tmp";

/** Two names in a row are taken only where somebody guesses them, which cannot continue. */
const MAX_NAMES = 10;

export interface ReplaceOptions {
  /**
   * What survives a power cut. "new": file and folder are synced. "old or new": the file is synced, the
   * folder is not. Anything else: nothing for sure, which is enough for a cache.
   */
  readonly durable: "new" | "old or new" | false;
  /** The default is "private". */
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
  const steps = replacing(files, paths, path, bytes, options);
  for (let step = steps.next();;) {
    if (step.done) return step.value;
    step = steps.next(step.value.now());
  }
}

/** The same, but other work goes on while the disk is waited for, and several writes wait for it together. */
export async function replaceFileBeside(
  files: Files,
  paths: Paths,
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Promise<HostResult<void>> {
  const steps = replacing(files, paths, path, bytes, options);
  for (let step = steps.next();;) {
    if (step.done) return step.value;
    step = steps.next(await step.value.beside());
  }
}

/** A step that waits for the disk, in this thread or beside it. */
interface Step<T> {
  now(): HostResult<T>;
  beside(): Promise<HostResult<T>>;
}

/** Yields each such step, and goes on with its result. */
type Steps<T> = Generator<Step<unknown>, T, HostResult<unknown>>;

function* take<T>(now: () => HostResult<T>, beside: () => Promise<HostResult<T>>): Steps<HostResult<T>> {
  return (yield { now, beside }) as HostResult<T>;
}

function* replacing(
  files: Files,
  paths: Paths,
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Steps<HostResult<void>> {
  const folder = paths.dirname(path);
  for (let names = 1;; names++) {
    // The pid is not part of the name, because each container starts at the same pids, and a leftover of a
    // crash would then block the name for ever.
    const name = `.${paths.basename(path)}.${files.uniqueName()}${TEMPORARY_SUFFIX}`;
    const written = yield* writeThenRename(files, paths.join(folder, name), path, bytes, options);
    const mayTryAgain = names < MAX_NAMES && !written.ok && written.isNameTaken;
    if (mayTryAgain) continue;
    if (!written.ok) return { ok: false, failure: written.failure };
    if (options.durable !== "new") return written;
    return yield* take(() => files.syncFolder(folder), () => files.syncFolderBeside(folder));
  }
}

type Written =
  | Extract<HostResult<void>, { readonly ok: true }>
  | (Extract<HostResult<void>, { readonly ok: false }> & { readonly isNameTaken: boolean });

function* writeThenRename(
  files: Files,
  temporary: string,
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Steps<Written> {
  const created = files.createNew(temporary, options.mode);
  if (!created.ok) return { ...created, isNameTaken: created.failure.kind === "already_exists" };
  const file = created.value;
  let written = file.write(bytes);
  if (written.ok && options.durable !== false) {
    written = yield* take(() => file.sync(), () => file.syncBeside());
  }
  file.close();
  if (written.ok) written = files.rename(temporary, path);
  if (written.ok) return written;
  const removed = files.remove(temporary);
  // A process that was stopped for a long time may find that its file was removed as a leftover.
  const isGone = !removed.ok && removed.failure.kind === "not_found" && written.failure.kind === "not_found";
  return { ...written, isNameTaken: isGone };
}
