/** The folders of the state: created durably, and listed. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { LockSupport } from "../host/host.ts";
import type { StoreParts } from "./store_parts.ts";

/**
 * Ensures that the folder and its parents exist durably, and that none of them below the state folder is a
 * link.
 */
export function makeStateFolder(parts: StoreParts, folder: string): Result<void, Failure> {
  const { files, paths } = parts;
  const unmakable = (path: string, reason: string) =>
    fail({ code: "state_unwritable", action: "make the folder", path, reason } as const);
  const link = linkOnTheWay(parts, folder);
  if (link !== undefined) return unmakable(link, "it is a symbolic link");
  const made = files.makeFolders(folder);
  if (!made.ok) return unmakable(folder, made.failure.reason);
  for (const created of made.value) {
    const synced = files.syncFolder(paths.dirname(created));
    // A parent folder that we may pass through but not read cannot be synced, and is not ours.
    if (!synced.ok && synced.failure.kind !== "permission_denied") {
      return unmakable(created, synced.failure.reason);
    }
  }
  return ok(undefined);
}

/**
 * Ensures that the folder of the locks exists and that it is known whether its file system has locks. Must be
 * called before a lock is taken.
 */
export async function prepareLocks(parts: StoreParts): Promise<Result<LockSupport, Failure>> {
  const made = makeStateFolder(parts, parts.layout.locks);
  return made.ok ? ok(await parts.files.lockSupport(parts.layout.locks)) : made;
}

/**
 * The first link between the state folder and this folder, including itself: files behind a link are not ours
 * to write, truncate or remove. The state folder itself may be a link, because somebody chose it.
 */
export function linkOnTheWay({ files, paths, layout }: StoreParts, folder: string): string | undefined {
  const way = paths.relative(layout.stateDir, folder).split(/[/\\]/).filter((part) => part !== "");
  return way.map((_, index) => paths.join(layout.stateDir, ...way.slice(0, index + 1))).find((path) => {
    const entry = files.entry(path);
    return entry.ok && entry.value.kind === "link";
  });
}

/** The names in a folder; empty where it does not exist. */
export function listFolder({ files }: StoreParts, path: string): Result<readonly string[], Failure> {
  const names = files.list(path);
  if (names.ok) return names;
  return names.failure.kind === "not_found"
    ? ok([])
    : fail({ code: "state_unreadable", action: "list the folder", path, reason: names.failure.reason });
}
