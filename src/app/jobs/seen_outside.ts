/** Whether a job's command was noted to run outside after its last recorded run. */

import type { RunRecord } from "../../model/run.ts";
import type { HookNotes, SeenNote } from "../../store/hook_notes.ts";

export type SeenOutside = Pick<SeenNote, "at" | "by">;

export function seenOutside(
  notes: HookNotes,
  job: string,
  last: RunRecord | undefined,
): SeenOutside | undefined {
  const seen = notes.seen(job);
  // Both are in UTC with milliseconds.
  return seen === undefined || seen.at < (last?.start_time ?? "") ? undefined : { at: seen.at, by: seen.by };
}
