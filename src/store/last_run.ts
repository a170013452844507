/**
 * `last.json`: a copy of a job's newest record, or only its id, so that the job's status is found without listing its runs. A cache; but a
 * run whose first record is its end has nothing else that keeps its id from others until then. So it is changed under a lock only.
 */

import {
  firstAhead,
  instantOf,
  isTimestamp,
  parseRunId,
  type RunId,
  runIdOf,
  type Timestamp,
  timestampOf,
} from "../model/ids.ts";
import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import type { RunRecord } from "../model/run.ts";
import { replaceFile } from "../host/durable_write.ts";
import type { FileLock } from "../host/files.ts";
import type { HostResult } from "../host/host_result.ts";
import { parseJson } from "./json_bytes.ts";
import { RECORD_SUFFIX, timestampsIn } from "./layout.ts";
import type { StoreParts } from "./store_parts.ts";

/** No power cut keeps a part of so short a write. */
const ONE_WRITE_BYTES = 512;
/**
 * A note has only an id, in which no character has to be escaped. It has it twice, because a reader can see the beginning of one content and
 * the end of another while a note is overwritten: then the two differ.
 */
const NOTE_HEAD = '{\n  "format": 1,\n  "kind": "newest_run",\n  "id": "';
const NOTE_MIDDLE = '",\n  "id_again": "';
const NOTE_END = '"\n}\n';
const LOCK_BOUND_MS = 1000;
const LOCK_PAUSE_MS = 2;
/** The lock is held for less than it takes to ask this often. */
const TRIES_AT_ONCE = 100;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Makes `record` the newest, unless a newer one is noted. A record from the future does not count as newer,
 * because its real time is unknown. If anything fails, a file that would hide the record is removed, and readers find the newest run
 * themselves.
 */
export async function pointLastAt(
  parts: StoreParts,
  { id, name }: RunRecord,
  bytes: Uint8Array,
): Promise<void> {
  const isDone = await underLock(parts, () => {
    if (isNewest(parts, { id, name }, lastTimestamp(parts, name))) {
      replaceNote(parts, parts.layout.last(name), bytes);
    }
  });
  if (!isDone) dropOlder(parts, name, id);
}

/** Where the lock cannot be had. Never a note of a newer run: it may be all that keeps the id of that run from others. */
export function dropOlder(parts: StoreParts, name: string, id: RunId): void {
  if (isOlder(lastTimestamp(parts, name), id)) parts.files.remove(parts.layout.last(name));
}

/**
 * Notes the run that `reserve` reserves as the newest of its job, before it has a record; `reserve` is given the newest so far. undefined
 * where the lock for that cannot be had; then nothing was reserved. `isSyncedLater`: the note is made durable with the record's own file.
 */
export async function reserveAndNote<Reserved extends Result<{ readonly id: RunId }, Failure> | "outdated">(
  parts: StoreParts,
  name: string,
  isSyncedLater: boolean,
  reserve: (last: Timestamp | undefined) => Reserved,
): Promise<Reserved | undefined> {
  const path = parts.layout.last(name);
  let reserved: Reserved | undefined;
  let noted: Uint8Array | undefined;
  const change = (last: Timestamp | undefined) => {
    reserved = reserve(last);
    const id = reserved !== "outdated" && reserved.ok ? reserved.value.id : undefined;
    noted = id !== undefined && isNewest(parts, { name, id }, last) ? newestOnly(id) : undefined;
    return noted;
  };
  await underLock(parts, () => {
    // Not over the old content where nothing syncs it: a power cut would bring the old id back, which hides the newer run; of a new file it
    // leaves no old content.
    const isDone = isSyncedLater
      ? parts.files.overwrite(path, (bytes) => change(timestampIn(bytes, name)))
      : undefined;
    if (isDone === true) return;
    if (isDone === undefined) change(lastTimestamp(parts, name));
    if (noted !== undefined) replaceNote(parts, path, noted);
  });
  return reserved;
}

/**
 * Reserves an id by nothing but this note: for a run whose first record is its end, so that nobody asks whether its recorder lives. Whoever
 * reserves another way looks at the note again when its lock exists. undefined where the note does not say which ids are free; "outdated"
 * where it does not name `newest`.
 */
export async function reserveByNote(
  parts: StoreParts,
  name: string,
  atMs: number,
  newest: Timestamp | undefined,
): Promise<RunId | "outdated" | undefined> {
  const { files, layout } = parts;
  const future = firstAhead(atMs);
  let free: RunId | "outdated" | undefined;
  await underLock(parts, () => {
    let id: RunId | undefined;
    const isNoted = files.overwrite(layout.last(name), (bytes) => {
      const last = timestampIn(bytes, name);
      if (last !== newest) free = "outdated";
      if (last !== newest || last === undefined || last >= future) return undefined;
      id = runIdOf(name, timestampOf(Math.max(atMs, instantOf(last) + 1)));
      return newestOnly(id);
    });
    if (isNoted !== true || id === undefined) return;
    // Locked by a process that has not looked at the note since, or recorded by a clock that was ahead.
    const isTaken = [layout.runLock(id), layout.record(id), layout.hiddenRecord(id)]
      .some((at) => files.exists(at));
    if (!isTaken) free = id;
  });
  return free;
}

/**
 * Removes the note if `isMeant` says so of the run that it names, or if it cannot be read. "held" where others have the lock; then the
 * note stays.
 */
