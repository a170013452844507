/** Stops runs, and says how each ended; shared by the commands that stop. */

import type { LeftRun, StopReport, StopRunsRequest } from "../../app/runs/stop_runs.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import { nextCommand } from "../../model/next_step.ts";
import { visible } from "../../model/visible.ts";
import { EXIT, exitCodeOfEnded } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";

export async function stopAndTell(
  workspace: Workspace,
  request: StopRunsRequest,
  invocation: Invocation,
): Promise<number> {
  const { stopRuns } = await import("../../app/runs/stop_runs.ts");
  const stopped = await stopRuns(workspace, request);
  if (!stopped.ok) return invocation.fail(stopped.failure);
  const report = stopped.value;
  if (invocation.isJson) invocation.console.json(jsonOf(report));
  else {
    invocation.console.out(textOf(report));
    for (const run of report.left) invocation.console.err(leftText(run, invocation));
  }
  if (report.left.some(({ why }) => why === "slow")) return EXIT.busy;
  return report.left.length === 0 ? EXIT.done : EXIT.checkFailed;
}

function textOf({ ended, left, idle }: StopReport): string {
  const lines = [
    ...ended.map(({ record: { id, reason }, how }) =>
      how === "over"
        ? `${id} had ended: ${reason}`
        : how === "by_itself"
        ? `${id} ended before it was stopped: ${reason}`
        : `${id}: ${reason}`
    ),
    ...idle.map((name) => `No run of ${name} is running.`),
  ];
  if (lines.length === 0 && left.length === 0) lines.push("No run is running here.");
  return lines.map((line) => `${visible(line)}\n`).join("");
}

function leftText({ record: { id }, why, reason }: LeftRun, invocation: Invocation): string {
  const next = {
    own: [],
    unknown: [nextCommand("recover", id, "--leave")],
    newer: [],
    alive: [nextCommand("recover", id, "--leave")],
    slow: [nextCommand("stop", id, "--force")],
  }[why];
  const line = invocation.nextLine(next);
  const style = invocation.console.errStyle;
  return `${style.yellow(`${id} is not stopped:`)} ${visible(reason)}\n${
    line === undefined ? "" : `  ${style.dim("try:")} ${line}\n`
  }`;
}

function jsonOf({ ended, left, idle }: StopReport) {
  return {
    format: 1,
    kind: "stop",
    ended: ended.map(({ record, how }) => ({
      id: record.id,
      how,
      status: record.status,
      reason: record.reason,
      exit_code: exitCodeOfEnded(record),
    })),
    left: left.map(({ record: { id, status }, why, reason }) => ({ id, status, why, reason })),
    idle,
  };
}
