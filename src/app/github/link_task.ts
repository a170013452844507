/** Notes the branch and the issue of a task in the task's record. */

import type { Failure } from "../../model/failure.ts";
import type { Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import type { Task } from "../../model/task.ts";
import type { TaskStore } from "../../store/task_store.ts";
import { emptyRecord } from "../tasks/create_plan.ts";

/** Called by the holder of the task's lock. It does not turn an unplanned task into a planned one. */
export async function linkTask(
  tasks: TaskStore,
  task: Task,
  before: TaskRecord | undefined,
  run: RunRecord,
  links: Partial<TaskRecord["links"]>,
): Promise<Result<void, Failure>> {
  const record = before ??
    { ...emptyRecord(task, run), status: "unplanned" as const, reason: "nothing is planned yet" };
  return await tasks.write({
    ...record,
    // The last run of the task tells whether a build was interrupted.
    last_run: record.status === "in_progress" ? record.last_run : run.id,
    links: { ...record.links, ...links },
  });
}
