/** The check of a supervisor before its run begins. Only supervisors load it. */

import type { Workspace } from "../../app/workspace/workspace.ts";
import type { Failure } from "../../model/failure.ts";

/** Why the run cannot go on without a terminal; undefined if it can. */
export async function refusedToDetach(
  workspace: Workspace,
  names: readonly string[],
): Promise<Failure | undefined> {
  const { requireDetachable } = await import("../../app/jobs/require_detachable.ts");
  const fits = await requireDetachable(workspace, names.length === 1 ? names[0] : undefined);
  return fits.ok ? undefined : fits.failure;
}
