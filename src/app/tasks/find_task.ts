/** Finds a task's definition by its name. */

import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { suggest } from "../../model/suggest.ts";
import type { Task } from "../../model/task.ts";

export function findTask(project: Project, name: string): Result<Task, Failure> {
  const task = project.tasks.get(name);
  if (task !== undefined) return ok(task);
  return fail({
    code: "task_not_found",
    name,
    known: [...project.tasks.keys()],
    suggestion: suggest(name, project.tasks.keys()),
    is_job: project.jobs.has(name),
    config_path: project.configPath === "" ? undefined : project.configPath,
  });
}
