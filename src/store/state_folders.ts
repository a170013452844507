/** The folders of the state: made so that they survive a power cut, and listed. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { LockSupport } from "../host/host.ts";
import type { StoreParts } from "./store_parts.ts";

/** The folder and those above it are there, durable, and up to the state folder itself no links to other places. */
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
    // A folder above that we may pass through but not read cannot be synced, and is not ours.
    if (!synced.ok && synced.failure.kind !== "permission_denied") {
      return unmakable(created, synced.failure.reason);
    }
  }
  return ok(undefined);
}

/** The folder of the locks is there, and it is known whether its file system gives any. To be called before one is taken. */
export async function prepareLocks(parts: StoreParts): Promise<Result<LockSupport, Failure>> {
  const made = makeStateFolder(parts, parts.layout.locks);
  return made.ok ? ok(await parts.files.lockSupport(parts.layout.locks)) : made;
}

/**
 * The first of the folders between the state folder and this one, itself included, that is a link: what is written, truncated
 * or removed through it is none of ours. The state folder may be one, as somebody chose it.
 */
export function linkOnTheWay({ files, paths, layout }: StoreParts, folder: string): string | undefined {
  const way = paths.relative(layout.stateDir, folder).split(/[/\\]/).filter((part) => part !== "");
  return way.map((_, index) => paths.join(layout.stateDir, ...way.slice(0, index + 1))).find((path) => {
    const entry = files.entry(path);
    return entry.ok && entry.value.kind === "link";
  });
}

/** The names in a folder; none where it is not there. */
export function listFolder({ files }: StoreParts, path: string): Result<readonly string[], Failure> {
  const names = files.list(path);
  if (names.ok) return names;
  return names.failure.kind === "not_found"
    ? ok([])
    : fail({ code: "state_unreadable", action: "list the folder", path, reason: names.failure.reason });
}
