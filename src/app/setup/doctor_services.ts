/** Finds services that were started for users that were killed. Changes nothing. */

import { type Finding, warning } from "../../model/finding.ts";
import { nextCommand } from "../../model/next_step.ts";
import { visible } from "../../model/visible.ts";
import { listServices } from "../services/list_services.ts";
import type { Workspace } from "../workspace/workspace.ts";

export async function examineServices(workspace: Workspace): Promise<readonly Finding[]> {
  const listed = await listServices(workspace);
  if (!listed.ok) return [];
  return listed.value.services.filter(({ isUnused }) => isUnused).map(({ name }) =>
    warning(
      `service ${visible(name)}`,
      "it was started for users, and they were killed; the next user of a service ends it",
      nextCommand("service stop", name),
    )
  );
}
