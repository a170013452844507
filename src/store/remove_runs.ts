/** Removes runs, each as a whole even where a crash interrupts it. */

import type { Failure } from "../model/failure.ts";
import { isTimestamp, parseRunId, type RunId, runIdOf, type Timestamp } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { JournalFact, JournalKind } from "../model/journal.ts";
import { isFinished } from "../model/run.ts";
import type { FileLock } from "../host/files.ts";
import { decodeRun } from "./codec.ts";
import { appendToJournal } from "./journal.ts";
import { forgetLast } from "./last_run.ts";
import { HIDDEN_SUFFIX, MANIFEST_SUFFIX, NOTICE_SUFFIX, READY_SUFFIX, STOP_SUFFIX } from "./layout.ts";
import { baseOfManifest } from "./manifest_store.ts";
import { linkOnTheWay, makeStateFolder } from "./state_folders.ts";
import type { StoredRun } from "./stored_run.ts";
import type { StoreParts } from "./store_parts.ts";

const TIMESTAMP_LENGTH = "20261122T063449.123Z".length;

export interface Removal {
  readonly removed: readonly RunId[];
  /** Another process is finishing their records, so they stay. */
  readonly held: readonly RunId[];
}

/**
 * Removes runs of one job with their captured output, and the rest of an earlier removal. Each run disappears
 * for every reader in one step, before its output is removed; what a crash leaves is no longer a run, and is
 * removed the next time.
 */
export async function removeRuns(
  parts: StoreParts,
  name: string,
  runs: readonly StoredRun[],
): Promise<Result<Removal, Failure>> {
  const { files, layout } = parts;
  const link = linkOnTheWay(parts, layout.runsOf(name));
  if (link !== undefined) return unremovable(link, "it is a symbolic link");
  await files.lockSupport(layout.locks);
  const removed: RunId[] = [];
  const held: RunId[] = [];
  const locks: { readonly id: RunId; readonly lock: FileLock | undefined }[] = [];
  try {
    for (const run of runs) {
      const { id } = run.record;
      // The record of an interrupted run must not be finished while it is removed: it would return without its
      // output.
      const lock = lockAgainstRecovery(parts, run);
      if (!lock.ok) return lock;
      if (lock.value === "held") held.push(id);
      else locks.push({ id, lock: lock.value });
    }
    // Before they are gone: what is missing without such a line was not removed by us.
    const entered = await enterRemoval(parts, locks.map(({ id }) => id));
    if (!entered.ok) return entered;
    const due = new Set(locks.map(({ id }) => parseRunId(id)!.timestamp));
    // A note that stays because others have the lock names a run without a record, as every reader notices.
    const forgotten = forgetLast(parts, name, (noted) => due.has(noted));
    if (forgotten !== "held" && !forgotten.ok) {
      return unremovable(layout.last(name), forgotten.failure.reason);
    }
    for (const { id, lock } of locks) {
      const renamed = files.rename(layout.record(id), layout.hiddenRecord(id));
      if (!renamed.ok && renamed.failure.kind !== "not_found") {
        return unremovable(layout.record(id), renamed.failure.reason);
      }
      removed.push(id);
      if (lock !== undefined) files.remove(layout.runLock(id));
    }
  } finally {
    for (const { lock } of locks) lock?.release();
  }
  const swept = sweep(parts, name);
  return swept.ok ? ok({ removed, held }) : swept;
}

/** The digests of the records as they are now stay in the journal. */
async function enterRemoval(parts: StoreParts, runs: readonly RunId[]): Promise<Result<unknown, Failure>> {
  const facts: JournalFact[] = [];
  for (const id of runs) {
    const fact = await factOfRecord(parts, id, "pruned");
    if (fact !== undefined) facts.push(fact);
  }
  return facts.length === 0 ? ok(undefined) : await appendToJournal(parts, ...facts);
}

/**
 * undefined where the record is gone, or cannot be read. A record without an end is said to be one: a crash, or a full disk, can have left
 * the end of its run in the journal alone.
 */
