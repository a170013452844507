/**
 * Collects everything that a document of a task reports, from the records and the captured output. Changes
 * nothing.
 */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { isFinished, type RunAction, type RunRecord } from "../../model/run.ts";
import { runIdOf } from "../../model/ids.ts";
import { maskText } from "../../model/secrets.ts";
import type { Project } from "../../model/project.ts";
import type { Task } from "../../model/task.ts";
import type { TaskView } from "../../model/task_view.ts";
import { placeIn } from "../../doc/facts_of_task.ts";
import {
  type DocumentSource,
  type GraphTask,
  HISTORY_LENGTH,
  LOG_LINES,
  type LogTail,
  type ProjectPlace,
  type ReproducedTask,
} from "../../doc/task_facts.ts";
import { repositoryRoot } from "../../git/git.ts";
import type { RunStore } from "../../store/run_store.ts";
import { evidenceOfCriteria } from "../evidence/criterion_evidence.ts";
import type { TaskReader } from "../tasks/task_reader.ts";
import { realOr } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Runs that made documents are left out, because a document would otherwise report its own making. */
const TOLD: readonly RunAction[] = ["plan.create", "build.run", "check.run"];
/** The last lines are searched for in this many bytes at the end of a log. */
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
  const { secrets, workingDir } = (await reader.resolve(project.tasks.get(name)!)).configured;
  const history = readHistory(store.value, name);
  if (!history.ok) return history;
  const graph = await readGraph(reader, view);
  const evidence = await evidenceOfCriteria(workspace, view);
  if (!evidence.ok) return evidence;
  const { host } = workspace;
  return ok({
    view,
    evidence: evidence.value,
    ...history.value,
    log: readLogs(workspace, store.value, view.build),
    checkLogs: readCheckLogs(workspace, store.value, view),
    ...graph,
    place: placeOf(workspace, project, workingDir, secrets),
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
      // A run that was removed between listing and reading is not damaged.
      if (run.failure.code !== "run_not_found") unreadableRuns++;
      continue;
    }
    if (!TOLD.includes(run.value.record.action)) continue;
    if (history.length === HISTORY_LENGTH) return ok({ history, isHistoryCut: true, unreadableRuns });
    history.push(run.value.record);
  }
  return ok({ history, isHistoryCut: false, unreadableRuns });
}

/**
 * The task first, then all its direct and indirect needs, each once, sorted by name; also all of them in
 * build order.
 */
async function readGraph(
  reader: TaskReader,
  own: TaskView,
): Promise<Pick<DocumentSource, "graph" | "order">> {
  const found = new Map<string, GraphTask>();
  const order: ReproducedTask[] = [];
  // The configuration has no cycles, so this ends.
  const visit = async (name: string): Promise<void> => {
    const task = reader.project.tasks.get(name);
    if (task === undefined || found.has(name) || name === own.task.name) return;
    const view = await reader.read(task);
    // A damaged record of another task is mentioned there, and does not prevent this document.
    const status = view.ok ? statusOf(view.value) : "unknown";
    found.set(name, { name, status, needs: task.needs });
    for (const need of task.needs) await visit(need);
    order.push(reproduced(task, view.ok ? view.value.build : undefined));
  };
  for (const need of own.task.needs) await visit(need);
  const needs = [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  return {
    graph: [{ name: own.task.name, status: statusOf(own), needs: own.task.needs }, ...needs],
    order: [...order, reproduced(own.task, own.build)],
  };
}

function reproduced({ name, acceptance }: Task, build: RunRecord | undefined): ReproducedTask {
  const byPerson = acceptance.filter(({ check }) => check === undefined);
  return { task: name, build, confirmed_by_person: byPerson.map(({ id }) => id) };
}

/** The path of the project in its repository, and of the configuration in the project. */
function placeOf(
  { host }: Workspace,
  { root, configPath }: Project,
  workingDir: string,
  secrets: readonly string[],
): ProjectPlace {
  const real = (path: string) => realOr(host.files, path);
  const top = repositoryRoot(host, real(root));
  return {
    prefix: top === undefined ? undefined : host.paths.relative(top, real(root)).replaceAll("\\", "/"),
    isOwnRepository: top !== undefined && repositoryRoot(host, real(workingDir)) === top,
    configPath: maskText(placeIn(root, configPath), secrets),
  };
}

function statusOf(view: TaskView): string {
  const isStale = view.stale.some((reason) => reason !== view.movedOn);
  const word = view.status === "unplanned" ? "not planned" : view.status;
  return isStale ? `${word}, stale` : word;
}

/** The logs of failed checks only; the others are in their records. */
function readCheckLogs(
  workspace: Workspace,
  store: RunStore,
  { criteria }: TaskView,
): DocumentSource["checkLogs"] {
  const logs = new Map<string, readonly LogTail[]>();
  for (const { criterion, state, check } of criteria) {
    if (state !== "failed" || check === undefined || check.run === null) continue;
    const run = store.read(check.run);
    if (run.ok) logs.set(criterion.id, readLogs(workspace, store, run.value.record));
  }
  return logs;
}

/** The end of a run's output; empty for a run that is still going. */
function readLogs(workspace: Workspace, store: RunStore, run: RunRecord | undefined): readonly LogTail[] {
  if (run === undefined || !isFinished(run)) return [];
  const tails: LogTail[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    const relative = run[`${stream}_path`];
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
