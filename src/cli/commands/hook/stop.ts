/** `hook stop`: keeps an assistant once from ending its turn while a task in progress is not proven. */

import { defineActivity } from "../../base/command.ts";
import { noDocument } from "../../base/flags.ts";
import { carryOutHook } from "../../base/hook.ts";

export const command = defineActivity({
  flags: (command) => command,
  examples: [
    {
      line: "orchastration hook stop",
      does: "called by Codex and Claude Code, with their facts on standard input; it does so only once",
    },
  ],
  request: () => ({}),
  misuse: noDocument("hook stop", "the answer to a client"),
  carryOut: (_, invocation) =>
    carryOutHook(invocation, {
      name: "stop",
      event: "Stop",
      facts: (input) => ({ isSecond: input["stop_hook_active"] === true }),
      async ask({ isSecond }, workspace) {
        const { stopGate } = await import("../../../app/hooks/stop_gate.ts");
        return await stopGate(workspace, isSecond === true);
      },
      async answer({ open, isLeftOpen }) {
        if (open.length === 0 || isLeftOpen) return undefined;
        const { stopReason } = await import("../../reports/hook_report.ts");
        return { decision: "block", reason: stopReason(open, invocation) };
      },
    }),
});
