/** `help all`: every command in one list, under the headings of the command table. Pure. */

import { type AnyCommand, argumentTerm, pathOf, verbsBelow } from "../base/command_tree.ts";
import { termLines } from "../base/help_layout.ts";

/**
 * The commands that can be called, each with its arguments; nouns appear only in the paths of their verbs.
 */
export function allCommandsText(program: AnyCommand, columns: number): string {
  const groups = new Map<string, (readonly [term: string, meaning: string])[]>();
  for (const top of program.commands as readonly AnyCommand[]) {
    const terms = groups.get(top.helpGroup()) ?? [];
    groups.set(top.helpGroup(), terms);
    for (const verb of verbsBelow(top)) terms.push([callOf(verb), verb.summary()]);
  }
  const sections = [...groups].map(([heading, terms]) => [heading, ...termLines(terms, columns), ""]);
  return `${sections.flat().join("\n")}\nHelp for one command: orchastration <command> --help\n`;
}

/** `runs list [name]`. */
function callOf(verb: AnyCommand): string {
  const words = pathOf(verb).split(" ").slice(1);
  return [...words, ...verb.registeredArguments.map(argumentTerm)].join(" ");
}
