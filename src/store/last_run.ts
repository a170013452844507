/**
 * `last.json`: a copy of a job's newest record, or only its id, so that the job's status is found without listing its runs. A cache.
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
import type { Result } from "../model/result.ts";
import type { RunRecord } from "../model/run.ts";
import { replaceFile } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import { RECORD_SUFFIX, timestampsIn } from "./layout.ts";
import type { StoreParts } from "./store_parts.ts";

/** No reader sees a part of so short a write, and no power cut keeps a part. */
const ONE_WRITE_BYTES = 512;
/** A note has only an id, in which no character has to be escaped. */
const NOTE_HEAD = '{\n  "format": 1,\n  "kind": "newest_run",\n  "id": "';
const NOTE_END = '"\n}\n';
const LOCK_BOUND_MS = 1000;
const LOCK_PAUSE_MS = 2;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Makes `record` the newest, unless a newer one is noted. A record from the future does not count as newer,
 * because its real time is unknown. If anything fails, the file is removed, and readers find the newest run
 * themselves. `isSyncedLater`: the file is made durable before the record counts as being in a file of its own.
 */
export async function pointLastAt(
  parts: StoreParts,
  record: RunRecord,
  bytes: Uint8Array,
  isSyncedLater = false,
): Promise<void> {
  const { files, layout } = parts;
  const path = layout.last(record.name);
  const isDone = await underLock(parts, () => {
    if (isNewest(parts, record, lastTimestamp(parts, record.name))) note(parts, path, bytes, isSyncedLater);
  });
  if (!isDone) files.remove(path);
}

/**
 * Notes the run that `reserve` reserves as the newest of its job, before it has a record; `reserve` is given the newest so far. undefined
 * where the lock for that cannot be had; then nothing was reserved.
 */
export async function reserveAndNote<Reserved extends { readonly id: RunId }>(
  parts: StoreParts,
  name: string,
  reserve: (last: Timestamp | undefined) => Result<Reserved, Failure>,
): Promise<Result<Reserved, Failure> | undefined> {
  const path = parts.layout.last(name);
  let reserved: Result<Reserved, Failure> | undefined;
  let noted: Uint8Array | undefined;
  const change = (last: Timestamp | undefined) => {
    const result = reserve(last);
    reserved = result;
    noted = result.ok && isNewest(parts, { name, id: result.value.id }, last)
      ? newestOnly(result.value.id)
      : undefined;
    return noted;
  };
  await underLock(parts, () => {
    const isDone = parts.files.overwrite(path, (bytes) => change(timestampIn(bytes, name)));
    if (isDone === true) return;
    if (isDone === undefined) change(lastTimestamp(parts, name));
    if (noted !== undefined) replaceNote(parts, path, noted);
  });
  return reserved;
}

/**
 * Reserves an id by nothing but this note: for a run whose first record is its end, so that nobody asks whether its recorder lives. Whoever
 * reserves another way looks at the note again when its lock exists. undefined where the note does not say which ids are free; "outdated"
 * where it names another run than `ifNewest`.
 */
export async function reserveByNote(
  parts: StoreParts,
  name: string,
  atMs: number,
  ifNewest: RunId | undefined,
): Promise<RunId | "outdated" | undefined> {
  const { files, layout } = parts;
  const future = firstAhead(atMs);
  let free: RunId | "outdated" | undefined;
  await underLock(parts, () => {
    let id: RunId | undefined;
    const isNoted = files.overwrite(layout.last(name), (bytes) => {
      const last = timestampIn(bytes, name);
      if (last === undefined || last >= future) return undefined;
      if (ifNewest !== undefined && runIdOf(name, last) !== ifNewest) {
        free = "outdated";
        return undefined;
      }
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

function note(parts: StoreParts, path: string, bytes: Uint8Array, isSyncedLater: boolean): void {
  const { files } = parts;
  // The usual case in a large graph: the id of one run in place of another. Where that can be torn, it names no run, as readers find out.
  // Not where nothing syncs it: a power cut would bring the old id back, which hides the newer run; of a new file it leaves no old content.
  const isShort = isSyncedLater && bytes.length <= ONE_WRITE_BYTES;
  if (isShort && files.overwrite(path, () => bytes) === true) return;
  replaceNote(parts, path, bytes);
}

function replaceNote({ files, paths }: StoreParts, path: string, bytes: Uint8Array): void {
  const written = replaceFile(files, paths, path, bytes, { durable: false });
  if (!written.ok) files.remove(path);
}

/** The content for a record whose copy would soon be outdated. */
export function newestOnly(id: RunId): Uint8Array {
  return encoder.encode(`${NOTE_HEAD}${id}${NOTE_END}`);
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
  const isNote = text.startsWith(NOTE_HEAD) && text.endsWith(NOTE_END);
  if (isNote) return text.slice(NOTE_HEAD.length, -NOTE_END.length);
  const parsed = parseJson(bytes);
  return parsed.ok ? (parsed.value as { readonly id?: unknown } | null)?.id : undefined;
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
