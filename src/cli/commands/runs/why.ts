/** `runs why`: shows why a run was needed, or why not. */

import type { ExplainedRun } from "../../../app/inputs/explain_run.ts";
import { causeRecordWords } from "../../../model/cause_words.ts";
import { visible } from "../../../model/visible.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";

export const command = defineCommand({
  flags: (command) =>
    command.argument("<run>", "an id or the beginning of one, a job's name for its newest run, or name/last"),
  examples: [
    { line: "orchastration runs why sample", does: "every change before its newest run" },
  ],
  request: ([reference]) => ({ reference }),
  ask: async (workspace, { reference }) =>
    (await import("../../../app/inputs/explain_run.ts")).explainRun(workspace, reference),
  json: ({ record, causes, more }) => ({
    format: 1,
    kind: "run_causes",
    run: record.id,
    status: record.status,
    compared_with: record.inputs.compared_with,
    same_as: record.same_as ?? null,
    causes,
    more_causes: more,
    problem: record.inputs.problem,
    inputs_changed: record.inputs_changed ?? [],
  }),
  text,
});

function text({ record, causes, more }: ExplainedRun, invocation: Invocation): string {
  const { outStyle } = invocation.console;
  const { id, status, inputs, inputs_changed } = record;
  const lines: string[] = [];
  if (status === "up_to_date") lines.push(`${id} was not needed: ${visible(record.reason)}`);
  else {
    const since = inputs.compared_with === null ? "" : ` since ${inputs.compared_with}`;
    lines.push(`${id} ran, because${since}:`);
    for (const cause of causes) lines.push(`  ${visible(causeRecordWords(cause))}`);
    if (more > 0) lines.push(outStyle.dim(`  and ${more} more, which can no longer be read`));
  }
  if (inputs.problem !== null) lines.push(`its inputs could not be determined: ${visible(inputs.problem)}`);
  if (inputs_changed !== undefined) {
    lines.push(`changed while it ran, so the run proves nothing: ${visible(inputs_changed.join(", "))}`);
  }
  return `${lines.join("\n")}\n`;
}
