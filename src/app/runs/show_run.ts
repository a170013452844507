/** One run in full. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { type NoticeFile, readNotice } from "../../store/notice.ts";
import type { RunRecord } from "../../model/run.ts";
import type { DamagedRecord, RunStore } from "../../store/run_store.ts";
import { findRun } from "./find_run.ts";
import { graphNow } from "./graph_view.ts";
import { lastLines } from "./last_lines.ts";
import { type Living, livingOf } from "../recording/living_processes.ts";
import { type RunView, viewOf } from "./run_view.ts";
import type { Workspace } from "../workspace/workspace.ts";

const LAST_LINES = 5;

export interface ShownRun {
  readonly view: RunView;
  /**
   * For an interrupted and unrecovered run, the processes that are still alive; undefined for every other
   * run.
   */
  readonly living: Living | undefined;
  /** The notification of its end; undefined if there was none. */
  readonly notice: NoticeFile | undefined;
  /** The end of what it wrote, where it ran on a cluster and did not succeed; otherwise nothing. */
  readonly lastLines: readonly string[];
  readonly damaged: readonly DamagedRecord[];
  readonly nowMs: number;
}

export async function showRun(
  workspace: Workspace,
  reference: string,
): Promise<Result<ShownRun, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const found = await findRun(workspace, store.value, reference);
  if (!found.ok) return found;
  const stored = viewOf(found.value.run, workspace.host.processes);
  const graph = graphNow(store.value, stored.record);
  const view = graph === undefined ? stored : { ...stored, record: { ...stored.record, graph } };
  return ok({
    view,
    living: view.process_state === null ? undefined : await livingOf(workspace.host, view.record),
    notice: readNotice(store.value.parts, view.record.id),
    lastLines: lastLinesOf(store.value, view.record),
    damaged: found.value.damaged,
    nowMs: workspace.host.clock.nowMs(),
  });
}

/** The last lines of stderr, or of stdout where that is empty. */
function lastLinesOf({ parts: { files, layout } }: RunStore, record: RunRecord): readonly string[] {
  const { slurm, status, stderr_path, stdout_path } = record;
  if (slurm === undefined || status === "succeeded" || status === "running") return [];
  for (const relative of [stderr_path, stdout_path]) {
    if (relative === null) continue;
    const lines = lastLines(files, layout.inState(relative), LAST_LINES);
    if (lines.length > 0) return lines;
  }
  return [];
}
