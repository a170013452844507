/** `service stop`: ends services that run. */

import { durationValue } from "../../base/arguments.ts";
import { defineActivity } from "../../base/command.ts";
import { stopAndTell } from "../../reports/stop_report.ts";

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("<service...>", "names of services")
      .option("--grace <duration>", "time between the first signal and SIGKILL", durationValue)
      .option("--force", "send SIGKILL at once"),
  examples: [{ line: "orchastration service stop api", does: "end it, and report how it ended" }],
  request: ([words], { grace, force }) => ({ words, graceMs: grace, force: force === true }),
  async carryOut(request, invocation) {
    const workspace = invocation.workspace();
    if (!workspace.ok) return invocation.fail(workspace.failure);
    const { findService } = await import("../../../app/services/supervise_service.ts");
    for (const name of request.words) {
      const found = await findService(workspace.value, name);
      if (!found.ok) return invocation.fail(found.failure);
    }
    return await stopAndTell(workspace.value, request, invocation);
  },
});
