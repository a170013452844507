/** The lock of a task: only its holder changes the record of the task. */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { lockNote, tryJobLock } from "../../store/job_lock.ts";
import { prepareLocks } from "../../store/state_folders.ts";
import { callerName, type OwnedTask, type Ownership, takeTask } from "../recording/task_lease.ts";
import { type HeldTask, type KnownTask, otherOwner, readKnownTask } from "./known_task.ts";
import type { ResolvedTask } from "./resolve_task.ts";
import { TaskReader } from "./task_reader.ts";
import type { Workspace } from "../workspace/workspace.ts";

/**
 * `busy` where another process holds the task. `ownership`: its owner alone may do it, among all work trees;
 * `task_owned` where that is somebody else.
 */
export async function withTask<T>(
  workspace: Workspace,
  resolved: ResolvedTask,
  use: (held: HeldTask) => Promise<Result<T, Failure>>,
  ownership?: Ownership,
): Promise<Result<T, Failure>> {
  const runs = await workspace.store();
  if (!runs.ok) return runs;
  const tasks = await workspace.tasks();
  if (!tasks.ok) return tasks;
  const { name } = resolved.task;
  const locks = await prepareLocks(runs.value.parts);
  if (!locks.ok) return locks;
  const taken = tryJobLock(runs.value.parts, name);
  if (!taken.ok) return taken;
  if (taken.value.kind === "held") {
    const { by } = taken.value;
    return fail({
      code: "busy",
      subject: "task",
      name,
      lock: undefined,
      holder_project: by?.project === resolved.project.canonicalRoot ? undefined : by?.project,
      holder_pid: by?.pid,
      holder_name: by?.name,
      holder_run: by?.run,
      since: by?.since,
    });
  }
  const { lock } = taken.value;
  // The note is still the one of the previous holder.
  const { clock, digests, environment } = workspace.host;
  lock.note(lockNote({
    pid: environment.pid,
    name: callerName(workspace),
    run: undefined,
    project: resolved.project.canonicalRoot,
    since: new Date(clock.nowMs()).toISOString(),
  }));
  let owned: OwnedTask | undefined;
  try {
    if (ownership !== undefined) {
      const taken = await takeTask(workspace, resolved.project, name, ownership);
      if (!taken.ok) return taken;
      owned = taken.value;
    }
    const stores = { runs: runs.value, tasks: tasks.value };
    const known = await readKnownTask(digests, stores, resolved);
    if (!known.ok) return known;
    const own = await requireOwn(workspace, known.value, runs.value.layout.stateDir);
    return own.ok ? await use({ known: known.value, ...stores, lock }) : own;
  } finally {
    owned?.release();
    lock.release();
  }
}

/** In a folder that several configurations share, none of them may continue another one's task. */
async function requireOwn(
  workspace: Workspace,
  known: KnownTask,
  folder: string,
): Promise<Result<void, Failure>> {
  const other = await otherOwner(workspace, known);
  if (other === undefined || !workspace.host.files.stat(other).ok) return ok(undefined);
  return fail({
    code: "refused",
    action: "work on task",
    value: known.task.name,
    fact: `its record in ${folder} was made by another configuration, ${other}`,
    next: [nextAdvice("another name for the task, or records of its own with --state-dir <path>")],
  });
}

/** `withTask` for a task by name: found in the project first. `ownership`: only by its owner. */
export async function withNamedTask<T>(
  workspace: Workspace,
  name: string,
  use: (held: HeldTask, reader: TaskReader) => Promise<Result<T, Failure>>,
  ownership?: Ownership,
): Promise<Result<T, Failure>> {
  const opened = await TaskReader.open(workspace);
  if (!opened.ok) return opened;
  const reader = opened.value;
  const task = await reader.find(name);
  if (!task.ok) return task;
  return await withTask(workspace, task.value, (held) => use(held, reader), ownership);
}
