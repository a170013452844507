/** The running runs, one line each: duration, place and requester. */

import { formatDuration } from "../../model/duration.ts";
import type { RunRecord } from "../../model/run.ts";
import { isUnattended } from "../../model/unattended.ts";
import { visible } from "../../model/visible.ts";
import { shorten, type Style } from "../output/style.ts";

/** For the top of a list; empty where nothing runs. */
export function runningText(
  running: readonly RunRecord[],
  nowMs: number,
  { style, columns = Infinity }: { readonly style: Style; readonly columns: number | undefined },
): string {
  return running.map((record) => {
    const line = `${style.cyan("runs now:")} ${style.bold(record.id)}  ${visible(words(record, nowMs))}`;
    return `${shorten(line, columns)}\n`;
  }).join("");
}

/** `for 2m 05s, detached, process 4343, requested by ada through codex`. */
function words(record: RunRecord, nowMs: number): string {
  const { start_time, detached, requested_by: by, recorder } = record;
  const where = detached === true ? "detached" : by.tty ? "in a terminal" : "without a terminal";
  const asker = by.schedule === undefined ? by.agent ?? by.parent : `schedule ${by.schedule}`;
  return [
    `for ${formatDuration(Math.max(0, nowMs - Date.parse(start_time)))}`,
    where,
    ...isUnattended(record) ? [record.reason] : recorder === undefined ? [] : [`process ${recorder.pid}`],
    `requested by ${by.user ?? "an unknown user"}${asker === null ? "" : ` through ${asker}`}`,
  ].join(", ");
}

export function runningJson(record: RunRecord) {
  const { id, start_time, detached, requested_by, recorder } = record;
  return {
    id,
    start_time,
    detached: detached === true,
    requested_by,
    recorder_pid: isUnattended(record) ? null : recorder?.pid ?? null,
  };
}
