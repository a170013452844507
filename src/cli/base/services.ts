/** Makes services ready for a call of the command line. Loaded if a job or task uses one. */

import type { UseServices } from "../../app/jobs/service_use.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";

export function servicesFor(workspace: Workspace): UseServices {
  return async (names, stops) => {
    const { serviceUse } = await import("../../app/services/use_services.ts");
    return await serviceUse(workspace)(names, stops);
  };
}
