/** `status`: the last recorded run of each job. */

import type { StatusReport } from "../../app/jobs/show_status.ts";
import { actionWord } from "../../model/run.ts";
import { quote, visible } from "../../model/visible.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { durationWord, exitWord, processWords, statusWord, whenWord } from "../reports/run_report.ts";
import { type Style, table } from "../output/style.ts";

export function statusCommand(start: Start): AnyCommand {
  const command = describe("status", "show the last recorded run of each job")
    .argument("[job]", "only this job, in full");
  complete(command, [
    { line: "orchastration status", does: "every configured job" },
    { line: "orchastration status sample", does: "one job, with the reason in words" },
  ]);
  return command.action((job) => start(globalFlags(command), (invocation) => status(invocation, job)));
}

async function status(invocation: Invocation, name: string | undefined): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { showStatus } = await import("../../app/jobs/show_status.ts");
  const shown = await showStatus(workspace.value, name);
  if (!shown.ok) return invocation.fail(shown.failure);
  const report = shown.value;
  for (const { path, reason } of damagedOf(report)) {
    invocation.warn(`Cannot read the record ${quote(path)}: ${reason}; it is left out`);
  }
  if (invocation.isJson) invocation.console.json(jsonOf(report));
  else invocation.console.out(textOf(report, invocation, name !== undefined));
  return 0;
}

function textOf(report: StatusReport, { console }: Invocation, inFull: boolean): string {
  const { outStyle, columns, isTerminal } = console;
  if (report.jobs.length === 0) {
    return report.configPath === undefined
      ? "No configuration found.\ntry: orchastration init\n"
      : "No jobs configured.\ntry: orchastration list\n";
  }
  const rows = report.jobs.map(({ name, last, damaged }) =>
    last === undefined ? [outStyle.bold(name), nothingKnown(damaged.length > 0, outStyle), "", "", ""] : [
      outStyle.bold(name),
      statusWord(last.record.status, outStyle),
      exitWord(last.record),
      durationWord(last.record),
      whenWord(last.record, report.nowMs, isTerminal),
    ]
  );
  let text = table(rows, { columns });
  for (const { last, elsewhere } of report.jobs) {
    if (last === undefined) continue;
    const words: (string | undefined)[] = inFull || last.record.status === "interrupted"
      ? [
        [actionWord(last.record), visible(last.record.reason)].filter((each) => each !== "").join(": "),
        processWords(last),
      ]
      : [];
    words.push(elsewhere && `it was run by another configuration, ${visible(elsewhere)}`);
    const told = words.filter((each) => each !== undefined);
    if (told.length > 0) text += `  ${last.record.id}: ${told.join("; ")}\n`;
  }
  return text;
}

/** What cannot be read may have been a run. */
function nothingKnown(isDamaged: boolean, style: Style): string {
  return isDamaged ? style.yellow("no readable record") : style.dim("never run");
}

function damagedOf(report: StatusReport) {
  return report.jobs.flatMap(({ damaged }) => damaged);
}

function jsonOf(report: StatusReport) {
  return {
    format: 1,
    kind: "status",
    jobs: report.jobs.map(({ name, description, last }) => ({
      name,
      description: description ?? null,
      last_run: last === undefined ? null : {
        id: last.record.id,
        status: last.record.status,
        reason: last.record.reason,
        exit_code: last.record.exit_code,
        signal: last.record.signal,
        start_time: last.record.start_time,
        end_time: last.record.end_time,
        duration_ms: last.record.duration_ms,
        process_state: last.process_state,
        path: last.path,
        config_path: last.record.intent.config_path,
      },
    })),
    damaged: damagedOf(report).map(({ path, reason }) => ({ path, reason })),
  };
}
