/** The status of one task, here and in the other work trees of the repository. */

import type { Failure } from "../../model/failure.ts";
import { deriveStatus } from "../../model/derive_task_status.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Task } from "../../model/task.ts";
import { reconcile } from "../../model/task_status.ts";
import type { TaskOwner } from "../../model/task_owner.ts";
import type { TaskView } from "../../model/task_view.ts";
import { ownerOf } from "../recording/task_lease.ts";
import { otherConfig } from "../workspace/other_config.ts";
import { type OlderRecords, olderRecords } from "../workspace/older_records.ts";
import { siblingsOf } from "../workspace/siblings.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { findTask } from "./find_task.ts";
import { readRun } from "./known_task.ts";
import { TaskReader } from "./task_reader.ts";

export interface ShownTask {
  readonly view: TaskView;
  /** The configuration of its record, where it is not the current one. */
  readonly elsewhere: string | undefined;
  readonly siblings: readonly SiblingTask[];
  /** Where older records of this project are, as long as it has none here. */
  readonly older: OlderRecords | undefined;
  /** Its owner, in whichever work tree; undefined: nobody. */
  readonly owner: TaskOwner | undefined;
  readonly nowMs: number;
}

/** Its recorded status in another work tree; its files there are not examined. */
export interface SiblingTask {
  readonly root: string;
  /** From the project root, as in `../feature-x`. */
  readonly way: string;
  readonly stateDir: string;
  readonly status: TaskView["status"];
  /** Its last build; undefined where there is none that can be read. */
  readonly build: RunRecord | undefined;
  /** Its plan, likewise. */
  readonly plan: RunRecord | undefined;
}

export async function showTask(workspace: Workspace, name: string): Promise<Result<ShownTask, Failure>> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return reader;
  const { project } = reader.value;
  const task = findTask(project, name);
  if (!task.ok) return task;
  await workspace.debug(project.logging, "task shown", { event: "plan_status", task: name });
  const view = await reader.value.read(task.value);
  if (!view.ok) return view;
  const { record, plan, build } = view.value;
  const older = await olderRecords(workspace);
  if (!older.ok) return older;
  return ok({
    view: view.value,
    elsewhere: await otherConfig(
      workspace,
      record?.config_path ?? (plan?.run ?? build)?.intent.config_path,
    ),
    siblings: await siblingTasks(workspace, task.value),
    older: older.value,
    owner: await ownerOf(workspace, project, name),
    nowMs: workspace.host.clock.nowMs(),
  });
}

async function siblingTasks(workspace: Workspace, task: Task): Promise<readonly SiblingTask[]> {
  const found: SiblingTask[] = [];
  for (const { root, way, store, tasks } of await siblingsOf(workspace)) {
    const stored = tasks.read(task.name);
    if (!stored.ok || stored.value === undefined) continue;
    const build = readRun(store, stored.value.last_build?.run);
    const plan = readRun(store, stored.value.plan?.run);
    const { status } = deriveStatus(reconcile(stored.value, build), build, task);
    found.push({ root, way, stateDir: store.layout.stateDir, status, build, plan });
  }
  return found;
}
