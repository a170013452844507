/** Says once for each state folder that its file system gives no locks. */

import { visible } from "../../model/visible.ts";
import type { LockSupport } from "../../host/host.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";

export function tellOfLocks(workspace: Workspace, { parts, layout }: RunStore, support: LockSupport): void {
  if (support.kind === "given") return;
  // What was told is noted before it is told; where that cannot be, it is told again.
  const noted = parts.files.createNew(layout.locksTold);
  if (noted.ok) noted.value.close();
  else if (noted.failure.kind === "already_exists") return;
  workspace.warn(noLocksFact(layout.locks, support.reason));
}

/** One sentence without its dot. */
export function noLocksFact(folder: string, reason: string): string {
  return `The file system of "${visible(folder)}" gives no locks (${visible(reason)}): ` +
    "whether a run goes on is told by the process that records it, and not across machines";
}
