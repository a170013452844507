/** `plan`: records the intent of a task. It never accepts a criterion for a person. */

import { createPlan } from "../../app/tasks/create_plan.ts";
import { ok } from "../../model/result.ts";
import { plainText } from "../facts.ts";
import { text, type Tool } from "../tool.ts";

export const plan: Tool = {
  name: "plan",
  description:
    "Record the plan of a task before work on it begins; its build is compared with it. Starts nothing.",
  fields: { task: { type: "string", says: "the name of the task", required: true } },
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async call({ workspace, given }) {
    const planned = await createPlan(workspace, { name: text(given, "task")!, force: false });
    if (!planned.ok) return planned;
    const { record, plan, isNew } = planned.value;
    return ok({
      task: record.name,
      plan: plan.id,
      is_new: isNew,
      status: record.status,
      reason: plainText(record.reason),
      sha256: record.plan?.sha256 ?? null,
    });
  },
};
