/** The program as a tree of commands, built out of the command table. A command is loaded when something asks for it. */

import { Command } from "@commander-js/extra-typings";
import type { CommandDefinition } from "./base/command.ts";
import {
  addGlobalOptions,
  type AnyCommand,
  argumentTerm,
  childOf,
  commandsBelow,
  type CommandTree,
  optionMeaning,
} from "./base/command_tree.ts";
import { addExamples } from "./base/examples.ts";
import { formatItem, helpColumns, termLines, usageLines } from "./base/help_layout.ts";
import { TOPIC_SENTENCES } from "./help/topics.ts";
import { COMMAND_GROUPS, type TableEntry } from "./table.ts";

export class Program implements CommandTree {
  readonly root: AnyCommand;
  readonly #columns: number;
  readonly #entries = new Map<AnyCommand, TableEntry>();
  readonly #definitions = new Map<AnyCommand, CommandDefinition>();

  /** For a terminal of so many columns; undefined where it is none. */
  constructor(columns: number | undefined) {
    this.#columns = helpColumns(columns);
    this.root = this.#newCommand("orchastration")
      .description(
        "Run jobs and tasks that are described in one TOML file, and keep proof of how each ended.",
      )
      .usage("[options] <command>")
      // The text of the version is not commander's matter: `--version --json` is a document.
      .version("", "-V, --version", "show the version")
      .helpCommand(false);
    addGlobalOptions(this.root);
    for (const { heading, commands } of COMMAND_GROUPS) {
      for (const entry of commands) this.#add(entry, `${heading}:`);
    }
    this.root.addHelpText("after", () => {
      const topics = termLines(Object.entries(TOPIC_SENTENCES), this.#columns).join("\n");
      return `\nTopics, for help <topic>:\n${topics}\n\nEvery command: orchastration help all\nStart here: orchastration init`;
    });
  }

  /** What the command does with its words; undefined where it was not loaded, or only has commands under it. */
  definitionOf(command: AnyCommand): CommandDefinition | undefined {
    return this.#definitions.get(command);
  }

  async load(command: AnyCommand): Promise<void> {
    if (this.#definitions.has(command)) return;
    const module = await this.#entries.get(command)?.load?.();
    if (module === undefined || this.#definitions.has(command)) return;
    const { command: definition } = module;
    this.#definitions.set(command, definition);
    definition.declare(command);
    addGlobalOptions(command);
    addExamples(command, definition.examples);
  }

  async loadBelow(command: AnyCommand): Promise<void> {
    await Promise.all(commandsBelow(command).map((each) => this.load(each)));
  }

  #add(entry: TableEntry, heading: string): void {
    const words = entry.path.split(" ");
    const name = words.at(-1)!;
    const parent = words.slice(0, -1).reduce((at, word) => childOf(at, word)!, this.root);
    const { sentence } = entry;
    const command = this.#newCommand(name)
      .summary(sentence)
      .description(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`);
    this.#entries.set(command, entry);
    if (entry.load === undefined) {
      addGlobalOptions(command);
      command.helpCommand("help [command]", "show the help of a command");
    }
    if (parent === this.root) command.helpGroup(heading);
    // Commander's own help is that of the program alone: `help all` has a text of its own.
    parent.addCommand(command, { hidden: parent === this.root && !entry.isCommon });
  }

  #newCommand(name: string): AnyCommand {
    const command: AnyCommand = new Command(name);
    // Its own wrapping leaves narrow text as it is.
    command.configureHelp({
      formatItem,
      optionDescription: optionMeaning,
      minWidthToWrap: 1,
      // That each has options goes without saying.
      subcommandTerm: (sub) => [sub.name(), ...sub.registeredArguments.map(argumentTerm)].join(" "),
      styleUsage: (usage) => usageLines(usage, this.#columns),
    });
    command.showHelpAfterError(false).showSuggestionAfterError(false);
    command.configureOutput({
      // Its words for mistakes are replaced by ours, and its help is shown when all that it lists is loaded.
      writeOut: () => {},
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => this.#columns,
      getErrHelpWidth: () => this.#columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
    command.hook("preSubcommand", (_, sub) => this.load(sub as AnyCommand));
    return command;
  }
}

/** The program with every command loaded, for what is written of all of them. */
export async function loadProgram(columns?: number): Promise<Program> {
  const program = new Program(columns);
  await program.loadBelow(program.root);
  return program;
}
