/** The tasks of one call: each definition is resolved once, and git is asked once for each folder. */

import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { TaskView } from "../../model/task_view.ts";
import type { Variables } from "../../model/variables.ts";
import { findTask } from "./find_task.ts";
import { gitOnce, type GitReader, readTask, viewTask } from "./read_task.ts";
import { type ResolvedTask, resolveTask } from "./resolve_task.ts";
import type { HeldTask } from "./known_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export class TaskReader {
  readonly project: Project;
  readonly #workspace: Workspace;
  readonly #flags: Variables;
  readonly #git: GitReader;
  readonly #resolved = new Map<string, Promise<ResolvedTask>>();

  private constructor(workspace: Workspace, project: Project, flags: Variables) {
    this.project = project;
    this.#workspace = workspace;
    this.#flags = flags;
    this.#git = gitOnce(workspace.host);
  }

  /** `flags`: variables from the command line, which override all others. */
  static async open(workspace: Workspace, flags: Variables = {}): Promise<Result<TaskReader, Failure>> {
    const project = await workspace.project();
    return project.ok ? ok(new TaskReader(workspace, project.value, flags)) : project;
  }

  async find(name: string): Promise<Result<ResolvedTask, Failure>> {
    const task = findTask(this.project, name);
    return task.ok ? ok(await this.resolve(task.value)) : task;
  }

  resolve(task: Task): Promise<ResolvedTask> {
    const known = this.#resolved.get(task.name);
    if (known !== undefined) return known;
    const resolved = resolveTask(this.#workspace, this.project, task, this.#flags);
    this.#resolved.set(task.name, resolved);
    return resolved;
  }

  /** For a task that is built after others, which may have created or changed its files of variables. */
  resolveAgain(task: Task): Promise<ResolvedTask> {
    this.#workspace.resolveMachine.envFiles.forgetChanged();
    this.#resolved.delete(task.name);
    return this.resolve(task);
  }

  /** Its present state. */
  async read(task: Task): Promise<Result<TaskView, Failure>> {
    return await readTask(this.#workspace, await this.resolve(task), this.#git);
  }

  /** The same for the holder of its lock. */
  async view(held: HeldTask): Promise<TaskView> {
    return await viewTask(this.#workspace, held, held.known, this.#git);
  }
}
