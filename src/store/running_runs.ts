/** The runs of a state folder that are going on now: found by the locks of their recorders. */

import { isTimestamp, nameProblem, type RunId, runIdOf } from "../model/ids.ts";
import { readRun, type StoredRun } from "./stored_run.ts";
import type { StoreParts } from "./store_parts.ts";

/**
 * The runs with a lock of their recorder, by id: those that are going on, and those of a crash. A recorder removes its lock
 * when the record is final.
 */
export function lockedRuns({ files, layout }: StoreParts): readonly RunId[] {
  const names = files.list(layout.locks);
  const found: RunId[] = [];
  for (const file of names.ok ? [...names.value].sort() : []) {
    const [, name, timestamp] = /^run-(.+)-([^-]+)\.lock$/.exec(file) ?? [];
    if (name === undefined || timestamp === undefined) continue;
    if (nameProblem(name) === undefined && isTimestamp(timestamp)) found.push(runIdOf(name, timestamp));
  }
  return found;
}

/** By id. */
export function runningRuns(parts: StoreParts): readonly StoredRun[] {
  const found: StoredRun[] = [];
  for (const id of lockedRuns(parts)) {
    const run = readRun(parts, id);
    if (run.ok && run.value.record.status === "running") found.push(run.value);
  }
  return found;
}
