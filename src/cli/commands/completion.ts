/** `completion`: prints the script that makes a shell complete our command lines. */

import { nextCommand } from "../../model/next_step.ts";
import { suggest } from "../../model/suggest.ts";
import { defineActivity } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import { completionScript, type Shell, SHELLS } from "../completion/scripts.ts";

export const command = defineActivity({
  flags: (command) => command.argument("<shell>", `one of ${SHELLS.join(", ")}`),
  examples: [
    { line: "orchastration completion bash", does: "the script; its first lines say how to install it" },
    {
      line: "orchastration completion fish > ~/.config/fish/completions/orchastration.fish",
      does: "install it for fish",
    },
  ],
  request: ([word]) => ({ word, shell: shellNamed(word) }),
  misuse: ({ word, shell }) =>
    shell !== undefined ? undefined : {
      code: "arguments_invalid",
      action: "complete for shell",
      value: word,
      fact: `expected one of ${SHELLS.join(", ")}`,
      suggestion: suggest(word, SHELLS),
      next: [nextCommand("completion", "--help")],
    },
  carryOut({ shell }, { console, isJson }) {
    const { install, text } = completionScript(shell!);
    if (isJson) {
      console.json({ format: 1, kind: "completion_script", shell, install, script: text });
      return Promise.resolve(EXIT.done);
    }
    console.out(text);
    // At a terminal, a person who sees the script most likely wants to know how to use it.
    if (console.isTerminal) console.err(`\n${install.map((line) => `${line}\n`).join("")}`);
    return Promise.resolve(EXIT.done);
  },
});

function shellNamed(word: string): Shell | undefined {
  return SHELLS.find((each) => each === word.toLowerCase());
}
