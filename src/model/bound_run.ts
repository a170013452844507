/** Whether a run says something about the files that are there: what it used, and what it made. Pure. */

import type { RunRecord } from "./run_record.ts";

/** Why it does not, as words after its name; undefined where it does. */
export function unboundWords({ inputs_changed, examined_at }: RunRecord): string | undefined {
  if (inputs_changed !== undefined) return `${inputs_changed[0] ?? "its inputs"} changed while it ran`;
  return examined_at === undefined
    ? undefined
    : "its files were examined when it was recovered, and not when it ended";
}

/** The same without the reason. */
export function isBound(run: RunRecord): boolean {
  return unboundWords(run) === undefined;
}
