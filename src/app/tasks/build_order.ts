/** What must be built before a task: its needs that are not done, in order. */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { TaskView } from "../../model/task_view.ts";
import type { TaskReader } from "./task_reader.ts";

interface Missing {
  readonly name: string;
  readonly status: string;
  readonly reason: string;
}

/**
 * Each once, needs before the tasks that need them; a failure where a need is missing and was not to be
 * built.
 */
export async function orderOf(
  reader: TaskReader,
  task: Task,
  { withNeeds, plan }: { readonly withNeeds: boolean; readonly plan: boolean },
): Promise<Result<readonly Task[], Failure>> {
  const missing: Missing[] = [];
  const order: Task[] = [];
  const visited = new Set<string>();
  // The configuration has no cycles, so this ends.
  const visit = async (name: string): Promise<Result<void, Failure>> => {
    if (visited.has(name)) return ok(undefined);
    visited.add(name);
    const need = reader.project.tasks.get(name)!;
    for (const deeper of need.needs) {
      const seen = await visit(deeper);
      if (!seen.ok) return seen;
    }
    const view = await reader.read(need);
    if (!view.ok) return view;
    const reason = whyMissing(view.value, withNeeds) ?? builtBefore(need, order);
    if (reason === undefined) return ok(undefined);
    order.push(need);
    missing.push({ name, ...reason });
    return ok(undefined);
  };
  for (const name of task.needs) {
    const seen = await visit(name);
    if (!seen.ok) return seen;
  }
  if (missing.length > 0 && !withNeeds) {
    return fail({ code: "needs_not_done", name: task.name, needs: missing, plan });
  }
  return ok(order);
}

/** undefined for a task that is done and not stale. */
export function whyMissing(view: TaskView, isStrict: boolean): Omit<Missing, "name"> | undefined {
  if (view.status !== "done") return { status: view.status, reason: view.reason };
  // The commit alone says nothing about the task, but a caller who wants needs built wants them from the
  // present sources.
  const stale = view.stale.find((reason) => isStrict || reason !== view.movedOn);
  return stale === undefined ? undefined : { status: "stale", reason: stale };
}

function builtBefore(need: Task, order: readonly Task[]): Omit<Missing, "name"> | undefined {
  const first = order.find(({ name }) => need.needs.includes(name));
  return first && { status: "stale", reason: `${first.name}, which it needs, is not done` };
}
