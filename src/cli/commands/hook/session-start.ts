/** `hook session-start`: gives an assistant the running runs, the last failure and the open tasks at the beginning of a session. */

import { defineActivity } from "../../base/command.ts";
import { EXIT } from "../../base/exit_code.ts";
import { noDocument } from "../../base/flags.ts";
import { withinHook } from "../../base/hook_input.ts";

const EVENT = "SessionStart";

export const command = defineActivity({
  flags: (command) => command,
  examples: [
    {
      line: "orchastration hook session-start",
      does: "called by Codex and Claude Code; six lines at most, and nothing where there is nothing to say",
    },
  ],
  request: () => ({}),
  misuse: noDocument("hook session-start", "the answer to a client"),
  async carryOut(_, invocation) {
    const facts = await withinHook(invocation, EVENT, async (_, workspace) => {
      const { sessionFacts } = await import("../../../app/hooks/session_start.ts");
      return await sessionFacts(workspace);
    });
    if (facts === undefined) return EXIT.done;
    const { sessionLines } = await import("../../reports/hook_report.ts");
    const lines = sessionLines(facts, invocation);
    if (lines.length === 0) return EXIT.done;
    const answer = { hookSpecificOutput: { hookEventName: EVENT, additionalContext: lines.join("\n") } };
    invocation.console.out(`${JSON.stringify(answer)}\n`);
    return EXIT.done;
  },
});
