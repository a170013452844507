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
    const { wordToStop } = await import("../../../app/services/service_state.ts");
    const words: string[] = [];
    for (const name of request.words) {
      const word = await wordToStop(workspace.value, name);
      if (!word.ok) return invocation.fail(word.failure);
      words.push(word.value);
    }
    return await stopAndTell(workspace.value, { ...request, words }, invocation);
  },
});
