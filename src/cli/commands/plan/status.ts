/** `plan status`: shows the status of a task, and the reason. */

import { isDone } from "../../../model/derive_task_status.ts";
import { differenceLines } from "../../../model/failure_words.ts";
import type { ShownTask } from "../../../app/tasks/show_task.ts";
import { inWords } from "../../../model/in_words.ts";
import { ownerFacts, ownerName } from "../../../model/task_owner.ts";
import { visible } from "../../../model/visible.ts";
import { EXIT } from "../../base/exit_code.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { olderText } from "../../reports/record_place.ts";
import { whenWord } from "../../reports/run_report.ts";
import { taskJson, taskText } from "../../reports/task_report.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option(
        "--exit-code",
        "exit 1 if it is not done, or stale; a change of the commit alone does not count",
      ),
  examples: [
    {
      line: "orchastration plan status sample_task",
      does: "plan, drift, last build, outputs, criteria, next step",
    },
    { line: "orchastration plan status sample_task --exit-code", does: "for CI: 0 if it is done, else 1" },
  ],
  request: ([name], { exitCode }) => ({ name, isCheck: exitCode === true }),
  ask: async (workspace, { name }) =>
    (await import("../../../app/tasks/show_task.ts")).showTask(workspace, name),
  json: ({ view, owner, siblings, older }, invocation) => ({
    format: 1,
    kind: "task_status",
    ...taskJson(view, invocation),
    owner: owner ?? null,
    siblings: siblings.map(({ root, stateDir, status, build, plan }) => ({
      root,
      state_dir: stateDir,
      status,
      plan: plan?.id ?? null,
      last_build: build?.id ?? null,
      end_time: build?.end_time ?? null,
    })),
    older_records: older ?? null,
  }),
  text,
  exitCode: ({ view }, { isCheck }) => isCheck && !isDone(view) ? EXIT.checkFailed : EXIT.done,
});

function text({ view, elsewhere, owner, siblings, older, nowMs }: ShownTask, invocation: Invocation): string {
  const { outStyle, columns, isTerminal } = invocation.console;
  let text = taskText(view, outStyle, columns);
  for (const difference of view.plan?.drift ?? []) {
    text += differenceLines(difference).map((line) => `  ${line}\n`).join("");
  }
  if (owner !== undefined) text += `${outStyle.dim("owned by")} ${ownerName(owner)} (${ownerFacts(owner)})\n`;
  if (elsewhere !== undefined) {
    text += `Its record was made by another configuration, ${visible(elsewhere)}.\n`;
  }
  for (const { way, build, plan, status } of siblings) {
    const run = build ?? plan;
    const when = run === undefined ? "" : ` ${whenWord(run, nowMs, isTerminal)},`;
    const did = build === undefined ? "planned" : "built";
    text += `${outStyle.dim(`also ${did} in ${visible(way)}:`)}${when} ${inWords(status)}\n`;
  }
  text += olderText(older, invocation);
  const next = invocation.nextLine(view.next === undefined ? [] : [view.next]);
  if (next !== undefined) text += `${outStyle.dim("next:")} ${next}\n`;
  return text;
}
