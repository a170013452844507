/** The tasks that must be built, in order: requested tasks and their needs that are not done. */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { TaskView } from "../../model/task_view.ts";
import type { TaskReader } from "./task_reader.ts";

interface Missing {
  readonly task: Task;
  readonly status: string;
  readonly reason: string;
}

/** A failure where a need of the task is not done. */
export async function requireNeeds(
  reader: TaskReader,
  { name, needs }: Task,
  plan: boolean,
): Promise<Result<void, Failure>> {
  const found = await missingOf(reader, needs, false);
  if (!found.ok) return found;
  const missing = found.value.map(({ task, status, reason }) => ({ name: task.name, status, reason }));
  return missing.length > 0 ? fail({ code: "needs_not_done", name, needs: missing, plan }) : ok(undefined);
}

/** Each once, needs before the tasks that need them. */
export async function orderOf(
  reader: TaskReader,
  names: readonly string[],
): Promise<Result<readonly Task[], Failure>> {
  const missing = await missingOf(reader, names, true);
  return missing.ok ? ok(missing.value.map(({ task }) => task)) : missing;
}

async function missingOf(
  reader: TaskReader,
  names: readonly string[],
  isStrict: boolean,
): Promise<Result<readonly Missing[], Failure>> {
  const missing: Missing[] = [];
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
    const reason = whyMissing(view.value, isStrict) ?? builtBefore(need, missing);
    if (reason !== undefined) missing.push({ task: need, ...reason });
    return ok(undefined);
  };
  for (const name of names) {
    const seen = await visit(name);
    if (!seen.ok) return seen;
  }
  return ok(missing);
}

/** undefined for a task that is done and not stale. */
function whyMissing(view: TaskView, isStrict: boolean): Omit<Missing, "task"> | undefined {
  if (view.status !== "done") return { status: view.status, reason: view.reason };
  // The commit alone says nothing about the task, but a caller who wants needs built wants them from the
  // present sources.
  const stale = view.stale.find((reason) => isStrict || reason !== view.movedOn);
  return stale === undefined ? undefined : { status: "stale", reason: stale };
}

function builtBefore(need: Task, before: readonly Missing[]): Omit<Missing, "task"> | undefined {
  const first = before.find(({ task: { name } }) => need.needs.includes(name));
  return first && { status: "stale", reason: `${first.task.name}, which it needs, is not done` };
}
