/** `plan accept`: records a person's confirmation that a criterion is met. */

import type { AcceptReport } from "../../../app/tasks/accept_criterion.ts";
import { visible } from "../../../model/visible.ts";
import { textValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { nextAfterBuild, recordStatusWord } from "../../reports/task_report.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .argument("<criterion>", "id of the criterion")
      .option("--note <text>", "what was examined", textValue),
  examples: [
    {
      line: 'orchastration plan accept sample_task ac2 --note "read it"',
      does: "recorded with who and when",
    },
  ],
  request: ([name, criterion], { note }) => ({ name, criterion, note }),
  ask: async (workspace, request) =>
    (await import("../../../app/tasks/accept_criterion.ts")).acceptCriterion(workspace, request),
  json: ({ record }) => record,
  text: (accepted, invocation, { criterion }) => text(accepted, criterion, invocation),
});

function text({ record, open }: AcceptReport, criterion: string, invocation: Invocation): string {
  const { outStyle } = invocation.console;
  const next = invocation.nextLine([nextAfterBuild(record, open)]);
  return `${criterion} is confirmed for ${record.last_build!.run}\n` +
    `${outStyle.bold(record.name)} is ${recordStatusWord(record, outStyle)}: ${visible(record.reason)}\n` +
    `${outStyle.dim("next:")} ${next}\n`;
}
