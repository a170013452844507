/** Waits for the ends of named runs. */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type AwaitedEnds, awaitEnds } from "./await_ends.ts";
import { findRun } from "./find_run.ts";
import { namedRuns } from "./named_runs.ts";

export interface WaitRequest extends AwaitedEnds {
  /** Names, ids or beginnings of ids. */
  readonly words: readonly string[];
}

export interface WaitReport {
  /** In the order in which they were named; those that still run have the status "running". */
  readonly runs: readonly RunRecord[];
  /** The bound passed before the awaited ends. */
  readonly isCut: boolean;
  readonly nowMs: number;
}

export async function waitForRuns(
  workspace: Workspace,
  { words, ...awaited }: WaitRequest,
): Promise<Result<WaitReport, Failure>> {
  const opened = await workspace.store();
  if (!opened.ok) return opened;
  const ids = new Set<RunId>();
  for (const word of words) {
    const named = await idsOf(workspace, opened.value, word);
    if (!named.ok) return named;
    for (const id of named.value) ids.add(id);
  }
  const visit = () => workspace.visitLeft();
  const seen = await awaitEnds(workspace.host, opened.value, [...ids], { ...awaited, visit });
  if (!seen.ok) return seen;
  const runs = seen.value.map(({ record }) => record);
  const over = runs.filter(({ status }) => status !== "running").length;
  const isCut = over < (awaited.any ? 1 : runs.length);
  return ok({ runs, isCut, nowMs: workspace.host.clock.nowMs() });
}

/** For a name: all of its running runs or, if there are none, the newest run, which has ended. */
async function idsOf(
  workspace: Workspace,
  store: RunStore,
  word: string,
): Promise<Result<readonly RunId[], Failure>> {
  const named = await namedRuns(workspace, store, word);
  if (!named.ok) return named;
  if (named.value.length > 0) return ok(named.value.map(({ record }) => record.id));
  const newest = await findRun(workspace, store, word);
  return newest.ok ? ok([newest.value.run.record.id]) : newest;
}
