/** All tasks by their derived status: whoever looks sees why a task stands where it stands, and who works on it. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { ownerName } from "../../model/task_owner.ts";
import type { TaskView } from "../../model/task_view.ts";
import { ownerOf } from "../recording/task_lease.ts";
import { listTasks } from "../tasks/list_tasks.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface BoardCard {
  readonly name: string;
  readonly description: string | undefined;
  readonly status: TaskView["status"];
  readonly reason: string;
  /** The first reason why its evidence no longer holds. */
  readonly stale: string | undefined;
  readonly drifted: boolean;
  readonly proven: number;
  readonly criteria: number;
  readonly owner: string | undefined;
  readonly needs: readonly string[];
}

export interface BoardPage {
  readonly kind: "board";
  /** Sorted by name. */
  readonly cards: readonly BoardCard[];
  /** Records that cannot be read. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
  readonly nowMs: number;
}

export async function boardPage(workspace: Workspace): Promise<Result<BoardPage, Failure>> {
  const listed = await listTasks(workspace);
  if (!listed.ok) return listed;
  const project = await workspace.project();
  if (!project.ok) return project;
  const cards: BoardCard[] = [];
  for (const { task, status, reason, stale, plan, criteria, needs } of listed.value.tasks) {
    const owner = await ownerOf(workspace, project.value, task.name);
    cards.push({
      name: task.name,
      description: task.description,
      status,
      reason,
      stale: stale[0],
      drifted: plan !== undefined && plan.drift.length > 0,
      proven: criteria.filter(({ state }) => state === "passed" || state === "confirmed").length,
      criteria: criteria.length,
      owner: owner && ownerName(owner),
      needs: needs.filter(({ status }) => status !== "done").map(({ name }) => name),
    });
  }
  const damaged = listed.value.damaged.map(({ path, reason }) => ({ path, reason }));
  return ok({ kind: "board", cards, damaged, nowMs: listed.value.nowMs });
}
