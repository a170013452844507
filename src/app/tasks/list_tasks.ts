/** The configured tasks with their status. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { TaskView } from "../../model/task_view.ts";
import { TaskReader } from "./task_reader.ts";
import type { DamagedRecord } from "../runs/run_view.ts";
import { type OlderRecords, olderRecords } from "../workspace/older_records.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface TaskListing {
  /** Sorted by name. */
  readonly tasks: readonly TaskView[];
  readonly damaged: readonly DamagedRecord[];
  /** Where older records of this project are, as long as it has none here. */
  readonly older: OlderRecords | undefined;
  readonly nowMs: number;
}

export async function listTasks(workspace: Workspace): Promise<Result<TaskListing, Failure>> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return reader;
  const { project } = reader.value;
  await workspace.debug(project.logging, "tasks listed", { event: "plan_list" });
  const tasks: TaskView[] = [];
  const damaged: DamagedRecord[] = [];
  for (const task of project.tasks.values()) {
    const view = await reader.value.read(task);
    if (view.ok) tasks.push(view.value);
    else if (view.failure.code === "state_unreadable") damaged.push(view.failure);
    else return view;
  }
  const older = await olderRecords(workspace);
  if (!older.ok) return older;
  return ok({ tasks, damaged, older: older.value, nowMs: workspace.host.clock.nowMs() });
}
