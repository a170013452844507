/** Reports once for each state folder that its file system has no locks. */

import { visible } from "../../model/visible.ts";
import type { LockSupport } from "../../host/files.ts";
import type { RunStore } from "../../store/run_store.ts";
import { noteMissingLocks } from "../../store/state_folders.ts";
import type { Workspace } from "../workspace/workspace.ts";

export function warnOfMissingLocks(
  workspace: Workspace,
  { parts, layout }: RunStore,
  support: LockSupport,
): void {
  if (support.kind === "given") return;
  // The note is written before the message; where that fails, the message appears again next time.
  if (noteMissingLocks(parts) === "noted_before") return;
  workspace.warn(noLocksFact(layout.locks, support.reason));
}

/** One sentence without its dot. */
export function noLocksFact(folder: string, reason: string): string {
  return `The file system of "${visible(folder)}" has no locks (${visible(reason)}): ` +
    "the recorder's process tells whether a run is still going, which works on this machine only";
}
