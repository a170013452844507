/** `hook post-tool`: notes a command of an assistant that equals that of a job and ran outside: seen, and not recorded. */

import { defineActivity } from "../../base/command.ts";
import { noDocument } from "../../base/flags.ts";
import { carryOutHook } from "../../base/hook.ts";

const EVENT = "PostToolUse";

export const command = defineActivity({
  flags: (command) => command,
  examples: [
    {
      line: "orchastration hook post-tool",
      does: "called by Codex and Claude Code after each command of their shell",
    },
  ],
  request: () => ({}),
  misuse: noDocument("hook post-tool", "the answer to a client"),
  carryOut: (_, invocation) =>
    carryOutHook(invocation, {
      name: "post-tool",
      event: EVENT,
      facts: ({ tool_name, tool_input }) => {
        const command = tool_name === "Bash" && typeof tool_input === "object" && tool_input !== null &&
          "command" in tool_input && tool_input.command;
        return typeof command === "string" ? { line: command } : undefined;
      },
      async ask({ line }, workspace) {
        const { noteOutside } = await import("../../../app/hooks/post_tool.ts");
        return await noteOutside(workspace, String(line));
      },
      async answer(jobs) {
        const { contextAnswer, outsideLines } = await import("../../reports/hook_report.ts");
        return contextAnswer(EVENT, outsideLines(jobs, invocation));
      },
    }),
});
