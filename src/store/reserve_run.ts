/** A place for a new run: its id, and the lock that belongs to it. Loaded by every run, so it reads no records. */

import { runIdOf, timestampOf } from "../model/ids.ts";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { RunWriter } from "./run_writer.ts";
import { makeStateFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

/** So many runs of one job in one and the same second are more than can be. */
const CLASH_BOUND = 10_000;

/** Takes the place. Nothing is recorded yet. */
export function reserveRun(parts: StoreParts, name: string, atMs: number): Result<RunWriter, Failure> {
  const { files, layout } = parts;
  for (const folder of [layout.runsOf(name), layout.locks]) {
    const made = makeStateFolder(parts, folder);
    if (!made.ok) return made;
  }
  for (let clash = 0; clash < CLASH_BOUND; clash++) {
    const id = runIdOf(name, timestampOf(atMs + clash));
    const path = layout.runLock(id);
    const lock = files.tryLock(path, { exclusive: true, create: "new" });
    if (!lock.ok && lock.failure.kind === "already_exists") continue;
    if (!lock.ok) {
      return fail({ code: "state_unwritable", action: "take the lock", path, reason: lock.failure.reason });
    }
    if (lock.value === "held") continue;
    // The lock of a finished run is gone, its record is not, nor what a removal left: a clock that was set back meets it.
    if (files.stat(layout.record(id)).ok || files.stat(layout.hiddenRecord(id)).ok) {
      files.remove(path);
      lock.value.release();
      continue;
    }
    return ok(new RunWriter(parts, id, lock.value));
  }
  throw new Error(`Cannot reserve a run of "${name}": ${CLASH_BOUND} timestamps in a row are taken`);
}
