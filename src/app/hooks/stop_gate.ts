/** The check at the end of an assistant's turn: tasks in progress that are not proven. It blocks once, then allows the end and records that. */

import { isDone } from "../../model/derive_task_status.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { TaskView } from "../../model/task_view.ts";
import { calledNow } from "../recording/requester.ts";
import { listTasks } from "../tasks/list_tasks.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The tasks in progress for which an assistant could prove more. */
export interface StopGate {
  readonly open: readonly TaskView[];
  /** The tasks were left open, and their records say so. */
  readonly isLeftOpen: boolean;
}

/** `isSecond`: the assistant's end was already blocked once. */
export async function stopGate(workspace: Workspace, isSecond: boolean): Promise<Result<StopGate, Failure>> {
  const listed = await listTasks(workspace);
  if (!listed.ok) return listed;
  const open = listed.value.tasks.filter(isProvable);
  if (!isSecond) return ok({ open, isLeftOpen: false });
  for (const view of open) {
    const left = await leaveOpen(workspace, view);
    if (!left.ok) return left;
  }
  return ok({ open, isLeftOpen: open.length > 0 });
}

/** Planned and not proven, and more than a person's confirmation is missing. */
function isProvable(view: TaskView): boolean {
  if (view.record === undefined || view.record.plan === null || isDone(view)) return false;
  const waitsForAPerson = view.build?.status === "succeeded" && view.stale.length === 0 &&
    view.criteria.every(({ criterion, state }) =>
      state === "passed" || state === "confirmed" || criterion.check === undefined
    );
  return !waitsForAPerson;
}

/** The ids of the open criteria. */
export function openCriteria({ criteria, stale }: TaskView): readonly string[] {
  return criteria.filter(({ state }) => stale.length > 0 || (state !== "passed" && state !== "confirmed"))
    .map(({ criterion }) => criterion.id);
}

async function leaveOpen(workspace: Workspace, view: TaskView): Promise<Result<void, Failure>> {
  return await withNamedTask(workspace, view.task.name, async ({ known, tasks }) => {
    if (known.record === undefined) return ok(undefined);
    return await tasks.write({
      ...known.record,
      left_open: {
        ...calledNow(workspace.host),
        criteria: openCriteria(view),
        reason: view.stale[0] ?? view.reason,
      },
    }, { kind: "left_open" });
  });
}
