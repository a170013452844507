/** A record of the log as a line for people: what happened, to what, and what matters of it. The file has the rest. Pure. */

import { formatDuration } from "../model/duration.ts";
import { visible } from "../model/visible.ts";
import type { LogLevel } from "../model/project.ts";

export type LogProperties = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the line is to be read. */
export interface LogLook {
  /** undefined: lines may be as long as they are. */
  readonly columns: number | undefined;
  readonly style: Readonly<Record<"dim" | "red" | "green" | "yellow", (text: string) => string>>;
}

/** The ids of runs stand below each other behind most words, such as "succeeded". */
const WORD_COLUMNS = 9;

/** The run is only how these came about. */
const ABOUT_THE_TASK = ["task_built", "branch_created", "issue_created", "issue_updated", "issue_closed"];

/**
 * `succeeded  sample/20261122T063449.123Z  1.2s`; what has no room stands on a line below. Without the time of day: it would
 * be UTC, which is not what the clock of most people shows, and the id of the run has it already.
 */
export function readableLine(
  level: LogLevel,
  message: string,
  properties: LogProperties,
  { columns = Infinity, style }: LogLook,
): string {
  const { event, run, task } = properties;
  const subject = ABOUT_THE_TASK.includes(String(event)) ? task : run ?? task;
  const words = message.replace(/^run (?!recorded)/, "");
  const parts = [...subject === undefined ? [] : [String(subject)], ...facts(properties)];
  let line = paintOf(level, properties, style)(words);
  let width = words.length;
  for (const part of parts) {
    // The first of them has a column to stand in.
    const gap = Math.max(WORD_COLUMNS - width, 0) + 2;
    const fits = width + gap + part.length <= columns;
    line += `${fits ? " ".repeat(gap) : "\n  "}${style.dim(part)}`;
    width = (fits ? width + gap : 2) + part.length;
  }
  return `${line}\n`;
}

function paintOf(level: LogLevel, { status }: LogProperties, style: LogLook["style"]) {
  if (status === "succeeded" || status === "done") return style.green;
  if (level === "warning" || status === "cancelled") return style.yellow;
  if (level === "error" || status === "failed") return style.red;
  return level === "debug" ? style.dim : (text: string) => text;
}

function facts(properties: LogProperties): readonly string[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    if (value === undefined || value === null) return [];
    const text = visible(String(value));
    switch (key) {
      // The line has said these, or what is said of a failure beside the log does.
      case "event":
      case "run":
      case "job":
      case "task":
      case "status":
      case "exit_code":
      case "signal":
      // What can be looked up while it lives, and is of no use after.
      case "pid":
        return [];
      case "attempt":
        return [`attempt ${text}`];
      case "duration_ms":
        return [formatDuration(Number(value))];
      case "delay_ms":
        return [`in ${formatDuration(Number(value))}`];
      case "holder":
        return [`after ${text}`];
      case "why":
        // The first signal was sent for the same reason.
        return properties["event"] === "stop_escalated" ? [] : [text];
      case "reason":
        // The error beside the log says it.
        return properties["status"] === "failed" ? [] : [text];
      case "branch":
      case "issue":
      case "criterion":
        return [text];
      default:
        return [`${key}=${text}`];
    }
  });
}