export function forgetLast(
  parts: StoreParts,
  name: string,
  isMeant: (noted: Timestamp) => boolean,
): HostResult<void> | "held" {
  const { files, layout } = parts;
  const path = layout.last(name);
  const isDue = () => {
    const bytes = files.readBytes(path);
    if (!bytes.ok) return bytes.failure.kind !== "not_found";
    const noted = timestampIn(bytes.value, name);
    return noted === undefined || isMeant(noted);
  };
  if (!isDue()) return ok(undefined);
  const lock = held.has(parts) ? undefined : lockAtOnce(parts);
  if (lock === "held") return "held";
  try {
    // Another run may be noted since.
    const removed = isDue() ? files.remove(path) : ok(undefined);
    return removed.ok || removed.failure.kind === "not_found" ? ok(undefined) : removed;
  } finally {
    lock?.release();
  }
}

/** For `forgetLast`: a note that would hide this run. */
export function isOlder(noted: Timestamp | undefined, id: RunId): boolean {
  return noted === undefined || noted < parseRunId(id)!.timestamp;
}

function replaceNote({ files, paths }: StoreParts, path: string, bytes: Uint8Array): void {
  const written = replaceFile(files, paths, path, bytes, { durable: false });
  if (!written.ok) files.remove(path);
}

/** The content for a record whose copy would soon be outdated. */
export function newestOnly(id: RunId): Uint8Array {
  return encoder.encode(`${NOTE_HEAD}${id}${NOTE_MIDDLE}${id}${NOTE_END}`);
}

/** `current`: the newest so far, as noted. */
function isNewest(
  parts: StoreParts,
  { name, id }: Pick<RunRecord, "name" | "id">,
  current: Timestamp | undefined,
): boolean {
  const { timestamp } = parseRunId(id)!;
  const future = firstAhead(parts.clock.nowMs());
  const isNewer = (other: Timestamp) => other > timestamp && (other < future || timestamp >= future);
  if (current !== undefined) return !isNewer(current);
  // After the note was lost, an older run that ends must not be noted as the newest.
  const names = parts.files.list(parts.layout.runsOf(name), [RECORD_SUFFIX]);
  if (!names.ok) return false;
  return !timestampsIn(names.value).some(isNewer);
}

/** The timestamp of the run that `last.json` names; undefined where it names none that can be read. */
export function lastTimestamp(parts: StoreParts, name: string): Timestamp | undefined {
  const bytes = parts.files.readBytes(parts.layout.last(name));
  return bytes.ok ? timestampIn(bytes.value, name) : undefined;
}

/** Only the id is used; callers that need more read the record itself. */
function timestampIn(bytes: Uint8Array, name: string): Timestamp | undefined {
  const id = idIn(bytes);
  if (typeof id !== "string" || !id.startsWith(`${name}/`)) return undefined;
  const timestamp = id.slice(name.length + 1);
  return isTimestamp(timestamp) ? timestamp : undefined;
}

function idIn(bytes: Uint8Array): unknown {
  // The usual case in a large graph.
  const text = bytes.length <= ONE_WRITE_BYTES ? decoder.decode(bytes) : "";
  const idLength = (text.length - NOTE_HEAD.length - NOTE_MIDDLE.length - NOTE_END.length) / 2;
  const written = text.substr(NOTE_HEAD.length, idLength);
  if (text === `${NOTE_HEAD}${written}${NOTE_MIDDLE}${written}${NOTE_END}`) return written;
  const parsed = parseJson(bytes);
  const { id, id_again = id } = (parsed.ok ? parsed.value : null) as NoteFile ?? {};
  return id === id_again ? id : undefined;
}

/** A note, or a copy of a record; notes of earlier programs have the id once. */
type NoteFile = { readonly id?: unknown; readonly id_again?: unknown } | null;

/** For callers that cannot wait. undefined where there is no lock to be had, so that nobody relies on it. */
function lockAtOnce({ files, layout }: StoreParts): FileLock | "held" | undefined {
  for (let tries = 0; tries < TRIES_AT_ONCE; tries++) {
    const lock = files.tryLock(layout.lastLock, { exclusive: true, create: "if_missing" });
    if (!lock.ok) return undefined;
    if (lock.value !== "held") return lock.value;
  }
  return "held";
}

/** Those for which this process has the lock. */
const held = new WeakSet<StoreParts>();

/**
 * False where the lock could not be had. `work` is done at once, and the lock is released when everything that can go on now has done so:
 * the nodes of a graph that are recorded together take it once.
 */
async function underLock(parts: StoreParts, work: () => void): Promise<boolean> {
  const giveUpAtMs = parts.clock.monotonicMs() + LOCK_BOUND_MS;
  for (;;) {
    if (held.has(parts)) {
      work();
      return true;
    }
    const lock = parts.files.tryLock(parts.layout.lastLock, { exclusive: true, create: "if_missing" });
    if (!lock.ok) return false;
    if (lock.value !== "held") {
      held.add(parts);
      try {
        work();
        await undefined;
      } finally {
        held.delete(parts);
        lock.value.release();
      }
      return true;
    }
    if (parts.clock.monotonicMs() >= giveUpAtMs) return false;
    await parts.clock.after(LOCK_PAUSE_MS).elapsed;
  }
}
