/** The folders of the state: created durably, and listed. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { EntryFacts, LockSupport } from "../host/files.ts";
import type { HostResult } from "../host/host_result.ts";
import { remedyOf } from "./state_remedy.ts";
import type { StoreParts } from "./store_parts.ts";

/**
 * Ensures that the folder and its parents exist durably, and that none of them below the state folder is a
 * link.
 */
export function makeStateFolder(parts: StoreParts, folder: string): Result<void, Failure> {
  const made = makeUnsynced(parts, folder);
  if (!made.ok) return made;
  for (const created of made.value) {
    const kept = requireSynced(created, parts.files.syncFolder(parts.paths.dirname(created)));
    if (!kept.ok) return kept;
  }
  return ok(undefined);
}

/** A folder of the state that may not be durable yet. */
export interface MadeFolder {
  /** It did not exist before, so that it is empty. */
  readonly isNew: boolean;
  /** Resolves when the folder and its parents are durable. */
  readonly synced: Promise<Result<void, Failure>>;
}

/** The same, but other work goes on while the disk is waited for, or nothing is synced. */
export function makeStateFolderBeside(
  parts: StoreParts,
  folder: string,
  isSynced = true,
): Result<MadeFolder, Failure> {
  const made = makeUnsynced(parts, folder);
  if (!made.ok) return made;
  const isNew = made.value.includes(folder);
  if (!isSynced) return ok({ isNew, synced: Promise.resolve(ok(undefined)) });
  const sync = async (): Promise<Result<void, Failure>> => {
    for (const created of made.value) {
      const kept = requireSynced(created, await parts.files.syncFolderBeside(parts.paths.dirname(created)));
      if (!kept.ok) return kept;
    }
    return ok(undefined);
  };
  const synced = sync();
  // It is awaited only if the run is reserved; before that, another failure is reported.
  synced.catch(() => {});
  return ok({ isNew, synced });
}

/** Makes the names in an existing folder durable, while other work goes on. */
export function syncStateFolderBeside(
  { files }: StoreParts,
  folder: string,
): Promise<Result<void, Failure>> {
  const synced = files.syncFolderBeside(folder).then((done) => requireSynced(folder, done));
  synced.catch(() => {});
  return synced;
}

/** For how long a folder that was looked at counts as looked at, in a process that records run after run. */
const LOOKED_AT_MS = 1000;
/** When the folders in the state folder itself were found to be folders, on the monotonic clock. */
const lookedAt = new WeakMap<StoreParts, Map<string, number>>();

function wasLookedAt(parts: StoreParts, folder: string): boolean {
  const atMs = lookedAt.get(parts)?.get(folder);
  return atMs !== undefined && parts.clock.monotonicMs() - atMs < LOOKED_AT_MS;
}

function noteLook(parts: StoreParts, folder: string): void {
  if (parts.paths.dirname(folder) !== parts.layout.stateDir) return;
  const known = lookedAt.get(parts) ?? new Map<string, number>();
  lookedAt.set(parts, known.set(folder, parts.clock.monotonicMs()));
}

/** Returns the folders that did not exist before. */
function makeUnsynced(parts: StoreParts, folder: string): Result<readonly string[], Failure> {
  if (wasLookedAt(parts, folder)) return ok([]);
  const steps = wasLookedAt(parts, parts.paths.dirname(folder))
    ? [folder]
    : stepsTo(parts, folder).filter((step) => !wasLookedAt(parts, step));
  const kinds = new Map<string, EntryFacts["kind"] | undefined>();
  for (const step of steps) {
    const entry = parts.files.entry(step);
    const kind = entry.ok ? entry.value.kind : undefined;
    if (kind === "link") return unmakable(step, "it is a symbolic link");
    if (kind === "directory") noteLook(parts, step);
    kinds.set(step, kind);
    // Nothing is below what does not exist.
    if (!entry.ok && entry.failure.kind === "not_found") break;
  }
  if (kinds.get(folder) === "directory") return ok([]);
  const made = parts.files.makeFolders(folder);
  return made.ok ? ok(made.value) : unmakable(folder, made.failure.reason);
}

function requireSynced(created: string, synced: HostResult<void>): Result<void, Failure> {
  // A parent folder that we may pass through but not read cannot be synced, and is not ours.
  return synced.ok || synced.failure.kind === "permission_denied"
    ? ok(undefined)
    : unmakable(created, synced.failure.reason);
}

function unmakable(path: string, reason: string): Result<never, Failure> {
  return fail({ code: "state_unwritable", action: "make the folder", path, reason });
}

/**
 * Ensures that the folder of the locks exists and that it is known whether its file system has locks. Must be
 * called before a lock is taken.
 */
export async function prepareLocks(parts: StoreParts): Promise<Result<LockSupport, Failure>> {
  const made = makeStateFolder(parts, parts.layout.locks);
  return made.ok ? ok(await parts.files.lockSupport(parts.layout.locks)) : made;
}

/** Notes that the user is warned of missing locks; if that fails, the warning is repeated next time. */
export function noteMissingLocks({ files, layout }: StoreParts): "noted" | "noted_before" {
  const noted = files.createNew(layout.missingLocksNote);
  if (noted.ok) noted.value.close();
  return !noted.ok && noted.failure.kind === "already_exists" ? "noted_before" : "noted";
}

/**
 * The first link between the state folder and this folder, including itself: files behind a link are not ours
 * to write, truncate or remove. The state folder itself may be a link, because somebody chose it.
 */
export function linkOnTheWay(parts: StoreParts, folder: string): string | undefined {
  return stepsTo(parts, folder).find((path) => {
    const entry = parts.files.entry(path);
    return entry.ok && entry.value.kind === "link";
  });
}

/** The folders from the state folder, without it, down to this one. */
function stepsTo({ paths, layout }: StoreParts, folder: string): readonly string[] {
  const way = paths.relative(layout.stateDir, folder).split(/[/\\]/).filter((part) => part !== "");
  return way.map((_, index) => paths.join(layout.stateDir, ...way.slice(0, index + 1)));
}

/** The names in a folder, or those with one of the endings; empty where it does not exist. */
export function listFolder(
  { files }: StoreParts,
  path: string,
  endings?: readonly string[],
): Result<readonly string[], Failure> {
  const names = files.list(path, endings);
  if (names.ok) return names;
  return names.failure.kind === "not_found" ? ok([]) : fail({
    code: "state_unreadable",
    action: "list the folder",
    path,
    reason: names.failure.reason,
    remedy: remedyOf(names.failure),
  });
}
