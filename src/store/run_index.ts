/**
 * The runs of one job in order, with the status of those that ended: used without listing the folder or
 * reading records where the index is proven to be current, and rebuilt from them where it is not. A cache
 * that readers maintain; runs never wait for it. docs/design/0016-index.md describes the proof.
 */

import type { Failure } from "../model/failure.ts";
import { type RunId, runIdOf, type Timestamp } from "../model/ids.ts";
import { ok, type Result } from "../model/result.ts";
import type { RunRecord } from "../model/run.ts";
import type { FileFacts } from "../host/files.ts";
import { replaceFile } from "../host/durable_write.ts";
import { decodeIndex, encodeIndex, type EndedStatus, type FolderTimes, IndexRows } from "./index_file.ts";
import { HIDDEN_SUFFIX, RECORD_SUFFIX, timestampsIn } from "./layout.ts";
import { listFolder } from "./state_folders.ts";
import { readRun, type StoredRun } from "./stored_run.ts";
import type { StoreParts } from "./store_parts.ts";

/** For fewer runs, listing and reading takes no more than a millisecond or two. */
const MIN_RUNS = 100;
/**
 * Two changes this close together can leave a folder with the same time: FAT counts in steps of 2 s, the
 * coarsest. Source: "File Times", learn.microsoft.com.
 */
const SETTLED_MS = 2000;

/** The state when it was opened. */
interface Found {
  readonly rows: IndexRows;
  /** The times of the job's folder when it held exactly these runs. */
  readonly folder: FolderTimes | null;
  /** When the folder of the indexes was last modified; undefined where it did not exist. */
  readonly indexesMs: number | undefined;
  /** An index exists on disk. */
  readonly wasKept: boolean;
  /** The index on disk is out of date. */
  readonly isNews: boolean;
  readonly hasLeftovers: boolean;
}

export class RunIndex {
  readonly name: string;
  readonly #store: StoreParts;
  readonly #found: Found;
  #folder: FolderTimes | null;
  #isNews: boolean;

  private constructor(store: StoreParts, name: string, found: Found) {
    this.#store = store;
    this.name = name;
    this.#found = found;
    this.#folder = found.folder;
    this.#isNews = found.isNews;
  }

  /** Empty where the job never ran. */
  static open(store: StoreParts, name: string): Result<RunIndex, Failure> {
    const { files, layout, clock } = store;
    const path = layout.runsOf(name);
    // Read before the folder is, so that a later change is not taken for stable.
    const nowMs = clock.nowMs();
    const before = folderTimes(files.stat(path));
    const indexesMs = folderTimes(files.stat(layout.indexes))?.modified_at_ms;
    const bytes = before === undefined ? undefined : files.readBytes(layout.indexOf(name));
    const kept = bytes?.ok ? decodeIndex(bytes.value, name) : undefined;
    const wasKept = kept !== undefined;
    // A folder whose time did not change when a file was added is on a file system that does not note such
    // changes.
    if (wasKept && isSame(kept.head.folder, before) && indexesMs !== kept.head.before_ms) {
      const { rows, head: { folder } } = kept;
      return ok(
        new RunIndex(store, name, { rows, folder, indexesMs, wasKept, isNews: false, hasLeftovers: false }),
      );
    }
    const names = listFolder(store, path, [RECORD_SUFFIX, HIDDEN_SUFFIX]);
    if (!names.ok) return names;
    const after = folderTimes(files.stat(path));
    const rows = IndexRows.of(timestampsIn(names.value));
    if (wasKept) rows.learnFrom(kept.rows);
    const hasLeftovers = names.value.some((file) => file.startsWith(".") && file.endsWith(HIDDEN_SUFFIX));
    const isProven = isSame(before, after) && isSettled(after!, nowMs) && !hasLeftovers;
    const folder = isProven ? after! : null;
    return ok(
      new RunIndex(store, name, { rows, folder, indexesMs, wasKept, isNews: isProven, hasLeftovers }),
    );
  }

