/** `plan status`: where a task stands, and why. */

import { isDone } from "../../../model/derive_task_status.ts";
import { differenceLines } from "../../../model/failure_words.ts";
import type { TaskView } from "../../../model/task_view.ts";
import { EXIT } from "../../base/exit_code.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { taskJson, taskText } from "../../reports/task_report.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option(
        "--exit-code",
        "exit 1 where it is not done, or stale; that only the commit changed does not count",
      ),
  examples: [
    {
      line: "orchastration plan status sample_task",
      does: "plan, drift, last build, outputs, criteria, next step",
    },
    { line: "orchastration plan status sample_task --exit-code", does: "for CI: 0 when it is done, else 1" },
  ],
  request: ([name], { exitCode }) => ({ name, isCheck: exitCode === true }),
  ask: async (workspace, { name }) =>
    (await import("../../../app/tasks/list_tasks.ts")).showTask(workspace, name),
  json: (view, invocation) => ({ format: 1, kind: "task_status", ...taskJson(view, invocation) }),
  text,
  exitCode: (view, { isCheck }) => isCheck && !isDone(view) ? EXIT.checkFailed : EXIT.done,
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
