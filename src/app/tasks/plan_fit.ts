/** Whether a task can be worked on by its plan: the plan exists, is unaltered, and fits the definition. */

import { nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { stateRemedy } from "../../model/state_remedy.ts";
import { type PlanLink, TASK_FORMAT, type TaskRecord } from "../../model/task_record.ts";
import type { KnownTask } from "./known_task.ts";

/** The record of a task whose plan can be followed; otherwise why not, for the requested action. */
export function requireFittingPlan(
  { task, record, plan }: KnownTask,
  action: string,
): Result<TaskRecord & { readonly plan: PlanLink }, Failure> {
  if (record === undefined || record.plan === null) {
    return fail({ code: "task_not_planned", name: task.name });
  }
  const { plan: link } = record;
  const next = [nextCommand("plan create", task.name)];
  const refused = (fact: string) => fail({ code: "refused", action, value: task.name, fact, next } as const);
  if (plan === undefined) return refused(`the record of its plan ${link.run} cannot be read`);
  if (!plan.isIntact) return refused(`the record of its plan ${link.run} was altered after it was made`);
  if (plan.drift.length === 0) return ok({ ...record, plan: link });
  return fail({
    code: "definition_drifted",
    action,
    name: task.name,
    plan: link.run,
    differences: plan.drift,
  });
}

/** An older program reads the record of a newer one if it can, and never rewrites it. */
export function requireWritable({ task, record }: KnownTask, action: string): Result<void, Failure> {
  if (record === undefined || record.format <= TASK_FORMAT) return ok(undefined);
  const fact = `a newer program wrote its record, in format ${record.format}, ` +
    `and this program, which writes format ${TASK_FORMAT}, never rewrites it`;
  return fail({ code: "refused", action, value: task.name, fact, next: stateRemedy("newer_program") });
}
