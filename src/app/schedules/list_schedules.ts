/** The schedules of the project, with the state of their timers and of their jobs. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { TimerKind } from "../../model/schedule.ts";
import { whyUntrusted } from "../trust/check_trust.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type ScheduleNow, schedulesNow } from "./schedule_state.ts";

export interface ListedSchedule extends ScheduleNow {
  /** Why its job would not run; undefined where a person has trusted it. */
  readonly untrusted: string | undefined;
}

export interface ScheduleList {
  readonly kind: TimerKind;
  readonly schedules: readonly ListedSchedule[];
}

export async function listSchedules(
  workspace: Workspace,
  by: TimerKind | undefined,
): Promise<Result<ScheduleList, Failure>> {
  const now = await schedulesNow(workspace, by);
  if (!now.ok) return now;
  const schedules: ListedSchedule[] = [];
  for (const each of now.value.schedules) {
    const { schedule } = each;
    const untrusted = schedule === undefined ? undefined : await whyUntrusted(workspace, schedule.job);
    schedules.push({ ...each, untrusted });
  }
  return ok({ kind: now.value.timers.kind, schedules });
}
