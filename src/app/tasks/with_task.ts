/** One at a time: whoever changes a task's record holds the task's lock while it does. */

import type { Failure } from "../../model/failure.ts";
import { fail, type Result } from "../../model/result.ts";
import type { Project } from "../../model/project.ts";
import type { Task } from "../../model/task.ts";
import type { FileLock } from "../../host/host.ts";
import { tryJobLock } from "../../store/job_lock.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskStore } from "../../store/task_store.ts";
import { findTask } from "./find_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface HeldTask {
  readonly runs: RunStore;
  readonly tasks: TaskStore;
  readonly lock: FileLock;
}

/** `busy` where somebody else holds the task. */
export async function withTask<T>(
  workspace: Workspace,
  name: string,
  use: (held: HeldTask) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const runs = workspace.store();
  if (!runs.ok) return runs;
  const tasks = workspace.tasks();
  if (!tasks.ok) return tasks;
  const taken = tryJobLock(runs.value.parts, name);
  if (!taken.ok) return taken;
  if (taken.value.kind === "held") {
    const { by } = taken.value;
    return fail({
      code: "busy",
      subject: "task",
      name,
      holder_pid: by?.pid,
      holder_run: by?.run,
      since: by?.since,
    });
  }
  const { lock } = taken.value;
  // What stands there is the word of the holder before.
  const { clock, environment } = workspace.host;
  lock.note(JSON.stringify({ pid: environment.pid, since: new Date(clock.nowMs()).toISOString() }));
  try {
    return await use({ runs: runs.value, tasks: tasks.value, lock });
  } finally {
    lock.release();
  }
}

/** The same for a task that somebody names: found in the project first. */
export async function withNamedTask<T>(
  workspace: Workspace,
  name: string,
  use: (project: Project, task: Task, held: HeldTask) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const task = findTask(project.value, name);
  if (!task.ok) return task;
  return await withTask(workspace, name, (held) => use(project.value, task.value, held));
}
