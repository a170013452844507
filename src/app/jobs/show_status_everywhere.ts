/** The last recorded run of each job of all projects: what is configured there is not looked at. */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { DamagedRecord } from "../../store/run_store.ts";
import { type RunView, viewOf } from "../runs/run_view.ts";
import { type RecordPlace, recordPlaces } from "../workspace/record_places.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface PlacedJob {
  readonly place: RecordPlace;
  readonly name: string;
  readonly last: RunView;
}

export interface StatusEverywhere {
  /** By project, then by name. */
  readonly jobs: readonly PlacedJob[];
  readonly damaged: readonly DamagedRecord[];
  readonly nowMs: number;
}

export async function showStatusEverywhere(
  workspace: Workspace,
  asked: string | undefined,
): Promise<Result<StatusEverywhere, Failure>> {
  const places = await recordPlaces(workspace, true);
  if (!places.ok) return places;
  const jobs: PlacedJob[] = [];
  const damaged: DamagedRecord[] = [];
  for (const place of places.value) {
    const names = place.store.names();
    if (!names.ok) {
      if (names.failure.code === "state_unreadable") damaged.push(names.failure);
      continue;
    }
    for (const name of names.value) {
      if (asked !== undefined && name !== asked) continue;
      const latest = place.store.latest(name);
      if (!latest.ok) {
        if (latest.failure.code === "state_unreadable") damaged.push(latest.failure);
        continue;
      }
      damaged.push(...latest.value.damaged);
      const { run } = latest.value;
      if (run?.record.subject === "job") {
        jobs.push({ place, name, last: viewOf(run, workspace.host.processes) });
      }
    }
  }
  if (asked !== undefined && jobs.length === 0 && damaged.length === 0) {
    const fact = "no run of this name is recorded in any project";
    return fail({ code: "run_not_found", reference: asked, fact, suggestion: undefined });
  }
  return ok({ jobs, damaged, nowMs: workspace.host.clock.nowMs() });
}
