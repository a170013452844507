/** `status`: the last recorded run of each job. */

import type { StatusReport } from "../../app/jobs/show_status.ts";
import { actionWord } from "../../model/run.ts";
import { quote, visible } from "../../model/visible.ts";
import { defineCommand } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { type Style, table } from "../output/style.ts";
import { damagedJson } from "../reports/damaged_records.ts";
import { durationWord, exitWord, processWords, statusWord, whenWord } from "../reports/run_report.ts";

export const command = defineCommand({
  flags: (command) => command.argument("[job]", "only this job, in full"),
  examples: [
    { line: "orchastration status", does: "every configured job" },
    { line: "orchastration status sample", does: "one job, with the reason in words" },
  ],
  request: ([name]) => ({ name }),
  ask: async (workspace, { name }) =>
    (await import("../../app/jobs/show_status.ts")).showStatus(workspace, name),
  warnings: (report) =>
    damagedOf(report).map(({ path, reason }) =>
      `Cannot read the record ${quote(path)}: ${reason}; it is left out`
    ),
  json,
  text: (report, invocation, { name }) => text(report, invocation, name !== undefined),
});

function text(report: StatusReport, invocation: Invocation, inFull: boolean): string {
  const { outStyle, columns, isTerminal } = invocation.console;
  if (report.jobs.length === 0) {
    return report.configPath === undefined
      ? `No configuration found.\ntry: ${invocation.commandLine("init")}\n`
      : `No jobs configured.\ntry: ${invocation.commandLine("list")}\n`;
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

function json(report: StatusReport) {
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
    damaged: damagedJson(damagedOf(report)),
  };
}
