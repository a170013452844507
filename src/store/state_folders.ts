/** Makes the folders of the state, so that they survive a power cut. */

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
