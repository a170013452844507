/** Runs as people read them: status in colour, ending in a sentence, times relative on a terminal. */

import { formatAge, formatDuration } from "../model/duration.ts";
import { visible } from "../model/failure.ts";
import { describeStopCause, type RunRecord, type RunStatus } from "../model/run.ts";
import type { RunView } from "../app/run_view.ts";
import type { Invocation } from "./invocation.ts";
import type { Style } from "./style.ts";

export function statusWord(status: RunStatus, style: Style): string {
  const word = status.replace("_", " ");
  switch (status) {
    case "succeeded":
      return style.green(word);
    case "running":
    case "cancelled":
    case "interrupted":
      return style.yellow(word);
    case "failed":
    case "signalled":
    case "timed_out":
    case "not_started":
      return style.red(word);
  }
}

/** `exit 3`, `SIGKILL`, or nothing where there is nothing to tell. */
export function exitWord(record: RunRecord): string {
  if (record.exit_code !== null) return `exit ${record.exit_code}`;
  return record.signal ?? "";
}

/** When it began: how long ago on a terminal, the time itself elsewhere. */
export function whenWord(record: RunRecord, nowMs: number, isTerminal: boolean): string {
  return isTerminal ? formatAge(nowMs - Date.parse(record.start_time)) : record.start_time;
}

export function durationWord(record: RunRecord): string {
  return record.duration_ms === null ? "" : formatDuration(record.duration_ms);
}

/** What is known of the process of an interrupted run, as a sentence; undefined for other runs. */
export function processWords(view: RunView): string | undefined {
  const pid = view.record.process?.pid;
  switch (view.process_state) {
    case null:
      return undefined;
    case "gone":
      return `its process ${pid} is gone`;
    case "alive":
      return `its process ${pid} is still alive`;
    case "unknown":
      return `whether its process ${pid} is alive cannot be known on this system`;
    case "never_recorded":
      return "whether its process was started is not known";
  }
}

/** The last thing said about a run that did not succeed: what, how, after how long, and where to look. */
export function unhappyEnding(record: RunRecord, invocation: Invocation): string | undefined {
  if (record.status === "succeeded") return undefined;
  const style = invocation.console.errStyle;
  const lines = [`${style.red("error:")} ${record.subject} "${record.name}" ${visible(endingOf(record))}`];
  if (record.attempts.length > 1) lines.push(`  after ${record.attempts.length} attempts`);
  const captured = record.attempts.some((attempt) => attempt.stdout_path !== null);
  lines.push(
    `  ${style.dim(captured ? "log:" : "run:")} ${
      invocation.commandLine(captured ? `logs ${record.id}` : `runs show ${record.id}`)
    }`,
  );
  return `${lines.join("\n")}\n`;
}

/** How a run ended and after how long: `failed with exit status 3 after 1.2s`. */
export function endingOf(record: RunRecord): string {
  const after = record.duration_ms === null ? "" : ` after ${formatDuration(record.duration_ms)}`;
  const end = record.exit_code !== null
    ? `; it exited with status ${record.exit_code}`
    : record.signal !== null
    ? `; it was ended by ${record.signal}`
    : "";
  switch (record.status) {
    case "failed":
      return `failed with exit status ${record.exit_code}${after}`;
    case "signalled":
      return `was ended by ${record.signal}${after}, which Orchastration did not send`;
    case "timed_out":
      return `timed out${after}${end}`;
    case "cancelled": {
      const cause = record.stopped_by?.cause;
      return `was stopped${after}: ${cause === undefined ? record.reason : describeStopCause(cause)}${end}`;
    }
    case "not_started":
    case "interrupted":
    case "running":
    case "succeeded":
      return record.reason;
  }
}
