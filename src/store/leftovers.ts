/** Temporary files that a crash left in the state folder: found by name and age, and removed. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { TEMPORARY_SUFFIX } from "../host/durable_write.ts";
import { HIDDEN_SUFFIX } from "./layout.ts";
import { linkOnTheWay, listFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

/**
 * A write takes milliseconds, on a slow disk seconds; a temporary file of this age was left by a dead
 * process.
 */
const LEFT_AFTER_MS = 10 * 60 * 1000;

/** Their paths, sorted. */
export function findLeftovers(parts: StoreParts): Result<readonly string[], Failure> {
  const { paths, layout } = parts;
  const jobs = listFolder(parts, layout.runs);
  if (!jobs.ok) return jobs;
  const jobFolders = jobs.value.map((name) => paths.join(layout.runs, name));
  const folders = [layout.stateDir, layout.tasks, layout.indexes, layout.inputCaches, ...jobFolders]
    .filter((folder) => linkOnTheWay(parts, folder) === undefined);
  return ok(folders.flatMap((folder) => leftoversIn(parts, folder, isTemporary)).sort());
}

/** Those of one folder that are old enough, of the names that are asked for. */
export function leftoversIn(
  { files, paths, clock }: Pick<StoreParts, "files" | "paths" | "clock">,
  folder: string,
  isOurs: (name: string) => boolean,
): readonly string[] {
  const names = files.list(folder);
  // A path that is no folder or no longer exists holds none; an unreadable folder is reported by the code that
  // reads its content.
  if (!names.ok) return [];
  return names.value.filter(isOurs).map((name) => paths.join(folder, name)).filter((path) => {
    const facts = files.stat(path);
    // A time this far in the future comes from a wrong clock, so the file is not recent either.
    return facts.ok && Math.abs(clock.nowMs() - facts.value.modifiedAtMs) >= LEFT_AFTER_MS;
  });
}

/** How many were removed. */
export function removeLeftovers(parts: StoreParts): Result<number, Failure> {
  const found = findLeftovers(parts);
  if (!found.ok) return found;
  let count = 0;
  for (const path of found.value) {
    const removed = parts.files.remove(path);
    if (removed.ok) count++;
    else if (removed.failure.kind !== "not_found") {
      return fail({ code: "state_unwritable", action: "remove", path, reason: removed.failure.reason });
    }
  }
  return ok(count);
}

/** A record that `runs prune` hid is removed there, together with its output. */
function isTemporary(name: string): boolean {
  return name.startsWith(".") && name.endsWith(TEMPORARY_SUFFIX) && !name.endsWith(HIDDEN_SUFFIX);
}
