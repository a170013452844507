/**
 * The records of a large graph's nodes in one file, which is synced for several of them at once: a record is durable when it is in this
 * log, and its own file need not be. The log is removed when all of these files are durable. If the process or the machine dies before
 * that, the next command writes the records that are missing into their files (settle_node_logs.ts).
 */

import { parseRunId, type RunId } from "../model/ids.ts";
import { joinBytes } from "../model/bytes.ts";
import type { RunRecord } from "../model/run.ts";
import type { WritableFile } from "../host/files.ts";
import type { HostResult } from "../host/host_result.ts";
import { decodeRun, isOfNewerFormat } from "./codec.ts";
import type { JournalDurability } from "./journal.ts";
import { NODE_LOG_SUFFIX } from "./layout.ts";
import type { StoreParts } from "./store_parts.ts";

/** The beginning of a line before each record. No line of a record begins with it. */
const RECORD_MARK = "#run ";
/** The same, for a run that is not to be recorded after all. */
const FORGET_MARK = "#forget ";
/** The first line. A program that finds another number leaves the log to one that knows it. */
const HEAD_MARK = "#nodes ";
const LOG_FORMAT = 1;

/** After this many files of records the system begins to write them, so that the end of the graph waits for the rest of them only. */
const WRITTEN_AHEAD = 200;

const LINE_END = 10;
const MARK = RECORD_MARK.charCodeAt(0);
/** The last line of a record, and no other line of it. */
const RECORD_END = "}".charCodeAt(0);
const encoder = new TextEncoder();

export class NodeLog {
  /** When the lines of its runs are in the journal. */
  readonly lines: JournalDurability;
  readonly #parts: StoreParts;
  readonly #path: string;
  readonly #writer: WritableFile;
  /** The same file opened again: nothing may be written through a handle while it is being synced. */
  readonly #syncer: WritableFile;
  readonly #runs = new Set<RunId>();
  #isTorn = false;
  #isClosed = false;
  /** Not all of its records are in their own files. */
  #isNeeded = false;
  /** Marks that could not be written; they are written with what comes next. */
  #marks: readonly Uint8Array[] = [];
  /** Records that wait for the sync that is under way, and are written and synced together after it. */
  #gathered: Batch | undefined;
  #isSyncing = false;
  /** The last of them; it may be over. */
  #syncing: Promise<void> | undefined;
  /** Files of records since the system was last told to write them. */
  #filed = 0;
  #writing: Promise<void> | undefined;

  private constructor(
    parts: StoreParts,
    path: string,
    lines: JournalDurability,
    writer: WritableFile,
    syncer: WritableFile,
  ) {
    this.#parts = parts;
    this.lines = lines;
    this.#path = path;
    this.#writer = writer;
    this.#syncer = syncer;
  }

  /** A new log, durable as a name; a failure where there can be none. The lock of the graph is held as long as it is used. */
  static async open(
    parts: StoreParts,
    graph: RunId,
    lines: JournalDurability,
  ): Promise<HostResult<NodeLog>> {
    const { files, layout } = parts;
    // Files behind a link are not ours to write.
    if (files.isLink(layout.nodeLogs)) {
      return { ok: false, failure: { kind: "other", reason: "it is a symbolic link" } };
    }
    const made = files.makeFolders(layout.nodeLogs);
    if (!made.ok) return made;
    const path = layout.nodeLog(graph);
    const writer = files.createNew(path);
    if (!writer.ok) return writer;
    const syncer = files.openForAppending(path);
    if (!syncer.ok) {
      writer.value.close();
      files.remove(path);
      return syncer;
    }
    const log = new NodeLog(parts, path, lines, writer.value, syncer.value);
    // If that is not written whole, the next write begins a line of its own.
    log.#write([encoder.encode(`${HEAD_MARK}${LOG_FORMAT}\n`)]);
    const folders = made.value.length === 0 ? [layout.nodeLogs] : [layout.nodeLogs, layout.stateDir];
    for (const folder of folders) {
      const synced = await files.syncFolderBeside(folder);
      if (synced.ok) continue;
      log.close();
      files.remove(path);
      return synced;
    }
    return { ok: true, value: log };
  }

  /** Keeps this content of a run's record. A crash or a power cut cannot undo that once it resolves. */
  async keep(run: RunId, bytes: Uint8Array): Promise<HostResult<void>> {
    this.#runs.add(run);
    const batch = this.#gathered ??= { parts: [], done: Promise.withResolvers() };
    batch.parts.push(encoder.encode(`${RECORD_MARK}${run}\n`), bytes);
    if (!this.#isSyncing) this.#syncing = this.#syncGathered();
    return await batch.done.promise;
  }

  /** The run was refused before it began, so that it has no record. */
  forget(run: RunId): void {
    this.#runs.delete(run);
    this.#marks = [...this.#marks, encoder.encode(`${FORGET_MARK}${run}\n`)];
    this.#write([]);
  }

  /** A record of this log is in its own file as well. */
  filed(): void {
    if (++this.#filed < WRITTEN_AHEAD || this.#writing !== undefined) return;
    this.#filed = 0;
    const { files, layout } = this.#parts;
    this.#writing = files.writeAheadBeside(layout.stateDir).then((isDone) => {
      this.#writing = undefined;
      // The system says only once that it lost something, so that the last sync would not know.
      if (!isDone) this.isNeeded();
    });
  }

