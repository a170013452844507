/** Recorded runs as test cases, which is how reports of continuous integration count: one for each job, build and criterion. Pure. */

import type { GraphNodeRecord } from "../model/graph_record.ts";
import type { RunId } from "../model/ids.ts";
import type { JsonValue } from "../model/canonical_json.ts";
import type { CheckRecord, ExecutionRecord, RunRecord } from "../model/run.ts";

/** A run, with all runs that belong to it. */
export interface ExportedRun {
  readonly record: RunRecord;
  /** By id: the nodes of a graph, and the checks of builds. A run whose record is gone is missing. */
  readonly parts: ReadonlyMap<RunId, RunRecord>;
  /** By id: the last lines of output of runs that did not succeed, as plain text. */
  readonly tails: ReadonlyMap<RunId, readonly string[]>;
}

/** `error`: it could not show whether it succeeds. `skipped`: it was not tried, or a person decides it. */
export type CaseState = "passed" | "failed" | "error" | "skipped";

export interface TestCase {
  /** The job or the task. */
  readonly owner: string;
  readonly name: string;
  readonly state: CaseState;
  /** The status in our words. */
  readonly status: string;
  /** Why, as one sentence. */
  readonly reason: string;
  readonly durationMs: number;
  readonly run: RunId | null;
  readonly tail: readonly string[];
}

const STATES: Readonly<Record<GraphNodeRecord["status"] | CheckRecord["status"], CaseState>> = {
  succeeded: "passed",
  up_to_date: "passed",
  failed: "failed",
  signalled: "failed",
  timed_out: "error",
  cancelled: "error",
  interrupted: "error",
  not_started: "error",
  running: "skipped",
  waiting: "skipped",
  skipped: "skipped",
  unconfirmed: "skipped",
  not_run: "skipped",
};
/** A node that was to be started, but something else ended first. */
const NEVER_TRIED = new Set<string | undefined>([
  "stopped_after_failure",
  "cancelled",
  "refused",
  "interrupted",
]);

/** In the order of the graph, each build followed by its criteria; a group has no process and is none. */
export function testCases(exported: ExportedRun): readonly TestCase[] {
  const { record, parts } = exported;
  if (record.graph === undefined) return casesOfRun(exported, record);
  return record.graph.nodes.filter(({ subject }) => subject !== "group").flatMap((node) => {
    const run = node.run === null ? undefined : parts.get(node.run);
    return run === undefined ? [caseOfNode(node)] : casesOfRun(exported, run, node);
  });
}

function caseOfNode({ name, status, reason, cause, run, start_time, end_time }: GraphNodeRecord): TestCase {
  const isUntried = status === "not_started" && NEVER_TRIED.has(cause);
  return {
    owner: name,
    name,
    state: isUntried ? "skipped" : STATES[status],
    status,
    reason,
    durationMs: start_time === null || end_time === null ? 0 : Date.parse(end_time) - Date.parse(start_time),
    run,
    tail: [],
  };
}

function casesOfRun(
  exported: ExportedRun,
  record: RunRecord,
  node: Pick<GraphNodeRecord, "status" | "reason"> = record,
): readonly TestCase[] {
  const { name, subject, id } = record;
  const own = {
    owner: name,
    name: subject === "task" ? wordOf(record.action) : name,
    state: STATES[node.status],
    status: node.status,
    reason: node.reason,
    durationMs: durationOf(record),
    run: id,
    tail: exported.tails.get(id) ?? [],
  };
  return [own, ...record.checks.map((check) => caseOfCheck(exported, record, check))];
}

function wordOf(action: string): string {
  return action === "build.run" ? "build" : action;
}

function caseOfCheck({ parts, tails }: ExportedRun, build: RunRecord, check: CheckRecord): TestCase {
  const run = check.run === null ? undefined : parts.get(check.run);
  return {
    owner: build.name,
    name: `${check.id}: ${check.text}`,
    state: STATES[check.status],
    status: check.status,
    reason: run?.reason ?? reasonWithoutRun(build, check),
    durationMs: run === undefined ? 0 : durationOf(run),
    run: check.run,
    tail: check.run === null ? [] : tails.get(check.run) ?? [],
  };
}

function reasonWithoutRun({ definition: { acceptance } }: RunRecord, { id, status }: CheckRecord): string {
  if (status !== "not_run") return status;
  const hasCheck = Array.isArray(acceptance) &&
    acceptance.some((each: JsonValue) =>
      typeof each === "object" && each !== null && "id" in each && each.id === id && "check" in each &&
      each.check !== null
    );
  return hasCheck ? "its check was not run" : "it has no check; a person confirms it";
}

function durationOf({ duration_ms }: ExecutionRecord): number {
  return duration_ms ?? 0;
}

/** How many cases are in each state. */
export function countCases(cases: readonly TestCase[]): Readonly<Record<CaseState, number>> {
  const counts = { passed: 0, failed: 0, error: 0, skipped: 0 };
  for (const { state } of cases) counts[state]++;
  return counts;
}
