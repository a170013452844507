/**
 * Moves runs and task records from another state folder, each as a whole even where a crash interrupts it.
 */

import type { Failure } from "../model/failure.ts";
import { type RunId, runIdOf, type Timestamp } from "../model/ids.ts";
import type { JournalFact } from "../model/journal.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { appendToJournal } from "./journal.ts";
import { forgetLast } from "./last_run.ts";
import { timestampsIn } from "./layout.ts";
import { factOfRecord } from "./remove_runs.ts";
import { listFolder, makeStateFolder } from "./state_folders.ts";
import { readRun } from "./stored_run.ts";
import type { StoreParts } from "./store_parts.ts";

export interface Stayed {
  /** A run, or `task <name>`. */
  readonly what: string;
  readonly reason: string;
}

/**
 * Moves the chosen runs of one job or task. The record is moved last, so a run in transit still belongs to
 * the old folder, and the next call continues.
 */
export async function moveRuns(
  from: StoreParts,
  to: StoreParts,
  name: string,
  isWanted: (id: RunId) => boolean,
): Promise<Result<{ readonly moved: readonly RunId[]; readonly stayed: readonly Stayed[] }, Failure>> {
  const { files, paths } = to;
  const [old, own] = [from.layout.runsOf(name), to.layout.runsOf(name)];
  const names = listFolder(from, old);
  if (!names.ok) return names;
  const due: { readonly timestamp: Timestamp; readonly fact: JournalFact }[] = [];
  const stayed: Stayed[] = [];
  for (const timestamp of timestampsIn(names.value)) {
    const id = runIdOf(name, timestamp);
    if (!isWanted(id)) continue;
    if (files.stat(to.layout.record(id)).ok) {
      stayed.push({ what: id, reason: "one already exists here" });
      continue;
    }
    const reason = reasonToStay(from, id);
    if (reason !== undefined) {
      stayed.push({ what: id, reason });
      continue;
    }
    const fact = await factOfRecord(from, id, "moved_out");
    if (fact !== undefined) due.push({ timestamp, fact });
  }
  if (due.length === 0) return ok({ moved: [], stayed });
  const facts = (kind: "moved_out" | "moved_in"): readonly JournalFact[] =>
    due.map(({ fact }) => ({ ...fact, kind }));
  const left = await appendToJournal(from, ...facts("moved_out"));
  if (!left.ok) return left;
  const made = makeStateFolder(to, own);
  if (!made.ok) return made;
  for (const { timestamp } of due) {
    const record = `${timestamp}.json`;
    const parts = names.value.filter((file) => file.startsWith(`${timestamp}.`) && file !== record);
    for (const file of [...parts, record]) {
      const renamed = files.rename(paths.join(old, file), paths.join(own, file));
      if (!renamed.ok) return unmovable(paths.join(old, file), renamed.failure.reason);
    }
  }
  const entered = await appendToJournal(to, ...facts("moved_in"));
  if (!entered.ok) return entered;
  // Others that have a lock have noted a newer run of theirs.
  const newest = due.at(-1)!.timestamp;
  forgetLast(from, name, (noted) => noted <= newest);
  forgetLast(to, name, (noted) => noted < newest);
  const synced = files.syncFolder(own);
  return synced.ok
    ? ok({ moved: due.map(({ timestamp }) => runIdOf(name, timestamp)), stayed })
    : unmovable(own, synced.failure.reason);
}

const NOT_KNOWN = "it is unknown whether its recorder is alive";

/** Decided by its lock or, if that was lost or never existed, by its recorder. */
function reasonToStay(parts: StoreParts, id: RunId): string | undefined {
  const run = readRun(parts, id);
  if (run.ok && run.value.recorder === "unknown") return NOT_KNOWN;
  if (run.ok && run.value.record.status === "running") return "it is still running";
  // A process that finishes the record holds its lock, even when the record already reads as ended.
  const lock = parts.files.tryLock(parts.layout.runLock(id), { exclusive: false, create: "never" });
  if (!lock.ok) {
    if (lock.failure.kind === "not_found" || (lock.failure.kind === "no_locks" && run.ok)) return undefined;
    // A lock that cannot be examined does not prove that nobody holds it.
    return NOT_KNOWN;
  }
  if (lock.value === "held") return "it is still running";
  lock.value.release();
  return undefined;
}

/** Moves the record of a task; false where one already exists, or there is none to move. */
export async function moveTask(
  from: StoreParts,
  to: StoreParts,
  name: string,
): Promise<Result<boolean, Failure>> {
  const { files, layout, digests } = to;
  if (files.stat(layout.task(name)).ok || !files.stat(from.layout.task(name)).ok) return ok(false);
  const bytes = files.readBytes(from.layout.task(name));
  if (!bytes.ok) return unmovable(from.layout.task(name), bytes.failure.reason);
  const fact = { id: name, sha256: await digests.sha256(bytes.value), details: { task: true } };
  const left = await appendToJournal(from, { kind: "moved_out", ...fact });
  if (!left.ok) return left;
  const made = makeStateFolder(to, layout.tasks);
  if (!made.ok) return made;
  const renamed = files.rename(from.layout.task(name), layout.task(name));
  if (!renamed.ok) return unmovable(from.layout.task(name), renamed.failure.reason);
  const entered = await appendToJournal(to, { kind: "moved_in", ...fact });
  if (!entered.ok) return entered;
  const synced = files.syncFolder(layout.tasks);
  return synced.ok ? ok(true) : unmovable(layout.tasks, synced.failure.reason);
}

function unmovable(path: string, reason: string): Result<never, Failure> {
  return fail({ code: "state_unwritable", action: "move", path, reason });
}
