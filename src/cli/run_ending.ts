/** The last words about a run, each thing once: what the lines of the log have told already is not said again. */

import { formatDuration } from "../model/duration.ts";
import type { RunRecord, StopReport } from "../model/run.ts";
import type { Invocation } from "./invocation.ts";
import { unhappyEnding } from "./run_report.ts";
import { widthOf } from "./style.ts";

/** What is said when a run has ended; undefined where there is nothing to say that is not said. */
export function endingWords(record: RunRecord, invocation: Invocation): string | undefined {
  return unhappyEnding(record, invocation) ??
    (invocation.talks ? happyEnding(record, invocation) : undefined);
}

/** `succeeded in 1.2s  sample/20261122T063449.123Z`, on two lines where one has no room. */
function happyEnding(record: RunRecord, { console }: Invocation): string {
  const style = console.errStyle;
  const attempts = record.attempts.length;
  const head = `${style.green("succeeded")} in ${formatDuration(record.duration_ms ?? 0)}${
    attempts > 1 ? ` after ${attempts} attempts` : ""
  }`;
  const fits = widthOf(head) + 2 + record.id.length <= console.errColumns;
  const left = record.stopped_by === null
    ? ""
    : `  ${style.dim("note:")} ${leftoverWords(record.stopped_by)}\n`;
  return `${head}${fits ? "  " : "\n  "}${style.dim(record.id)}\n${left}`;
}

/** What succeeded was stopped only for what it left behind. */
function leftoverWords({ signals, survivors }: StopReport): string {
  const count = signals[0]?.processes ?? 0;
  const they = count === 1 ? "a process" : `${count} processes`;
  const end = survivors.length === 0 ? "ended" : `told to end, and still alive: ${survivors.join(", ")}`;
  return `${they} of it lived on after its end and ${count === 1 ? "was" : "were"} ${end}`;
}

/** The run of a task and how long it took, to stand below where the task stands now. */
export function runLine({ id, duration_ms }: RunRecord, invocation: Invocation): string {
  const style = invocation.console.errStyle;
  const took = duration_ms === null ? "" : ` in ${formatDuration(duration_ms)}`;
  return `  ${style.dim("run:")} ${id}${took}\n`;
}
