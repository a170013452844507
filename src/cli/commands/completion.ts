/** `completion`: the script that makes a shell complete our command lines. */

import { suggest } from "../../model/suggest.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { type Shell, SHELLS } from "../completion/scripts.ts";

export function completionCommand(start: Start): AnyCommand {
  const command = describe("completion", "print a script for completion with the Tab key in a shell")
    .argument("<shell>", `one of ${SHELLS.join(", ")}`);
  complete(command, [
    { line: "orchastration completion bash", does: "the script; how to install it stands at its top" },
    {
      line: "orchastration completion fish > ~/.config/fish/completions/orchastration.fish",
      does: "install it for fish",
    },
  ]);
  return command.action((shell) =>
    start(globalFlags(command), (invocation) => completion(invocation, shell))
  );
}

async function completion(invocation: Invocation, word: string): Promise<number> {
  const shell: Shell | undefined = SHELLS.find((each) => each === word.toLowerCase());
  if (shell === undefined) {
    return invocation.fail({
      code: "arguments_invalid",
      action: "complete for shell",
      value: word,
      fact: `expected one of ${SHELLS.join(", ")}`,
      suggestion: suggest(word, SHELLS),
      next: "orchastration completion --help",
    });
  }
  const { completionScript } = await import("../completion/scripts.ts");
  const { install, text } = completionScript(shell);
  const { console } = invocation;
  if (invocation.isJson) {
    console.json({ format: 1, kind: "completion_script", ...{ shell, install, script: text } });
    return EXIT.done;
  }
  console.out(text);
  // Who sees the script most likely wants to know what to do with it.
  if (console.isTerminal) console.err(`\n${install.map((line) => `${line}\n`).join("")}`);
  return EXIT.done;
}
