/** Gathers everything that a document of a task tells of, from the records and the captured output. Changes nothing. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { isFinished, type RunAction, type RunRecord } from "../../model/run.ts";
import { runIdOf } from "../../model/ids.ts";
import type { TaskView } from "../../model/task_view.ts";
import {
  type DocumentSource,
  type GraphTask,
  HISTORY_LENGTH,
  LOG_LINES,
  type LogTail,
} from "../../doc/task_facts.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskReader } from "../tasks/task_reader.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Runs of documents are not told of: a document would have to tell of its own making. */
const TOLD: readonly RunAction[] = ["plan.create", "build.run", "check.run"];
/** The last lines are looked for in this much of a log. */
const TAIL_BYTES = 64 * 1024;

export async function documentSource(
  workspace: Workspace,
  reader: TaskReader,
  view: TaskView,
  path: string | undefined,
): Promise<Result<DocumentSource, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const { project } = reader;
  const { name } = view.task;
  const { workingDir } = (await reader.resolve(project.tasks.get(name)!)).configured;
  const history = readHistory(store.value, name);
  if (!history.ok) return history;
  const graph = await readGraph(reader, view);
  if (!graph.ok) return graph;
  const { host } = workspace;
  return ok({
    view,
    ...history.value,
    log: readLogs(workspace, store.value, view.build),
    graph: graph.value,
    projectRoot: project.root,
    ownPath: path === undefined ? undefined : host.paths.relative(workingDir, path).replaceAll("\\", "/"),
  });
}

function readHistory(
  store: RunStore,
  name: string,
): Result<Pick<DocumentSource, "history" | "isHistoryCut" | "unreadableRuns">, Failure> {
  const timestamps = store.timestamps(name);
  if (!timestamps.ok) return timestamps;
  const history: RunRecord[] = [];
  let unreadableRuns = 0;
  for (const timestamp of timestamps.value) {
    const run = store.read(runIdOf(name, timestamp));
    if (!run.ok) {
      // Gone between the listing and the reading is no damage.
      if (run.failure.code !== "run_not_found") unreadableRuns++;
      continue;
    }
    if (!TOLD.includes(run.value.record.action)) continue;
    if (history.length === HISTORY_LENGTH) return ok({ history, isHistoryCut: true, unreadableRuns });
    history.push(run.value.record);
  }
  return ok({ history, isHistoryCut: false, unreadableRuns });
}

/** The task first, then everything that it needs, each once, sorted by name. */
async function readGraph(
  reader: TaskReader,
  own: TaskView,
): Promise<Result<readonly GraphTask[], Failure>> {
  const found = new Map<string, GraphTask>();
  const pending = [...own.task.needs];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const task = reader.project.tasks.get(name);
    if (task === undefined || found.has(name) || name === own.task.name) continue;
    const view = await reader.read(task);
    // That the record of another task is damaged is said there, and does not keep this document from being made.
    const status = view.ok ? statusOf(view.value) : "not known";
    found.set(name, { name, status, needs: task.needs });
    pending.push(...task.needs);
  }
  const needs = [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  return ok([{ name: own.task.name, status: statusOf(own), needs: own.task.needs }, ...needs]);
}

function statusOf(view: TaskView): string {
  const isStale = view.stale.some((reason) => reason !== view.movedOn);
  const word = view.status === "unplanned" ? "not planned" : view.status;
  return isStale ? `${word}, stale` : word;
}

/** The end of what the build said; nothing of a build that goes on. */
function readLogs(workspace: Workspace, store: RunStore, build: RunRecord | undefined): readonly LogTail[] {
  if (build === undefined || !isFinished(build)) return [];
  const tails: LogTail[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    const relative = build[`${stream}_path`];
    const tail = relative === null ? undefined : readTail(workspace, store.layout.inState(relative));
    if (tail !== undefined) tails.push({ stream, ...tail });
  }
  return tails;
}

function readTail(workspace: Workspace, path: string): Omit<LogTail, "stream"> | undefined {
  const { files } = workspace.host;
  const facts = files.stat(path);
  const opened = files.openForReading(path);
  if (!facts.ok || !opened.ok) return undefined;
  try {
    const start = Math.max(0, facts.value.sizeBytes - TAIL_BYTES);
    opened.value.seek(start);
    const bytes = new Uint8Array(Math.min(TAIL_BYTES, facts.value.sizeBytes));
    let length = 0;
    while (length < bytes.length) {
      const read = opened.value.read(bytes.subarray(length));
      if (!read.ok) return undefined;
      if (read.value === 0) break;
      length += read.value;
    }
    const text = new TextDecoder().decode(bytes.subarray(0, length));
    const lines = text.split(/\r\n|\r|\n/);
    if (lines.at(-1) === "") lines.pop();
    return { lines: lines.slice(-LOG_LINES), is_cut: start > 0 || lines.length > LOG_LINES };
  } finally {
    opened.value.close();
  }
}
