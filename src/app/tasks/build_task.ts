/** Builds one requested task. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand, placeholder } from "../../model/next_step.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Variables } from "../../model/variables.ts";
import { type Confirm, requireConfirmation } from "../jobs/confirmation.ts";
import { checkExtraArgs } from "../jobs/extra_args.ts";
import type { UseServices } from "../jobs/service_use.ts";
import { withNotification } from "../recording/with_notification.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { buildOne, type BuildReport } from "./build_one.ts";
import { checkForPlan, requireResolved } from "./ready_to_build.ts";
import { requireNeeds } from "./build_order.ts";
import type { BuildObserver } from "./ended_build.ts";
import { TaskReader } from "./task_reader.ts";

/** The part that a build of one task and a build of several have in common. */
export interface BuildRequest {
  /** For the named task. */
  readonly extraArgs: readonly string[];
  /** Overrides every other variable, of every task. */
  readonly env: Variables;
  /** Makes plans first where none fits. */
  readonly plan: boolean;
  readonly confirm: Confirm;
  /** Starts the services that tasks use, before the first build. */
  readonly useServices: UseServices;
  /** Built even if no input changed; with all tasks, also tasks that are done. */
  readonly fresh: boolean;
}

export interface BuildTaskRequest extends BuildRequest {
  readonly name: string;
}

/** Its needs have to be done. */
export async function buildTask(
  workspace: Workspace,
  request: BuildTaskRequest,
  observer: BuildObserver,
): Promise<Result<BuildReport, Failure>> {
  const opened = await TaskReader.open(workspace, request.env);
  if (!opened.ok) return opened;
  const reader = opened.value;
  const resolved = await reader.find(request.name);
  if (!resolved.ok) return resolved;
  const { task } = resolved.value;
  const { name, plan, extraArgs, fresh } = request;
  const passable = requirePassable(name, extraArgs);
  if (!passable.ok) return passable;
  const done = await requireNeeds(reader, task, plan);
  if (!done.ok) return done;
  // A task that will be refused causes no question.
  const fits = plan || task.confirm === undefined
    ? ok(undefined)
    : await checkForPlan(workspace, resolved.value);
  if (!fits.ok) return fits;
  const usable = await requireResolved(workspace, [resolved.value]);
  if (!usable.ok) return usable;
  const confirmed = await requireConfirmation("task", task, request.confirm, plan ? "with_plan" : "alone");
  if (!confirmed.ok) return confirmed;
  const order = { extraArgs, plan, fresh, useServices: request.useServices, confirmed: confirmed.value };
  const built = await buildOne(workspace, resolved.value, order, observer);
  return await withNotification(workspace, built, ({ run }) => run);
}

export function requirePassable(name: string, extraArgs: readonly string[]): Result<void, Failure> {
  return checkExtraArgs(extraArgs, nextCommand("build run", name, "--", placeholder("arguments")));
}
