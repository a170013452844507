/** The dry run of `buildTask`: the tasks it would build, and why. Starts, plans and asks nothing. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { type DryRun, type DryRunNode, dryRunNode } from "../inputs/dry_run.ts";
import type { BuildTaskRequest } from "./build_task.ts";
import { orderOf } from "./build_order.ts";
import { readKnownTask } from "./known_task.ts";
import { requireFittingPlan } from "./plan_fit.ts";
import { lookAtTaskInputs } from "./task_inputs.ts";
import { TaskReader } from "./task_reader.ts";
import type { Workspace } from "../workspace/workspace.ts";

export async function dryRunBuild(
  workspace: Workspace,
  request: Omit<BuildTaskRequest, "confirm">,
): Promise<Result<DryRun, Failure>> {
  const opened = await TaskReader.open(workspace, request.env);
  if (!opened.ok) return opened;
  const reader = opened.value;
  const found = await reader.find(request.name);
  if (!found.ok) return found;
  const { task } = found.value;
  const needs = await orderOf(reader, task, request);
  if (!needs.ok) return needs;
  const all = [...needs.value, task];
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

async function lookAt(
  workspace: Workspace,
  reader: TaskReader,
  task: Task,
  { name, extraArgs, fresh, plan }: Omit<BuildTaskRequest, "confirm">,
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
  const looked = await lookAtTaskInputs(workspace.host, stores, known.value, asked);
  if (!looked.ok) return looked;
  const waits = task.needs.some((need) =>
    before.some((node) => node.name === need && node.would !== "up_to_date")
  );
  return ok(dryRunNode(task.name, "task", looked.value, waits));
}
