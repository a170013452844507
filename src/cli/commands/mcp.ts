/** `mcp`: serves coding assistants over standard input and output. */

import { defineActivity } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import { noDocument } from "../base/flags.ts";
import type { Invocation } from "../base/invocation.ts";

export const command = defineActivity({
  flags: (command) => command,
  examples: [
    {
      line: "orchastration mcp",
      does: "started by an assistant's client; runs that it starts outlive the client",
    },
  ],
  request: () => ({}),
  misuse: noDocument("mcp", "the messages of its protocol"),
  async carryOut(_, invocation) {
    // stdout has the messages of the protocol, and nothing else.
    invocation.answerBriefly();
    const { serveMcp } = await import("../../mcp/serve.ts");
    await serveMcp({
      host: invocation.host,
      open: (session) => invocation.workspace(invocation.host, session),
      placeFlags: placeFlags(invocation),
      nextLine: (steps) => invocation.nextLine(steps),
      warn: (text) => invocation.warn(text),
    });
    return EXIT.done;
  },
});

function placeFlags({ flags }: Invocation): readonly string[] {
  return [
    ...(flags.config === undefined ? [] : ["--config", flags.config]),
    ...(flags.stateDir === undefined ? [] : ["--state-dir", flags.stateDir]),
  ];
}
