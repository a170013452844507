/** `stop`: stops running runs, wherever they were started. */

import type { LeftRun, StopReport } from "../../app/runs/stop_runs.ts";
import { nextCommand } from "../../model/next_step.ts";
import { visible } from "../../model/visible.ts";
import { durationValue } from "../base/arguments.ts";
import { defineActivity } from "../base/command.ts";
import { EXIT, exitCodeOfEnded } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";

interface StopWords {
  readonly words: readonly string[];
  readonly all: boolean;
  readonly graceMs: number | undefined;
  readonly force: boolean;
}

export const command = defineActivity({
  flags: (command) =>
    command
      .argument(
        "[run...]",
        "ids or beginnings of them, or names of jobs and tasks: everything of these that goes on",
      )
      .option("--all", "everything that goes on here")
      .option(
        "--grace <duration>",
        "time between SIGTERM and SIGKILL (default: that of each run)",
        durationValue,
      )
      .option("--force", "send SIGKILL at once"),
  examples: [
    { line: "orchastration stop sample", does: "end all of this job that goes on, and say how it ended" },
    { line: "orchastration stop sample --grace 2s", does: "the same, with SIGKILL after two seconds" },
    { line: "orchastration stop --all", does: "end everything of this project that goes on" },
  ],
  request: ([words], { all, grace, force }): StopWords => ({
    words,
    all: all === true,
    graceMs: grace,
    force: force === true,
  }),
  misuse({ words, all, graceMs, force }) {
    const misused = (value: string | undefined, fact: string, ...next: readonly string[]) =>
      ({
        code: "arguments_invalid",
        action: "stop",
        value,
        fact,
        next: [nextCommand("stop", ...next)],
      }) as const;
    if (all && words.length > 0) {
      return misused(words[0], "--all means everything, and names nothing", "--all");
    }
    if (!all && words.length === 0) return misused(undefined, "no run is named", "--all");
    if (force && graceMs !== undefined) {
      return misused(words[0], "--force leaves no grace", ...words, ...(all ? ["--all"] : []), "--force");
    }
    return undefined;
  },
  carryOut: stop,
});

async function stop({ words, graceMs, force }: StopWords, invocation: Invocation): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { stopRuns } = await import("../../app/runs/stop_runs.ts");
  const stopped = await stopRuns(workspace.value, { words, graceMs, force });
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
    ...idle.map((name) => `Nothing of ${name} goes on.`),
  ];
  if (lines.length === 0 && left.length === 0) lines.push("Nothing goes on here.");
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
