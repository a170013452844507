/** Runs that no process of ours follows. Pure. */

import type { RunRecord } from "./run_record.ts";

/** Whichever command looks next goes on with it. */
export function isUnattended({ intent, graph }: Pick<RunRecord, "intent" | "graph">): boolean {
  return intent.executor?.unattended === true || graph?.unattended === true;
}
