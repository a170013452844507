/** The runs of a state folder that are going on now: found by the locks of their recorders. */

import { isTimestamp, nameProblem, runIdOf } from "../model/ids.ts";
import { readRun, type StoredRun } from "./stored_run.ts";
import type { StoreParts } from "./store_parts.ts";

/** By id. A recorder removes its lock when the record is final, so every other lock is that of a crash. */
export function runningRuns(parts: StoreParts): readonly StoredRun[] {
  const names = parts.files.list(parts.layout.locks);
  const found: StoredRun[] = [];
  for (const file of names.ok ? [...names.value].sort() : []) {
    const [, name, timestamp] = /^run-(.+)-([^-]+)\.lock$/.exec(file) ?? [];
    if (name === undefined || timestamp === undefined) continue;
    if (nameProblem(name) !== undefined || !isTimestamp(timestamp)) continue;
    const run = readRun(parts, runIdOf(name, timestamp));
    if (run.ok && run.value.record.status === "running") found.push(run.value);
  }
  return found;
}
