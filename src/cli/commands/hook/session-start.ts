/** `hook session-start`: gives an assistant the running runs, the last failure and the open tasks at the beginning of a session. */

import { defineActivity } from "../../base/command.ts";
import { noDocument } from "../../base/flags.ts";
import { carryOutHook } from "../../base/hook.ts";

const EVENT = "SessionStart";

export const command = defineActivity({
  flags: (command) => command,
  examples: [
    {
      line: "orchastration hook session-start",
      does: "called by Codex and Claude Code; at most six lines, and none if there is nothing to report",
    },
  ],
  request: () => ({}),
  misuse: noDocument("hook session-start", "the answer to a client"),
  carryOut: (_, invocation) =>
    carryOutHook(invocation, {
      name: "session-start",
      event: EVENT,
      facts: () => ({}),
      async ask(_, workspace) {
        const { sessionFacts } = await import("../../../app/hooks/session_start.ts");
        return await sessionFacts(workspace);
      },
      async answer(facts) {
        const { contextAnswer, sessionLines } = await import("../../reports/hook_report.ts");
        return contextAnswer(EVENT, sessionLines(facts, invocation));
      },
    }),
});
