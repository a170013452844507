/**
 * What a graph left in its log when its process or the machine died: each record that its own file lacks is written there, so that every
 * reader finds it. Done before a state folder is read; costs nothing where there is no log.
 */

import { isFinished } from "../model/run.ts";
import { isRunId, parseRunId, type RunId } from "../model/ids.ts";
import { journalEntry } from "../model/journal.ts";
import { replaceFile } from "../host/durable_write.ts";
import { decodeRun, isOfNewerFormat } from "./codec.ts";
import { linesOf, readJournal } from "./journal_end.ts";
import { forgetLast } from "./last_run.ts";
import { NODE_LOG_SUFFIX } from "./layout.ts";
import { type LoggedRun, pathsOf, recordsIn } from "./node_log.ts";
import { recorderState } from "./recorder.ts";
import { linkOnTheWay } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

/** More than the records of any graph. */
const MAX_LOG_BYTES = 1024 * 1024 * 1024;
/** Another process needs less for a thousand records. */
const BOUND_MS = 10_000;
const PAUSE_MS = 2;

/**
 * Where it cannot be done, as in a folder that may only be read, the logs stay, and readers find what is there. "held": another process is
 * at it.
 */
export function settleNodeLogs(parts: StoreParts): "done" | "held" {
  const { files, layout } = parts;
  const graphs = graphsWithLog(parts);
  if (!graphs.some((graph) => isLeft(parts, graph))) return "done";
  // Somebody may have removed the folder of the locks.
  if (linkOnTheWay(parts, layout.locks) !== undefined || !files.makeFolders(layout.locks).ok) return "done";
  // One process at a time, because a late one could write an old record over what another one did next.
  const lock = files.tryLock(layout.nodeLogsLock, { exclusive: true, create: "if_missing" });
  if (!lock.ok) return "done";
  if (lock.value === "held") return "held";
  try {
    for (const graph of graphs) if (isLeft(parts, graph)) settle(parts, graph);
  } finally {
    lock.value.release();
  }
  return "done";
}

/** The same, but another process that is at it is waited for: until then, an end that was told can be missing. */
export async function nodeLogsSettled(parts: StoreParts): Promise<void> {
  const giveUpAtMs = parts.clock.monotonicMs() + BOUND_MS;
  while (settleNodeLogs(parts) === "held" && parts.clock.monotonicMs() < giveUpAtMs) {
    await parts.clock.after(PAUSE_MS).elapsed;
  }
}

/** The logs of graphs that have ended, which nobody could write into the records' files so far. */
export function leftNodeLogs(parts: StoreParts): readonly string[] {
  return graphsWithLog(parts).filter((graph) => isLeft(parts, graph)).map((graph) =>
    parts.layout.nodeLog(graph)
  );
}

function graphsWithLog({ files, layout }: StoreParts): readonly RunId[] {
  // Files behind a link are not ours to remove.
  if (!files.exists(layout.nodeLogs) || files.isLink(layout.nodeLogs)) return [];
  const logs = files.list(layout.nodeLogs, [NODE_LOG_SUFFIX]);
  return (logs.ok ? logs.value : []).map(graphOf).filter((graph) => graph !== undefined);
}

/** `<name>-<timestamp>.log`; a timestamp has no "-". */
function graphOf(file: string): RunId | undefined {
  const stem = file.slice(0, -NODE_LOG_SUFFIX.length);
  const dash = stem.lastIndexOf("-");
  const graph = `${stem.slice(0, dash)}/${stem.slice(dash + 1)}`;
  return dash > 0 && isRunId(graph) ? graph : undefined;
}

/** Whether the log is there and its graph has ended, one way or the other. */
function isLeft(parts: StoreParts, graph: RunId): boolean {
  const { files, layout } = parts;
  const path = layout.nodeLog(graph);
  if (!files.exists(path) || files.isLink(path)) return false;
  const lock = files.tryLock(layout.runLock(graph), { exclusive: false, create: "never" });
  if (lock.ok && lock.value !== "held") lock.value.release();
  if (lock.ok) return lock.value !== "held";
  if (lock.failure.kind !== "not_found") return false;
  // Its lock is gone: because it has ended, or because somebody removed it while the graph lives.
  const bytes = files.readBytes(layout.record(graph));
  const decoded = bytes.ok ? decodeRun(bytes.value) : undefined;
  return decoded?.ok !== true || isFinished(decoded.value.record) ||
    recorderState(parts, decoded.value.record) === "gone";
}

