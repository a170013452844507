/** The report at the end of a build: failed checks, entries left out of its outputs, and the next steps. */

import type { BuildReport } from "../../app/tasks/build_one.ts";
import { leftOutWords } from "../../model/left_out_words.ts";
import type { RunRecord } from "../../model/run.ts";
import { visible } from "../../model/visible.ts";
import type { Invocation } from "../base/invocation.ts";
import { checkWords, nextAfterBuild } from "./task_report.ts";

/** The output of each failed check is in its own log. */
export function failedChecks({ checks }: Pick<RunRecord, "checks">, invocation: Invocation): string {
  const style = invocation.console.errStyle;
  return checks.filter(({ status }) => status !== "succeeded" && status !== "not_run").map((check) =>
    `  ${check.id} (${visible(check.text)}): ${checkWords(check)}\n` +
    `    ${style.dim("log:")} ${invocation.commandLine("logs", check.run!)}\n`
  ).join("");
}

/** After a build that succeeded. */
export function nextWords({ run, record, open }: BuildReport, invocation: Invocation): string {
  const style = invocation.console.errStyle;
  const leftOut = run.outputs.flatMap(leftOutWords).map((words) => `  left out: ${visible(words)}\n`);
  return `${leftOut.join("")}  ${style.dim("next:")} ${
    invocation.nextLine([nextAfterBuild(record, open)])
  }\n`;
}
