/** `plan status`: where a task stands, and why. */

import { differenceLines } from "../../../model/failure_words.ts";
import type { TaskView } from "../../../model/task_view.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { taskJson, taskText } from "../../reports/task_report.ts";

export const command = defineCommand({
  flags: (command) => command.argument("<task>", "name of the task"),
  examples: [
    {
      line: "orchastration plan status sample_task",
      does: "plan, drift, last build, outputs, criteria, next step",
    },
  ],
  request: ([name]) => ({ name }),
  ask: async (workspace, { name }) =>
    (await import("../../../app/tasks/list_tasks.ts")).showTask(workspace, name),
  json: (view, invocation) => ({ format: 1, kind: "task_status", ...taskJson(view, invocation) }),
  text,
});

function text(view: TaskView, invocation: Invocation): string {
  const { outStyle, columns } = invocation.console;
  let text = taskText(view, outStyle, columns);
  for (const difference of view.plan?.drift ?? []) {
    text += differenceLines(difference).map((line) => `  ${line}\n`).join("");
  }
  const next = invocation.nextLine(view.next === undefined ? [] : [view.next]);
  if (next !== undefined) text += `${outStyle.dim("next:")} ${next}\n`;
  return text;
}
