/**
 * Whether a record was made by another configuration than the current one, which matters only where several
 * share a folder of records.
 */

import { MASK } from "../../model/secrets.ts";
import { isSamePlace } from "./same_place.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The path of the other configuration; undefined also where that is unknown. `then`: the configuration of the
 * record.
 */
export async function otherConfig(
  workspace: Workspace,
  then: string | undefined,
): Promise<string | undefined> {
  const place = await workspace.stateFolder();
  const now = workspace.locateConfig();
  if (!place.ok || !place.value.isShared || !now.ok || now.value.path === undefined) return undefined;
  // A secret value is masked in the record.
  if (then === undefined || then === "" || then.includes(MASK)) return undefined;
  return isSamePlace(workspace.host.files, then, now.value.path) ? undefined : then;
}
