/** `wait`: returns when runs have ended, with their exit code. */

import type { WaitReport, WaitRequest } from "../../app/runs/wait_runs.ts";
import { formatDuration } from "../../model/duration.ts";
import type { RunRecord } from "../../model/run.ts";
import { visible } from "../../model/visible.ts";
import { durationValue } from "../base/arguments.ts";
import { defineCommand } from "../base/command.ts";
import { EXIT, exitCodeOfEnded } from "../base/exit_code.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument(
        "<run...>",
        "ids or beginnings of them, or names of jobs and tasks for their running runs, or else the newest",
      )
      .option(
        "--timeout <duration>",
        "give up after this time, with 75 (default: wait as long as it takes)",
        durationValue,
      )
      .option("--any", "return when the first of them has ended"),
  examples: [
    { line: "orchastration wait sample", does: "return when it has ended, with its exit code" },
    {
      line: "orchastration wait sample --timeout 30s",
      does: "for at most half a minute; then the exit code is 75, and the known facts are shown",
    },
    {
      line: "orchastration wait sample sample_task --any",
      does: "return with the exit code of the one that ends first",
    },
  ],
  request: ([words], { timeout, any }): WaitRequest => ({ words, boundMs: timeout, any: any === true }),
  ask: async (workspace, request) => {
    const { waitForRuns } = await import("../../app/runs/wait_runs.ts");
    return await waitForRuns(workspace, request);
  },
  text: (report) => report.runs.map((run) => `${visible(lineOf(run, report.nowMs))}\n`).join(""),
  json: ({ runs, isCut }) => ({
    format: 1,
    kind: "wait",
    timed_out: isCut,
    runs: runs.map((run) => ({
      id: run.id,
      status: run.status,
      reason: run.reason,
      exit_code: exitCodeOfEnded(run),
      start_time: run.start_time,
      end_time: run.end_time,
    })),
  }),
  exitCode: codeOf,
});

function lineOf({ id, status, reason, start_time }: RunRecord, nowMs: number): string {
  if (status !== "running") return `${id}: ${reason}`;
  return `${id} still runs, for ${formatDuration(nowMs - Date.parse(start_time))}: ${reason}`;
}

/** The first code that is not 0, in the order in which the runs were named; with `--any`, the code of the first run that ended. */
function codeOf({ runs, isCut }: WaitReport, { any }: WaitRequest): number {
  if (isCut) return EXIT.busy;
  const over = runs.filter(({ status }) => status !== "running");
  if (any) over.sort((one, other) => (one.end_time ?? "").localeCompare(other.end_time ?? "")).splice(1);
  const codes = over.map((run) => exitCodeOfEnded(run) ?? EXIT.checkFailed);
  return codes.find((code) => code !== EXIT.done) ?? EXIT.done;
}
