/** Ends the ownership of a task, by a person's word or by its owner. */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { ownerFacts, ownerName, type TaskOwner } from "../../model/task_owner.ts";
import { giveUpTask } from "../recording/task_lease.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { findTask } from "./find_task.ts";

export interface ReleasedTask {
  readonly name: string;
  /** undefined where nobody owned it. */
  readonly from: TaskOwner | undefined;
}

export async function releaseTask(
  workspace: Workspace,
  name: string,
): Promise<Result<ReleasedTask, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const task = findTask(project.value, name);
  if (!task.ok) return task;
  const released = await giveUpTask(workspace, project.value, name);
  if (!released.ok) return released;
  const answer = released.value;
  if (answer.kind === "free") return ok({ name, from: undefined });
  if (answer.kind === "refused") {
    const { by } = answer;
    return fail({
      code: "refused",
      action: "release task",
      value: name,
      fact: by === undefined
        ? "others take it and release it at the same time"
        : `${ownerName(by)} owns it (${ownerFacts(by)}), and an assistant may release only its own`,
      next: [nextAdvice("work on another task, or ask a person to release this one")],
    });
  }
  (await workspace.log(project.value.logging)).info("task released", {
    event: "task_released",
    task: name,
    owner: ownerName(answer.from),
  });
  return ok({ name, from: answer.from });
}
