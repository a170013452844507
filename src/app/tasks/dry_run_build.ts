/** The dry run of a build: the tasks that would be built, and why. Starts, plans and asks nothing. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { type DryRun, type DryRunNode, dryRunNode } from "../inputs/dry_run.ts";
import type { BuildTaskRequest } from "./build_task.ts";
import { requireNeeds } from "./build_order.ts";
import { chooseTasks } from "./build_tasks.ts";
import { readKnownTask } from "./known_task.ts";
import { requireFittingPlan } from "./plan_fit.ts";
import { examineTaskInputs } from "./task_inputs.ts";
import { TaskReader } from "./task_reader.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface DryRunBuildRequest extends Omit<BuildTaskRequest, "confirm" | "name" | "useServices"> {
  /** undefined: all tasks. */
  readonly name: string | undefined;
  readonly withNeeds: boolean;
}

export async function dryRunBuild(
  workspace: Workspace,
  request: DryRunBuildRequest,
): Promise<Result<DryRun, Failure>> {
  const opened = await TaskReader.open(workspace, request.env);
  if (!opened.ok) return opened;
  const reader = opened.value;
  const chosen = await tasksOf(reader, request);
  if (!chosen.ok) return chosen;
  const all = chosen.value;
  const nodes: DryRunNode[] = [];
  for (const each of all) {
    const node = await lookAt(workspace, reader, each, request, nodes);
    if (!node.ok) return node;
    nodes.push(node.value);
  }
  const names = new Set(all.map(({ name }) => name));
  const edges = all.flatMap((each) =>
    each.needs.filter((need) => names.has(need)).map((need) => ({ from: need, to: each.name }))
  );
  return ok({ nodes, edges });
}

/** The tasks that would be built, needs first. */
async function tasksOf(
  reader: TaskReader,
  request: DryRunBuildRequest,
): Promise<Result<readonly Task[], Failure>> {
  const { name, withNeeds, plan } = request;
  if (name === undefined || withNeeds) {
    const chosen = await chooseTasks(reader, request);
    return chosen.ok ? ok(chosen.value.tasks.filter((task) => chosen.value.toBuild.has(task))) : chosen;
  }
  const found = await reader.find(name);
  if (!found.ok) return found;
  const done = await requireNeeds(reader, found.value.task, plan);
  return done.ok ? ok([found.value.task]) : done;
}

async function lookAt(
  workspace: Workspace,
  reader: TaskReader,
  task: Task,
  { name, extraArgs, fresh, plan }: DryRunBuildRequest,
  before: readonly DryRunNode[],
): Promise<Result<DryRunNode, Failure>> {
  const [runs, tasks] = [await workspace.store(), await workspace.tasks()];
  if (!runs.ok) return runs;
  if (!tasks.ok) return tasks;
  const stores = { runs: runs.value, tasks: tasks.value };
  const known = await readKnownTask(workspace.host.digests, stores, await reader.resolve(task));
  if (!known.ok) return known;
  const fitting = requireFittingPlan(known.value, "build task");
  // With --plan a plan would be made first, and no build follows that plan yet.
  if (!fitting.ok) return plan ? ok(dryRunNode(task.name, "task", undefined, false)) : fitting;
  const asked = { extraArgs: task.name === name ? extraArgs : [], fresh, plan: fitting.value.plan.run };
  const looked = await examineTaskInputs(workspace.host, stores, known.value, asked);
  if (!looked.ok) return looked;
  const waits = task.needs.some((need) =>
    before.some((node) => node.name === need && node.would !== "up_to_date")
  );
  return ok(dryRunNode(task.name, "task", looked.value, waits));
}
