/** The content of the status line for a run, according to its events. */

import { formatDuration } from "../../model/duration.ts";
import type { RunEvent, RunRecord, StopCause } from "../../model/run.ts";
import type { Activity } from "../output/status_line.ts";

const SILENCE_MS = 2000;
/** Most processes end at once on a stop signal, and then nothing is shown. */
const SILENCE_AT_STOP_MS = 200;

/** The activity after an event; undefined: nothing to show. */
export function activityAfter(
  event: RunEvent,
  record: RunRecord,
  nowMs: number,
): Activity | undefined | "as before" {
  switch (event.kind) {
    case "job_lock_awaited":
      return lasting("waiting for its slot", "Ctrl-C gives up", nowMs);
    case "attempt_started":
      // The job has the terminal itself.
      if (record.intent.interactive) return undefined;
      return lasting(nameOf(record), "Ctrl-C stops it", nowMs);
    case "retry_scheduled":
      return {
        words: (atMs) => [
          `attempt ${event.number} of ${record.name} in ${left(nowMs + event.delayMs - atMs)}`,
          "Ctrl-C stops it",
        ],
        afterSilenceMs: SILENCE_MS,
        mayEndLine: false,
      };
    case "stop_requested":
      return ending(event.cause, event.forcedInMs, record, nowMs);
    case "stop_escalated":
      return event.signal === "SIGKILL" ? ending(event.cause, 0, record, nowMs) : "as before";
    case "attempt_finished":
    case "act_finished":
    case "run_finished":
      return undefined;
    case "run_created":
    case "run_up_to_date":
    case "inputs_compared":
    case "evidence_gathered":
    case "tools_noted":
      return "as before";
  }
}

function lasting(what: string, hint: string, sinceMs: number): Activity {
  return {
    words: (atMs) => [`${what}  ${seconds(Math.floor((atMs - sinceMs) / 1000))}`, hint],
    afterSilenceMs: SILENCE_MS,
    mayEndLine: false,
  };
}

function ending(cause: StopCause, forcedInMs: number, record: RunRecord, nowMs: number): Activity {
  const what = cause.kind === "leftovers"
    ? `ending what ${record.name} left behind`
    : `ending ${record.name}`;
  const hint = forcedInMs === 0
    ? "SIGKILL was sent"
    // The first Ctrl-C is passed on to the job, where the stop did not begin with one.
    : cause.kind === "signal"
    ? "Ctrl-C forces it now"
    : "Ctrl-C twice forces it now";
  return {
    words: (atMs) => [
      forcedInMs === 0 ? what : `${what}, forced in ${left(nowMs + forcedInMs - atMs)}`,
      hint,
    ],
    afterSilenceMs: SILENCE_AT_STOP_MS,
    mayEndLine: true,
  };
}

/** `build`, `build, attempt 2`, `check ac1 of site`. */
function nameOf(record: RunRecord): string {
  const { criterion } = record.definition;
  if (record.action === "check.run" && typeof criterion === "string") {
    return `check ${criterion} of ${record.name}`;
  }
  const number = record.attempts.length;
  return number > 1 ? `${record.name}, attempt ${number}` : record.name;
}

function left(ms: number): string {
  // In the last moment it does not show 0 yet.
  return seconds(Math.max(1, Math.ceil(ms / 1000)));
}

/** Without tenths, because the line changes once a second. */
function seconds(count: number): string {
  return count < 60 ? `${count}s` : formatDuration(count * 1000);
}
