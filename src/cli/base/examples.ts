/** The examples of a command, at the end of its help. */

import type { Example } from "./command.ts";
import type { AnyCommand } from "./command_tree.ts";
import { indented } from "./help_layout.ts";

const examplesByCommand = new WeakMap<object, readonly Example[]>();

export function addExamples(command: AnyCommand, examples: readonly Example[]): void {
  examplesByCommand.set(command, examples);
  command.addHelpText("after", () => {
    const columns = command.configureOutput().getOutHelpWidth?.() ?? 80;
    // A command line is never wrapped, so that it can be pasted.
    const lines = examples.flatMap(({ line, does }) => [`  ${line}`, ...indented(does, "      ", columns)]);
    return `\nExamples:\n${lines.join("\n")}`;
  });
}

export function examplesOf(command: AnyCommand): readonly Example[] {
  return examplesByCommand.get(command) ?? [];
}
