/** The gate at the end of an assistant's turn: what of the tasks in work is not proven. Holds once, then lets go and records that. */

import { isDone } from "../../model/derive_task_status.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { TaskView } from "../../model/task_view.ts";
import { requestedBy } from "../recording/requester.ts";
import { listTasks } from "../tasks/list_tasks.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The tasks in work of which an assistant could prove more. */
export interface StopGate {
  readonly open: readonly TaskView[];
  /** They were left so, and their records say it. */
  readonly isLeftOpen: boolean;
}

/** `isSecond`: the assistant was already held at this end. */
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

/** Planned and not proven, and not by a person's word alone. */
function isProvable(view: TaskView): boolean {
  if (view.record === undefined || view.record.plan === null || isDone(view)) return false;
  const waitsForAPerson = view.build?.status === "succeeded" && view.stale.length === 0 &&
    view.criteria.every(({ criterion, state }) =>
      state === "passed" || state === "confirmed" || criterion.check === undefined
    );
  return !waitsForAPerson;
}

/** The criteria that are open, by their ids. */
export function openCriteria({ criteria, stale }: TaskView): readonly string[] {
  return criteria.filter(({ state }) => stale.length > 0 || (state !== "passed" && state !== "confirmed"))
    .map(({ criterion }) => criterion.id);
}

async function leaveOpen(workspace: Workspace, view: TaskView): Promise<Result<void, Failure>> {
  const { clock, environment, terminal } = workspace.host;
  const { user, agent } = requestedBy(environment, terminal);
  return await withNamedTask(workspace, view.task.name, ({ known, tasks }) => {
    if (known.record === undefined) return Promise.resolve(ok(undefined));
    return Promise.resolve(tasks.write({
      ...known.record,
      left_open: {
        at: new Date(clock.nowMs()).toISOString(),
        by: agent ?? user,
        criteria: openCriteria(view),
        reason: view.stale[0] ?? view.reason,
      },
    }));
  });
}
