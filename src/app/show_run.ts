/** One run in full. */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import type { DamagedRecord } from "../store/run_store.ts";
import { findRun } from "./find_run.ts";
import { type RunView, viewOf } from "./run_view.ts";
import type { Workspace } from "./workspace.ts";

export interface ShownRun {
  readonly view: RunView;
  readonly damaged: readonly DamagedRecord[];
  readonly nowMs: number;
}

export function showRun(workspace: Workspace, reference: string): Result<ShownRun, Failure> {
  const store = workspace.store();
  if (!store.ok) return store;
  const found = findRun(store.value, reference);
  if (!found.ok) return found;
  return ok({
    view: viewOf(found.value.run, workspace.host.processes),
    damaged: found.value.damaged,
    nowMs: workspace.host.clock.nowMs(),
  });
}
