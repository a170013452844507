/**
 * What a graph left in its log when its process or the machine died: each record that its own file lacks is written there, so that every
 * reader finds it. Done before a state folder is read; costs nothing where there is no log.
 */

import { isFinished } from "../model/run.ts";
import { isRunId, type RunId } from "../model/ids.ts";
import { replaceFile } from "../host/durable_write.ts";
import { decodeRun } from "./codec.ts";
import { NODE_LOG_SUFFIX } from "./layout.ts";
import { type LoggedRun, pathsOf, recordsIn } from "./node_log.ts";
import { recorderState } from "./recorder.ts";
import { linkOnTheWay } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

/** More than the records of any graph. */
const MAX_LOG_BYTES = 1024 * 1024 * 1024;

/** Where it cannot be done, as in a folder that may only be read, the logs stay, and readers find what is there. */
export function settleNodeLogs(parts: StoreParts): void {
  const { files, layout } = parts;
  if (!files.exists(layout.nodeLogs)) return;
  const logs = files.list(layout.nodeLogs, [NODE_LOG_SUFFIX]);
  const left = (logs.ok ? logs.value : []).map(graphOf).filter((graph) => graph !== undefined);
  if (!left.some((graph) => isLeft(parts, graph))) return;
  // One process at a time, because a late one could write an old record over what another one did next.
  const lock = files.tryLock(layout.nodeLogsLock, { exclusive: true, create: "if_missing" });
  if (!lock.ok || lock.value === "held") return;
  try {
    for (const graph of left) if (isLeft(parts, graph)) settle(parts, graph);
  } finally {
    lock.value.release();
  }
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
  if (!files.exists(layout.nodeLog(graph))) return false;
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
  const runs = recordsIn(bytes.value);
  for (const [run, logged] of runs) if (!restore(parts, run, logged)) return;
  if (!files.syncAll(pathsOf(parts, runs.keys())).ok) return;
  files.remove(path);
  files.syncFolder(layout.nodeLogs);
}

/** False where it could not be written. */
function restore(parts: StoreParts, run: RunId, { record, bytes }: LoggedRun): boolean {
  const { files, paths, layout } = parts;
  const path = layout.record(run);
  const there = files.readBytes(path);
  if (!there.ok && there.failure.kind !== "not_found") return false;
  const decoded = there.ok ? decodeRun(there.value) : undefined;
  // A file that is older than the log was replaced without being synced.
  const isOld = decoded?.ok === true && isFinished(record) && !isFinished(decoded.value.record);
  if (decoded?.ok === true && !isOld) return true;
  if (linkOnTheWay(parts, layout.runsOf(record.name)) !== undefined) return false;
  if (!files.makeFolders(layout.runsOf(record.name)).ok) return false;
  // Files without content are never synced by themselves.
  for (const attempt of record.attempts) {
    const empty = [[attempt.stdout_path, attempt.stdout_bytes], [
      attempt.stderr_path,
      attempt.stderr_bytes,
    ]] as const;
    for (const [output, sizeBytes] of empty) {
      if (output === null || sizeBytes !== 0 || files.exists(layout.inState(output))) continue;
      const made = files.createNew(layout.inState(output));
      if (!made.ok) return false;
      made.value.close();
    }
  }
  return replaceFile(files, paths, path, bytes, { durable: false }).ok;
}
