/** `hook stop`: keeps an assistant once from ending its turn while a task in progress is not proven. */

import { defineActivity } from "../../base/command.ts";
import { EXIT } from "../../base/exit_code.ts";
import { noDocument } from "../../base/flags.ts";
import { withinHook } from "../../base/hook_input.ts";

export const command = defineActivity({
  flags: (command) => command,
  examples: [
    {
      line: "orchastration hook stop",
      does: "called by Codex and Claude Code, with their facts on standard input; the second time it lets go",
    },
  ],
  request: () => ({}),
  misuse: noDocument("hook stop", "the answer to a client"),
  async carryOut(_, invocation) {
    const gate = await withinHook(invocation, "Stop", async (input, workspace) => {
      const { stopGate } = await import("../../../app/hooks/stop_gate.ts");
      return await stopGate(workspace, input["stop_hook_active"] === true);
    });
    if (gate === undefined || gate.open.length === 0 || gate.isLeftOpen) return EXIT.done;
    const { stopReason } = await import("../../reports/hook_report.ts");
    const answer = { decision: "block", reason: stopReason(gate.open, invocation) };
    invocation.console.out(`${JSON.stringify(answer)}\n`);
    return EXIT.done;
  },
});
