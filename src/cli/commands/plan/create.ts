/** `plan create`: records the intent of a task. */

import type { PlanReport } from "../../../app/tasks/create_plan.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option("--force", "record a new plan even if nothing changed"),
  examples: [
    {
      line: "orchastration plan create sample_task",
      does: "record what is about to be done, before it is done",
    },
  ],
  request: ([name], { force }) => ({ name, force: force === true }),
  ask: async (workspace, request) =>
    (await import("../../../app/tasks/create_plan.ts")).createPlan(workspace, request),
  json: ({ plan, isNew }) => ({ ...plan, is_new: isNew }),
  text,
});

function text({ plan, record, isNew }: PlanReport, invocation: Invocation): string {
  const { outStyle } = invocation.console;
  const name = outStyle.bold(record.name);
  if (!isNew) {
    return `${name} is planned already, and its definition has not changed since: ${plan.id}\n` +
      `${outStyle.dim("next:")} ${invocation.commandLine("plan status", record.name)}\n`;
  }
  return `${name} is planned: ${plan.id}\n  sha256 ${record.plan!.sha256}\n` +
    `${outStyle.dim("next:")} ${invocation.commandLine("build run", record.name)}\n`;
}
