/** Whether a task may be worked on by its plan: there is one, it is what was recorded, and the definition still fits. */

import { nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { type PlanLink, TASK_FORMAT, type TaskRecord } from "../../model/task_record.ts";
import type { KnownTask } from "./known_task.ts";

/** The record of a task whose plan can be followed; else why not, said of what was to be done. */
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
    `and this one, which writes format ${TASK_FORMAT}, never rewrites that`;
  return fail({ code: "refused", action, value: task.name, fact, next: [] });
}
