/** Resolves a word to runs, for commands that act on running runs: all of a name, or one run. */

import type { Failure } from "../../model/failure.ts";
import { GRAPH_NAMES } from "../../model/graph_words.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { RunStore, StoredRun } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { findRun } from "./find_run.ts";
import { RunHistory } from "./run_history.ts";

/** All runs without an end, newest first: running, or interrupted and not recovered. */
export function openRuns(store: RunStore, name: string | undefined): Result<readonly StoredRun[], Failure> {
  const history = RunHistory.open(store, name);
  if (!history.ok) return history;
  const runs: StoredRun[] = [];
  for (const { index, position } of history.value.newestFirst((ended) => ended === undefined)) {
    const run = index.read(position);
    if (run.ok && isOpen(run.value)) runs.push(run.value);
    else if (!run.ok && run.failure.code !== "state_unreadable" && run.failure.code !== "run_not_found") {
      return run;
    }
  }
  history.value.keep();
  return ok(runs);
}

/** The running runs, newest first; of a graph and of a build, that run alone. */
export function runningNow(store: RunStore, name: string | undefined): Result<readonly RunRecord[], Failure> {
  const open = openRuns(store, name);
  if (!open.ok) return open.failure.code === "run_not_found" ? ok([]) : open;
  const isOwn = ({ status, part_of, action }: RunRecord) =>
    status === "running" && action !== "check.run" && (part_of === undefined || name !== undefined);
  return ok(open.value.map(({ record }) => record).filter(isOwn));
}

export function isOpen({ record }: StoredRun): boolean {
  return record.status === "running" || (record.status === "interrupted" && record.recovery === null);
}

/**
 * For a name: every run of it without an end, and every graph for which it was requested. For an id, or the beginning of one:
 * that run, in any state.
 */
export async function namedRuns(
  workspace: Workspace,
  store: RunStore,
  asked: string,
): Promise<Result<readonly StoredRun[], Failure>> {
  const word = await workspace.resolveAlias(asked);
  const isName = !word.includes("/") && !/^\d{8}T/.test(word);
  if (isName) {
    const graphs = openGraphs(store, word);
    if (!graphs.ok) return graphs;
    const own = openRuns(store, word);
    if (own.ok) {
      const isWithin = ({ record }: StoredRun) =>
        graphs.value.some((graph) => graph.record.id === record.part_of);
      return ok([...graphs.value, ...own.value.filter((run) => !isWithin(run))]);
    }
    if (own.failure.code !== "run_not_found") return own;
    if (graphs.value.length > 0 || await isConfigured(workspace, word)) return graphs;
  }
  const found = await findRun(workspace, store, word);
  return found.ok ? ok([found.value.run]) : fail(found.failure);
}

async function isConfigured(workspace: Workspace, name: string): Promise<boolean> {
  const project = await workspace.project();
  if (!project.ok) return false;
  const { jobs, groups, tasks, services } = project.value;
  return [jobs, groups, tasks, services].some((named) => named.has(name));
}

/** Running graphs for which this name was requested. */
function openGraphs(store: RunStore, name: string): Result<readonly StoredRun[], Failure> {
  const open: StoredRun[] = [];
  for (const graphName of GRAPH_NAMES) {
    const graphs = openRuns(store, graphName);
    if (graphs.ok) open.push(...graphs.value);
    else if (graphs.failure.code !== "run_not_found") return graphs;
  }
  return ok(open.filter(({ record }) => record.graph?.targets.includes(name) === true));
}