  /** The file of a record that the log has could not be written. */
  isNeeded(): void {
    this.#isNeeded = true;
  }

  /** Makes the files of all records durable, and removes the log. If that fails, the next command does it. */
  async settle(): Promise<void> {
    const { files, layout } = this.#parts;
    await this.#syncing;
    await this.#writing;
    this.close();
    if (this.#isNeeded) return;
    const synced = await files.syncAllBeside(pathsOf(this.#parts, this.#runs));
    if (!synced.ok) return;
    files.remove(this.#path);
    // A log that comes back in a power cut could bring back a record that was removed since.
    await files.syncFolderBeside(layout.nodeLogs);
  }

  /** Stops using the log, which stays. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#writer.close();
    this.#syncer.close();
  }

  #write(parts: readonly Uint8Array[]): HostResult<void> {
    if (this.#isClosed) return { ok: false, failure: { kind: "other", reason: "the graph has ended" } };
    const lineEnd = this.#isTorn ? [encoder.encode("\n")] : [];
    const written = this.#writer.write(joinBytes([...lineEnd, ...this.#marks, ...parts]));
    this.#isTorn = !written.ok;
    if (written.ok) this.#marks = [];
    return written;
  }

  /** Until nobody waits. Each batch is told how its own write and sync ended. */
  async #syncGathered(): Promise<void> {
    this.#isSyncing = true;
    for (let batch = this.#gathered; batch !== undefined; batch = this.#gathered) {
      this.#gathered = undefined;
      try {
        const written = this.#write(batch.parts);
        batch.done.resolve(written.ok ? await this.#syncer.syncBeside() : written);
      } catch (error) {
        // A bug, thrown where the record was to be kept.
        batch.done.reject(error);
      }
    }
    // In the same turn in which nobody was found waiting, so that nobody waits for a sync that is over.
    this.#isSyncing = false;
  }
}

interface Batch {
  readonly parts: Uint8Array[];
  readonly done: PromiseWithResolvers<HostResult<void>>;
}

/**
 * The files of these records, and the folders that have their names and those of their output. Also what notes them as the newest: a note
 * that came back after a power cut could hide them.
 */
export function pathsOf({ layout }: StoreParts, runs: Iterable<RunId>): readonly string[] {
  const all = [...runs];
  const names = new Set(all.map((run) => parseRunId(run)!.name));
  return [
    ...all.map((run) => layout.record(run)),
    ...Array.from(names, (name) => layout.last(name)),
    ...Array.from(names, (name) => layout.runsOf(name)),
    layout.runs,
    layout.stateDir,
  ];
}

/** How many graphs may have made folders that are not durable yet. */
export function countLogs({ files, layout }: StoreParts): number {
  const logs = files.exists(layout.nodeLogs) ? files.list(layout.nodeLogs, [NODE_LOG_SUFFIX]) : undefined;
  return logs?.ok === true ? logs.value.length : 0;
}

/** What a log has of one run. */
export interface LoggedRun {
  readonly record: RunRecord;
  readonly bytes: Uint8Array;
}

export interface LoggedRuns {
  /** The newest record of each run. What was not written completely is none. */
  readonly runs: ReadonlyMap<RunId, LoggedRun>;
  /** A newer program wrote it, so that these may not be all. */
  readonly isNewer: boolean;
}

export function recordsIn(bytes: Uint8Array): LoggedRuns {
  const runs = new Map<RunId, LoggedRun>();
  let isNewer = false;
  let open: { readonly run: string; readonly start: number } | undefined;
  const end = (at: number) => {
    if (open === undefined) return;
    const content = bytes.slice(open.start, at);
    const decoded = decodeRun(content);
    if (decoded.ok && decoded.value.record.id === open.run) {
      const { record } = decoded.value;
      runs.set(record.id, { record, bytes: content });
    } else if (isOfNewerFormat(content)) isNewer = true;
    open = undefined;
  };
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf(LINE_END, at);
    // A crash can have left anything after the last whole record.
    if (bytes[at] === RECORD_END && lineEnd === at + 1) end(lineEnd + 1);
    if (lineEnd < 0) break;
    if (bytes[at] === MARK) {
      const line = new TextDecoder().decode(bytes.subarray(at, lineEnd));
      end(at);
      if (line.startsWith(RECORD_MARK)) open = { run: line.slice(RECORD_MARK.length), start: lineEnd + 1 };
      else if (line.startsWith(FORGET_MARK)) runs.delete(line.slice(FORGET_MARK.length) as RunId);
      else if (at === 0 && line.startsWith(HEAD_MARK)) {
        isNewer = Number(line.slice(HEAD_MARK.length)) > LOG_FORMAT;
      }
    }
    at = lineEnd + 1;
  }
  end(bytes.length);
  return { runs, isNewer };
}
