/** Decides whether a task can be built now: its variables, its plan, and nobody who still works on it. Starts nothing. */

import { nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { PlanLink, TaskRecord } from "../../model/task_record.ts";
import { planTask } from "./create_plan.ts";
import { unresolved } from "../workspace/config_problem.ts";
import type { BuildObserver } from "./ended_build.ts";
import { livingOf } from "../recording/living_processes.ts";
import { requireFittingPlan, requireWritable } from "./plan_fit.ts";
import { type HeldTask, type KnownTask, readKnownTask } from "./known_task.ts";
import type { ResolvedTask } from "./resolve_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The record of a task that has a plan. */
export type PlannedTask = TaskRecord & { readonly plan: PlanLink };

/** The task's record, with a plan that fits the definition. */
export async function readyToBuild(
  workspace: Workspace,
  plan: boolean,
  held: HeldTask,
  observer: BuildObserver,
): Promise<Result<PlannedTask, Failure>> {
  const { known } = held;
  const writable = requireWritable(known, "build task");
  if (!writable.ok) return writable;
  const free = await requireNobodyAlive(workspace, known);
  if (!free.ok) return free;
  const fitting = requireFittingPlan(known, "build task");
  if (fitting.ok || !plan) return fitting;
  const planned = await planTask(workspace, held, true, "head");
  if (!planned.ok) return planned;
  observer.planned(planned.value.plan);
  return ok({ ...planned.value.record, plan: planned.value.record.plan! });
}

/** Processes that an interrupted build left alive would work in the same folder. */
async function requireNobodyAlive(
  { host }: Workspace,
  { task, record, build: last }: KnownTask,
): Promise<Result<void, Failure>> {
  if (record?.last_build?.status !== "running" || last?.status !== "interrupted") return ok(undefined);
  const { id, recovery } = last;
  // The person who recovered the run decided about them.
  if (recovery !== null) return ok(undefined);
  if (last.intent.executor !== undefined) {
    const fact = `build ${id} was interrupted, and its job may still be in Slurm`;
    const next = [nextCommand("recover", id), nextCommand("recover", id, "--kill")] as const;
    return fail({ code: "refused", action: "build task", value: task.name, fact, next });
  }
  const living = await livingOf(host, last);
  if (living === "unknown" || living.length === 0) return ok(undefined);
  return fail({
    code: "refused",
    action: "build task",
    value: task.name,
    fact: `build ${id} was interrupted, and ${
      living.length === 1 ? "a process of it is" : `${living.length} processes of it are`
    } still alive`,
    next: [nextCommand("recover", id, "--kill"), nextCommand("recover", id, "--wait")],
  });
}

/**
 * Variables without a value are reported before the first process, except those that a task built earlier may
 * provide.
 */
export async function requireResolved(
  workspace: Workspace,
  tasks: readonly (ResolvedTask & { readonly mayChange?: boolean })[],
): Promise<Result<void, Failure>> {
  const known = tasks.filter(({ mayChange, problems }) =>
    mayChange !== true || !problems.some(({ at }) => at[0] === "env_file")
  ).map(({ task, problems }) => ({ table: "tasks" as const, name: task.name, problems }));
  return known.some(({ problems }) => problems.length > 0)
    ? await unresolved(workspace, known)
    : ok(undefined);
}

/** A failure where the task has no plan that fits its definition, as before a build that makes none. */
export async function checkForPlan(
  workspace: Workspace,
  task: ResolvedTask,
): Promise<Result<unknown, Failure>> {
  const runs = await workspace.store();
  if (!runs.ok) return runs;
  const tasks = await workspace.tasks();
  if (!tasks.ok) return tasks;
  const stores = { runs: runs.value, tasks: tasks.value };
  const known = await readKnownTask(workspace.host.digests, stores, task);
  return known.ok ? requireFittingPlan(known.value, "build task") : known;
}
