/** `runs accept-unchanged`: records a person's statement that a change does not matter. */

import type { AcceptedChange } from "../../../app/inputs/accept_unchanged.ts";
import { causeRecordWords } from "../../../model/cause_words.ts";
import { visible } from "../../../model/visible.ts";
import { textValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<name>", "name of the job or task")
      .requiredOption("--because <text>", "why the change does not matter", textValue),
  examples: [
    {
      line: 'orchastration runs accept-unchanged sample --because "only a comment"',
      does:
        "the present inputs count as those of the last good run; recorded as your statement, never as a run",
    },
  ],
  request: ([name], { because }) => ({ name, because }),
  ask: async (workspace, request) =>
    (await import("../../../app/tasks/accept_inputs.ts")).acceptInputs(workspace, request),
  json: ({ record }) => record,
  text,
});

function text({ record, same }: AcceptedChange): string {
  const causes = record.inputs?.causes ?? [];
  const more = record.inputs?.more_causes ?? 0;
  return `${record.name} counts as unchanged since ${same}, although:\n` +
    causes.map((cause) => `  ${visible(causeRecordWords(cause))}\n`).join("") +
    (more > 0 ? `  and ${more} more\n` : "");
}
