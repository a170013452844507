/**
 * The record of a node of a large graph: durable in the log of that graph, and in a file of its own without waiting for the disk. For the
 * writer of that run.
 */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import { isFinished, type RunRecord } from "../model/run.ts";
import { replaceFile } from "../host/durable_write.ts";
import { enterInJournal } from "./journal.ts";
import { countLogs, type NodeLog } from "./node_log.ts";
import { factOfRun, unwritableRecord } from "./run_fact.ts";
import type { StoreParts } from "./store_parts.ts";

/** What the writer knows of the run. */
export interface LoggedStep {
  /** It has no record yet, in the log or in a file. */
  readonly isNew: boolean;
  /** It is the first run of its job. */
  readonly isFirst: boolean;
  /** What survives a power cut; "old or new": nothing has to be synced. */
  readonly durable: "new" | "old or new";
}

export interface LoggedRecord {
  readonly stored: Result<void, Failure>;
  /** The record is in its own file, also where something else failed. */
  readonly isFiled: boolean;
}

/** An intent is only in the log, because most nodes have ended before anybody could look; whatever follows is in its own file as well. */
export async function storeLogged(
  parts: StoreParts,
  log: NodeLog,
  record: RunRecord,
  bytes: Uint8Array,
  { isNew, isFirst, durable }: LoggedStep,
): Promise<LoggedRecord> {
  const { files, layout, paths } = parts;
  const path = layout.record(record.id);
  const isEnd = isFinished(record);
  let entered: Result<unknown, Failure> = ok(undefined);
  if (durable === "new") {
    // Not beside the record, which must not outlive the files that it tells of.
    const leavesFiles = hasOutput(record) || (isEnd && hasManifest(record));
    const named = leavesFiles ? await syncFolders(parts, record, isFirst) : ok(undefined);
    if (!named.ok) return unfiled(named);
    const enter = async () =>
      isEnd ? enterInJournal(parts, [await factOfRun(parts, record, bytes)], log.lines) : undefined;
    // A line that nobody waits for never comes before its record.
    const isLater = log.lines === "later";
    const entry = isLater ? undefined : await enter();
    await entry?.written;
    const [kept, line] = await Promise.all([log.keep(record.id, bytes), entry?.durable ?? ok(undefined)]);
    if (!kept.ok) return unfiled(unwritableRecord(path, kept.failure.reason));
    if (isLater) await enter();
    if (isNew && !isEnd) return unfiled(ok(undefined));
    entered = line;
  }
  const written = replaceFile(files, paths, path, bytes, { durable: false });
  if (!written.ok) {
    log.isNeeded();
    return unfiled(unwritableRecord(path, written.failure.reason));
  }
  log.filed();
  return { stored: entered.ok ? ok(undefined) : entered, isFiled: true };
}

function unfiled(stored: Result<void, Failure>): LoggedRecord {
  return { stored, isFiled: false };
}

/** Syncs the folders with the names of what the run left: its output and its manifest. */
async function syncFolders(
  parts: StoreParts,
  { name }: RunRecord,
  isFirst: boolean,
): Promise<Result<void, Failure>> {
  const { files, layout } = parts;
  // The folder of the job may be new, or that of another graph's node.
  const isNew = isFirst || countLogs(parts) > 1;
  const folders = [layout.runsOf(name), ...(isNew ? [layout.runs] : [])];
  for (const folder of folders) {
    const synced = await files.syncFolderBeside(folder);
    if (!synced.ok) return unwritableRecord(folder, synced.failure.reason);
  }
  return ok(undefined);
}

/** Whether there are files with content, whose names have to be as durable as that. */
function hasOutput({ attempts }: RunRecord): boolean {
  return attempts.some(({ stdout_bytes, stderr_bytes }) => (stdout_bytes ?? 0) + (stderr_bytes ?? 0) > 0);
}

function hasManifest({ inputs, status }: RunRecord): boolean {
  return inputs !== undefined && status !== "up_to_date";
}
