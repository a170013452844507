/** Reads a run with everything that belongs to it: the nodes of a graph, the checks of builds, and the output of failures. */

import type { ExportedRun } from "../../doc/test_cases.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { shortLine } from "../../model/plain_line.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { DamagedRecord, RunStore } from "../../store/run_store.ts";
import { findRun } from "../runs/find_run.ts";
import { graphNow } from "../runs/graph_view.ts";
import { LogLines } from "../runs/log_lines.ts";
import { openLog, WHOLE_LOG } from "../runs/read_log.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The lines from the end of the output of each run that did not succeed. */
const TAIL_LINES = 50;
const MAX_LINE_CHARACTERS = 2000;
/** Their output is not part of a report; a graph can have thousands of runs that failed. */
const MAX_TAILS = 200;

export interface ReadExport {
  readonly exported: ExportedRun;
  /** Newer records of the same name that cannot be read. */
  readonly damaged: readonly DamagedRecord[];
}

/** `reference` as for `logs`: the name of a task means its newest build. */
export async function readExport(
  workspace: Workspace,
  reference: string,
): Promise<Result<ReadExport, Failure>> {
  const opened = await workspace.store();
  if (!opened.ok) return opened;
  const store = opened.value;
  const found = await findRun(
    workspace,
    store,
    reference,
    ({ subject, action }) => subject !== "task" || action === "build.run",
  );
  if (!found.ok) return found;
  const stored = found.value.run.record;
  const graph = graphNow(store, stored);
  const record = graph === undefined ? stored : { ...stored, graph };
  const parts = new Map<RunId, RunRecord>();
  for (const { run } of record.graph?.nodes ?? []) addPart(store, parts, run);
  for (const { checks } of [record, ...parts.values()]) {
    for (const { run } of checks) addPart(store, parts, run);
  }
  const tails = new Map<RunId, readonly string[]>();
  for (const run of [record, ...parts.values()]) {
    if (tails.size < MAX_TAILS && hasTail(run)) tails.set(run.id, await tailOf(workspace, run));
  }
  return ok({ exported: { record, parts, tails }, damaged: found.value.damaged });
}

/** A record that is gone or damaged leaves a gap, which the graph or the build still describes. */
function addPart(store: RunStore, parts: Map<RunId, RunRecord>, id: RunId | null): void {
  const run = id === null || parts.has(id) ? undefined : store.read(id);
  if (run?.ok) parts.set(run.value.record.id, run.value.record);
}

function hasTail({ status, attempts }: RunRecord): boolean {
  return status !== "succeeded" && status !== "up_to_date" && status !== "running" &&
    attempts.some(({ stdout_path, stderr_path }) => stdout_path !== null || stderr_path !== null);
}

/** Output that was removed has no lines; the record still tells how the run ended. */
async function tailOf(workspace: Workspace, { id }: RunRecord): Promise<readonly string[]> {
  const opened = await openLog(workspace, { ...WHOLE_LOG, reference: id, tailLines: TAIL_LINES });
  if (!opened.ok) return [];
  using lines = new LogLines(workspace.host.files);
  const all = [...lines.all(opened.value.log.next(true))];
  return all.slice(-TAIL_LINES).map(({ text }) => shortLine(text, MAX_LINE_CHARACTERS));
}
