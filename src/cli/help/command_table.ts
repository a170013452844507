/**
 * The command tree as plain data, from which docs/commands.md, the manual page and help as JSON are made.
 * Pure.
 */

import type { Example } from "../base/command.ts";
import {
  type AnyCommand,
  argumentTerm,
  commandsBelow,
  GLOBAL_GROUP,
  optionMeaning,
  pathOf,
} from "../base/command_tree.ts";
import { examplesOf } from "../base/examples.ts";

export interface Term {
  /** `--limit <n>`, or `<run>`. */
  readonly term: string;
  readonly meaning: string;
}

export interface CommandEntry {
  /** `orchastration runs list`. */
  readonly path: string;
  /** One sentence, with a dot. */
  readonly sentence: string;
  /** `orchastration runs list [options] [name]`. */
  readonly usage: string;
  readonly arguments: readonly Term[];
  /** Without the global options, which belong to the program. */
  readonly options: readonly Term[];
  readonly examples: readonly Example[];
  /** The commands directly below it, as they are typed. */
  readonly commands: readonly Term[];
}

export interface CommandTable {
  readonly globalOptions: readonly Term[];
  /** The program first, then every command in the order of help. */
  readonly commands: readonly CommandEntry[];
}

export function commandTable(program: AnyCommand): CommandTable {
  return {
    globalOptions: optionsOf(program, true),
    commands: commandsBelow(program).map(commandEntry),
  };
}

export function commandEntry(command: AnyCommand): CommandEntry {
  const help = command.createHelp();
  const path = pathOf(command);
  return {
    path,
    sentence: command.description(),
    usage: help.commandUsage(command),
    arguments: command.registeredArguments.map((argument) => ({
      term: argumentTerm(argument),
      meaning: argument.description,
    })),
    options: optionsOf(command, false),
    examples: examplesOf(command),
    commands: command.commands.map((each) => ({
      term: `${path} ${each.name()}`,
      meaning: each.description(),
    })),
  };
}

function optionsOf(command: AnyCommand, global: boolean): readonly Term[] {
  return command.createHelp().visibleOptions(command)
    .filter((option) => (option.helpGroupHeading === GLOBAL_GROUP) === global)
    .map((option) => ({
      term: option.flags,
      meaning: optionMeaning(option),
    }));
}