  /** A removal was interrupted, and its rest has to be removed. */
  get hasLeftovers(): boolean {
    return this.#found.hasLeftovers;
  }

  /** The number of runs. */
  get size(): number {
    return this.#found.rows.length;
  }

  /** Positions count from the oldest run, 0. */
  timestampAt(position: number): Timestamp {
    return this.#found.rows.timestampAt(position) as Timestamp;
  }

  idAt(position: number): RunId {
    return runIdOf(this.name, this.timestampAt(position));
  }

  /** How a run ended; undefined where only its record tells. */
  statusAt(position: number): EndedStatus | undefined {
    return this.#found.rows.statusAt(position);
  }

  /** The positions from `start` up to, but excluding, `end` hold the timestamps that begin with the text. */
  beginningWith(text: string): { readonly start: number; readonly end: number } {
    // "Z" is the greatest character in a timestamp.
    return { start: this.#found.rows.lowerBound(text), end: this.#found.rows.lowerBound(`${text}~`) };
  }

  /** The first position whose timestamp is not earlier than the given one. */
  lowerBound(timestamp: Timestamp): number {
    return this.#found.rows.lowerBound(timestamp);
  }

  /** Reads the record of a run and notes its status; run_not_found where it was removed meanwhile. */
  read(position: number): Result<StoredRun, Failure> {
    const run = readRun(this.#store, this.idAt(position));
    this.#learn(position, run.ok && !run.value.isNewer ? finalStatus(run.value.record) : undefined);
    return run;
  }

  /**
   * Must be called before these runs are removed, so that their status is not applied to another run of the
   * same time.
   */
  forget(positions: readonly number[]): void {
    if (positions.length === 0 || !this.#found.wasKept) return;
    for (const position of positions) this.#found.rows.setStatus(position, undefined);
    this.#folder = null;
    if (!this.#write()) this.#store.files.remove(this.#store.layout.indexOf(this.name));
  }

  /** Saves new knowledge for the next reader. If that fails, the next reader collects it again. */
  keep(): void {
    if (!this.#isNews || this.size < MIN_RUNS) return;
    this.#isNews = false;
    this.#write();
  }

  #learn(position: number, status: EndedStatus | undefined): void {
    if (this.statusAt(position) === status) return;
    this.#found.rows.setStatus(position, status);
    this.#isNews = true;
  }

  #write(): boolean {
    const { files, paths, layout } = this.#store;
    const made = files.makeFolders(layout.indexes);
    const before_ms = this.#found.indexesMs ?? folderTimes(files.stat(layout.indexes))?.modified_at_ms;
    if (!made.ok || before_ms === undefined) return false;
    const bytes = encodeIndex({ name: this.name, folder: this.#folder, before_ms }, this.#found.rows);
    return replaceFile(files, paths, layout.indexOf(this.name), bytes, { durable: false }).ok;
  }
}

/** undefined where the record may still be changed, by its recorder or by recovery. */
function finalStatus({ status, recovery }: RunRecord): EndedStatus | undefined {
  return status === "running" || (status === "interrupted" && recovery === null) ? undefined : status;
}

function folderTimes(
  facts: { readonly ok: true; readonly value: FileFacts } | { readonly ok: false },
): FolderTimes | undefined {
  if (!facts.ok || facts.value.kind !== "directory") return undefined;
  return { modified_at_ms: facts.value.modifiedAtMs, changed_at_ms: facts.value.changedAtMs };
}

function isSame(a: FolderTimes | null | undefined, b: FolderTimes | undefined): boolean {
  return a !== null && a !== undefined && b !== undefined &&
    a.modified_at_ms === b.modified_at_ms && a.changed_at_ms === b.changed_at_ms;
}

/** A time ahead of the clock is not stable either, because one of the two will be corrected. */
function isSettled({ modified_at_ms, changed_at_ms }: FolderTimes, nowMs: number): boolean {
  return Math.max(modified_at_ms, changed_at_ms) < nowMs - SETTLED_MS;
}
