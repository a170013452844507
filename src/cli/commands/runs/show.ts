/** `runs show`: shows one run in full. */

import type { ShownRun } from "../../../app/runs/show_run.ts";
import { formatDuration } from "../../../model/duration.ts";
import { visible } from "../../../model/visible.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { table } from "../../output/style.ts";
import { damagedWarnings } from "../../reports/damaged_records.ts";
import { graphSummary, nodeTable } from "../../reports/graph_report.ts";
import { argvWords, processWords, runFacts } from "../../reports/run_report.ts";

export const command = defineCommand({
  flags: (command) =>
    command.argument("<run>", "an id or the beginning of one, a job's name for its newest run, or name/last"),
  examples: [
    { line: "orchastration runs show sample", does: "the newest run of the job" },
    { line: "orchastration runs show sample/20261122", does: "the run whose id begins like this" },
    { line: "orchastration runs show sample --json", does: "the whole record" },
  ],
  request: ([reference]) => ({ reference }),
  ask: async (workspace, { reference }) => {
    await workspace.visitLeft();
    return (await import("../../../app/runs/show_run.ts")).showRun(workspace, reference);
  },
  warnings: ({ damaged }) => damagedWarnings(damaged),
  json: ({ view: { record, process_state }, living, notice }) => ({
    ...record,
    process_state,
    processes: living === undefined || living === "unknown" ? null : living,
    ...(notice === undefined ? {} : { notification: notice }),
  }),
  text,
});

function text({ view, living, notice, lastLines, nowMs }: ShownRun, invocation: Invocation): string {
  const { outStyle, columns } = invocation.console;
  const graph = view.record.graph === undefined
    ? ""
    : `${graphSummary(view.record, outStyle, invocation)}\n${
      nodeTable(view.record.graph, outStyle, columns)
    }\n`;
  const rows = runFacts(view.record, outStyle, nowMs);
  for (const line of lastLines) rows.push(["last lines", visible(line)]);
  const state = processWords(view, living === "unknown" ? undefined : living);
  if (state !== undefined) rows.push(["now", state]);
  if (notice !== undefined) rows.push(["told", noticeWords(notice)]);
  if (view.record.status === "interrupted" && view.record.recovery === null) {
    rows.push(["next", invocation.commandLine("recover", view.record.id)]);
  }
  if (view.record.attempts.some((attempt) => attempt.stdout_path !== null)) {
    rows.push(["log", invocation.commandLine("logs", view.record.id)]);
  }
  return graph + table(rows.map(([key, value]) => [outStyle.dim(key), value]), { columns });
}

/** The notification of its end: the command, and how it ended. */
function noticeWords({ command, duration_ms, problem }: NonNullable<ShownRun["notice"]>): string {
  const end = problem ??
    (duration_ms === null ? "its end is unknown" : `after ${formatDuration(duration_ms)}`);
  return `${argvWords(command)} (${visible(end)})`;
}
