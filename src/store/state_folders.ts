/** The folders of the state: made so that they survive a power cut, and listed. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { StoreParts } from "./store_parts.ts";

/** The folder and those above it are there, and durable. */
export function makeStateFolder({ files, paths }: StoreParts, folder: string): Result<void, Failure> {
  const unmakable = (path: string, reason: string) =>
    fail({ code: "state_unwritable", action: "make the folder", path, reason } as const);
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

/** The names in a folder; none where it is not there. */
export function listFolder({ files }: StoreParts, path: string): Result<readonly string[], Failure> {
  const names = files.list(path);
  if (names.ok) return names;
  return names.failure.kind === "not_found"
    ? ok([])
    : fail({ code: "state_unreadable", action: "list the folder", path, reason: names.failure.reason });
}