function settle(parts: StoreParts, graph: RunId): void {
  const { files, layout } = parts;
  const path = layout.nodeLog(graph);
  const bytes = files.readBytes(path, MAX_LOG_BYTES);
  if (!bytes.ok || linkOnTheWay(parts, layout.runs) !== undefined) return;
  const { runs, isNewer } = recordsIn(bytes.value);
  // The program that wrote it knows what it means.
  if (isNewer) return;
  let removedOnPurpose: ReadonlyMap<string, string> | undefined;
  const mayReturn = (run: RunId) => !(removedOnPurpose ??= removedRuns(parts)).has(run);
  let isWhole = true;
  for (const [run, logged] of runs) isWhole = restore(parts, run, logged, mayReturn) && isWhole;
  if (!isWhole || !files.syncAll(pathsOf(parts, runs.keys())).ok) return;
  files.remove(path);
  files.syncFolder(layout.nodeLogs);
}

/** The runs that were pruned or moved to another folder, according to the journal, and not recorded since; with the digests of their records. */
function removedRuns(parts: StoreParts): ReadonlyMap<string, string> {
  const journal = readJournal(parts);
  const removed = new Map<string, string>();
  for (const line of linesOf(journal.ok && journal.value !== undefined ? journal.value : new Uint8Array())) {
    const entry = journalEntry(new TextDecoder().decode(line));
    if (entry === undefined) continue;
    const { kind, id, sha256 } = entry;
    if (kind === "pruned" || kind === "moved_out") removed.set(id, sha256);
    // The line of the same record can be written after that of its removal.
    else if (kind === "moved_in" || sha256 !== removed.get(id)) removed.delete(id);
  }
  return removed;
}

/** False where it could not be written. */
function restore(
  parts: StoreParts,
  run: RunId,
  { record, bytes }: LoggedRun,
  mayReturn: (run: RunId) => boolean,
): boolean {
  const { files, paths, layout } = parts;
  const { name, timestamp } = parseRunId(run)!;
  const path = layout.record(run);
  const there = files.readBytes(path);
  if (!there.ok && there.failure.kind !== "not_found") return false;
  if (!there.ok && !mayReturn(run)) return true;
  const decoded = there.ok ? decodeRun(there.value) : undefined;
  // The file of a newer program, which can have no log of ours.
  if (there.ok && decoded?.ok === false && isOfNewerFormat(there.value)) return true;
  if (linkOnTheWay(parts, layout.runsOf(name)) !== undefined) return false;
  // The note of the newest run was never synced, and may be from before this one, which it would hide.
  if (forgetLast(parts, name, (noted) => noted < timestamp) === "held") return false;
  // A file that is older than the log was replaced without being synced.
  const isOld = decoded?.ok === true && isFinished(record) && !isFinished(decoded.value.record);
  if (decoded?.ok === true && !isOld) return true;
  if (!files.makeFolders(layout.runsOf(name)).ok) return false;
  // Files without content are never synced by themselves.
  for (const { number, stdout_path, stdout_bytes, stderr_path, stderr_bytes } of record.attempts) {
    const names = layout.outputNames(run, number);
    const empty = [
      ...(stdout_path === names.stdout && stdout_bytes === 0 ? [names.stdout] : []),
      ...(stderr_path === names.stderr && stderr_bytes === 0 ? [names.stderr] : []),
    ];
    for (const output of empty) {
      if (files.exists(layout.inState(output))) continue;
      const made = files.createNew(layout.inState(output));
      if (!made.ok) return false;
      made.value.close();
    }
  }
  return replaceFile(files, paths, path, bytes, { durable: false }).ok;
}
