/** What runs now, and the newest runs of each job and task in one row each. Reads no more records than are shown. */

import type { Failure } from "../../model/failure.ts";
import { instantOf, type RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord, RunStatus } from "../../model/run.ts";
import { runningRuns } from "../../store/running_runs.ts";
import type { RunStore } from "../../store/run_store.ts";
import { RunHistory } from "../runs/run_history.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** As many runs as fit beside a name. */
const CELLS = 40;
/** In all rows together; with many rows, each gets fewer. */
const ALL_CELLS = 4000;
const MIN_CELLS = 5;

export interface RunCell {
  readonly run: RunId;
  /** "damaged": its record cannot be read, for the given reason. */
  readonly status: RunStatus | "damaged";
  readonly action: string;
  readonly reason: string;
  readonly startedAtMs: number;
  readonly durationMs: number | null;
}

export interface HomeRow {
  readonly name: string;
  /** "other": it is no longer configured. */
  readonly kind: "job" | "group" | "task" | "service" | "graph" | "other";
  readonly description: string | undefined;
  /** Newest first. */
  readonly cells: readonly RunCell[];
  readonly recorded: number;
}

export interface HomePage {
  readonly kind: "home";
  /** The name of the project's folder; undefined where there is no project. */
  readonly project: string | undefined;
  readonly stateDir: string;
  /** Newest first; of a graph, the graph alone. */
  readonly running: readonly RunCell[];
  readonly rows: readonly HomeRow[];
  readonly hasTasks: boolean;
  /** The configuration cannot be used, so only what is recorded is shown. */
  readonly configFailure: Failure | undefined;
  readonly nowMs: number;
}

export async function homePage(workspace: Workspace): Promise<Result<HomePage, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const project = await workspace.project();
  const history = RunHistory.open(store.value, undefined);
  if (!history.ok) return history;
  const names = namesOf(project.ok ? project.value : undefined, history.value);
  const perRow = Math.max(MIN_CELLS, Math.min(CELLS, Math.floor(ALL_CELLS / Math.max(1, names.size))));
  const indexes = new Map(history.value.indexes.map((index) => [index.name, index]));
  const rows = [...names].map(([name, { kind, description }]): HomeRow => {
    const index = indexes.get(name);
    const cells: RunCell[] = [];
    for (let at = (index?.size ?? 0) - 1; at >= 0 && cells.length < perRow; at--) {
      const id = index!.idAt(at);
      const cell = cellAt(index!.read(at), id, instantOf(index!.timestampAt(at)));
      if (cell !== undefined) cells.push(cell);
    }
    return { name, kind: kind ?? kindOf(cells), description, cells, recorded: index?.size ?? 0 };
  });
  history.value.keep();
  const { paths, clock } = workspace.host;
  return ok({
    kind: "home",
    project: project.ok && project.value.canonicalRoot !== undefined
      ? paths.basename(project.value.canonicalRoot)
      : undefined,
    stateDir: store.value.layout.stateDir,
    running: runningHere(store.value),
    rows,
    hasTasks: project.ok && project.value.tasks.size > 0,
    configFailure: project.ok ? undefined : project.failure,
    nowMs: clock.nowMs(),
  });
}

/** Found by their locks, because the records of ended runs can be many. */
function runningHere({ parts }: RunStore): readonly RunCell[] {
  const isOwn = ({ action, part_of }: RunRecord) => action !== "check.run" && part_of === undefined;
  return runningRuns(parts).map(({ record }) => record).filter(isOwn).map(cellOf)
    .sort((one, other) => other.startedAtMs - one.startedAtMs);
}

interface Known {
  readonly kind: HomeRow["kind"] | undefined;
  readonly description: string | undefined;
}

type ConfiguredNames = Pick<
  Extract<Awaited<ReturnType<Workspace["project"]>>, { ok: true }>["value"],
  "jobs" | "tasks" | "services"
>;

/** Configured jobs, tasks and services, each sorted by name, then what only the records know. */
function namesOf(project: ConfiguredNames | undefined, history: RunHistory): ReadonlyMap<string, Known> {
  const names = new Map<string, Known>();
  for (const { name, description } of project?.jobs.values() ?? []) {
    names.set(name, { kind: "job", description });
  }
  for (const { name, description } of project?.tasks.values() ?? []) {
    names.set(name, { kind: "task", description });
  }
  for (const { name, job } of project?.services.values() ?? []) {
    names.set(name, { kind: "service", description: job.description });
  }
  for (const { name } of history.indexes) {
    if (!names.has(name)) names.set(name, { kind: undefined, description: undefined });
  }
  return names;
}

function kindOf([newest]: readonly RunCell[]): HomeRow["kind"] {
  return newest?.action === "graph.run" ? "graph" : "other";
}

type ReadRun = Result<{ readonly record: RunRecord }, Failure>;

/** undefined: it was removed meanwhile. */
function cellAt(read: ReadRun, run: RunId, startedAtMs: number): RunCell | undefined {
  if (read.ok) return cellOf(read.value.record);
  if (read.failure.code !== "state_unreadable") return undefined;
  const { reason } = read.failure;
  return { run, status: "damaged", action: "", reason, startedAtMs, durationMs: null };
}

export function cellOf(record: RunRecord): RunCell {
  return {
    run: record.id,
    status: record.status,
    action: record.action,
    reason: record.reason,
    startedAtMs: Date.parse(record.start_time),
    durationMs: record.duration_ms,
  };
}