export async function factOfRecord(
  { files, digests, layout }: StoreParts,
  id: RunId,
  kind: JournalKind,
): Promise<JournalFact | undefined> {
  const bytes = files.readBytes(layout.record(id));
  if (!bytes.ok) return undefined;
  const fact = { kind, id, sha256: await digests.sha256(bytes.value) };
  const decoded = decodeRun(bytes.value);
  const isUnfinished = decoded.ok && !isFinished(decoded.value.record);
  return isUnfinished ? { ...fact, details: { unfinished: true } } : fact;
}

function lockAgainstRecovery(
  parts: StoreParts,
  { record }: StoredRun,
): Result<FileLock | "held" | undefined, Failure> {
  if (record.status !== "interrupted" || record.recovery !== null) return ok(undefined);
  const path = parts.layout.runLock(record.id);
  const made = makeStateFolder(parts, parts.layout.locks);
  if (!made.ok) return made;
  const lock = parts.files.tryLock(path, { exclusive: true, create: "if_missing" });
  if (!lock.ok && lock.failure.kind === "no_locks") return ok(undefined);
  return lock.ok
    ? lock
    : fail({ code: "state_unwritable", action: "take the lock", path, reason: lock.failure.reason });
}

/** Removes the output of runs whose records are hidden, then the hidden records. */
function sweep(parts: StoreParts, name: string): Result<void, Failure> {
  const { files, paths, layout } = parts;
  const folder = layout.runsOf(name);
  const names = files.list(folder);
  if (!names.ok) return unremovable(folder, names.failure.reason);
  const hidden = names.value.filter((file) => file.startsWith(".") && file.endsWith(HIDDEN_SUFFIX));
  if (hidden.length === 0) return ok(undefined);
  // After a power cut, no run may reappear whose output is gone.
  const synced = files.syncFolder(folder);
  if (!synced.ok) return unremovable(folder, synced.failure.reason);
  const gone = new Set(hidden.map((file) => file.slice(1, -HIDDEN_SUFFIX.length)));
  // A clock that was set back may have given a new run the same time; the output then belongs to the new run.
  for (const file of names.value) {
    if (file.endsWith(".json")) gone.delete(file.slice(0, -".json".length));
  }
  const outputs = names.value.filter((file) =>
    [".log", STOP_SUFFIX, READY_SUFFIX, NOTICE_SUFFIX].some((suffix) => file.endsWith(suffix)) &&
    gone.has(file.slice(0, TIMESTAMP_LENGTH))
  );
  const manifests = unneededManifests(parts, name, names.value, gone);
  for (const file of [...outputs, ...manifests, ...hidden]) {
    const path = paths.join(folder, file);
    const removed = files.remove(path);
    if (!removed.ok && removed.failure.kind !== "not_found") {
      return unremovable(path, removed.failure.reason);
    }
  }
  return ok(undefined);
}

/** Removes manifests of runs that no longer exist, except those that another run's manifest is based on. */
function unneededManifests(
  parts: StoreParts,
  name: string,
  files: readonly string[],
  gone: ReadonlySet<string>,
): readonly string[] {
  const all = files.filter((file) => file.endsWith(MANIFEST_SUFFIX))
    .map((file) => file.slice(0, -MANIFEST_SUFFIX.length)).filter(isTimestamp);
  const records = new Set(
    files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length)),
  );
  const isWithoutRun = (timestamp: Timestamp) => gone.has(timestamp) || !records.has(timestamp);
  const unneeded = all.filter(isWithoutRun);
  if (unneeded.length === 0) return [];
  const bases = new Set<string | undefined>();
  for (const timestamp of all) {
    if (!isWithoutRun(timestamp)) bases.add(baseOfManifest(parts, runIdOf(name, timestamp)));
  }
  return unneeded.filter((timestamp) => !bases.has(runIdOf(name, timestamp)))
    .map((timestamp) => `${timestamp}${MANIFEST_SUFFIX}`);
}

function unremovable(path: string, reason: string): Result<never, Failure> {
  return fail({ code: "state_unwritable", action: "remove", path, reason });
}
