/**
 * The program as a tree of commands, built from the command table. A command is loaded when something asks
 * for it.
 */

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
  readonly #isWhole: boolean;
  readonly #entries = new Map<AnyCommand, TableEntry>();
  readonly #definitions = new Map<AnyCommand, CommandDefinition>();

  /**
   * For a terminal with this many columns; undefined where it is no terminal. With `only`, it has no command but this one and its
   * nouns, which is enough to understand a call of it.
   */
  constructor(columns: number | undefined, only?: TableEntry) {
    this.#columns = helpColumns(columns);
    this.#isWhole = only === undefined;
    this.root = this.#newCommand("orchastration")
      .description(
        "Run the jobs and tasks that one TOML file describes, and keep proof of how each ended.",
      )
      .usage("[options] <command>")
      // Commander does not print the version, because `--version --json` is a document.
      .version("", "-V, --version", "show the version")
      .helpCommand(false);
    addGlobalOptions(this.root);
    for (const { heading, commands } of COMMAND_GROUPS) {
      for (const entry of commands) {
        if (only === undefined || isWithin(only.path, entry.path)) this.#add(entry, `${heading}:`);
      }
    }
    this.root.addHelpText("after", () => {
      const topics = termLines(Object.entries(TOPIC_SENTENCES), this.#columns).join("\n");
      return `\nTopics, for help <topic>:\n${topics}\n\nEvery command: orchastration help all\nStart here: orchastration init`;
    });
  }

  /** The program with all commands. */
  whole(): Program {
    return this.#isWhole ? this : new Program(this.#columns);
  }

  /** What the command does with its words; undefined where it is not loaded, or is only a noun. */
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
    // Commander's own `help` covers the program only: `help all` has its own text.
    parent.addCommand(command, { hidden: parent === this.root && !entry.isCommon });
  }

  #newCommand(name: string): AnyCommand {
    const command: AnyCommand = new Command(name);
    // Commander's wrapping leaves narrow text unchanged.
    command.configureHelp({
      formatItem,
      optionDescription: optionMeaning,
      minWidthToWrap: 1,
      // The word "options" is omitted, because every command has some.
      subcommandTerm: (sub) => [sub.name(), ...sub.registeredArguments.map(argumentTerm)].join(" "),
      styleUsage: (usage) => usageLines(usage, this.#columns),
    });
    command.showHelpAfterError(false).showSuggestionAfterError(false);
    command.configureOutput({
      // Commander's error messages are replaced by ours, and its help is shown after everything that it lists
      // was loaded.
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

/** The verb that a command line begins with; undefined where options come first, and where it names no verb. */
export function calledEntry(argv: readonly string[]): TableEntry | undefined {
  const line = argv.join(" ");
  for (const { commands } of COMMAND_GROUPS) {
    for (const entry of commands) if (entry.load !== undefined && isWithin(line, entry.path)) return entry;
  }
  return undefined;
}

/** The words begin with the words of this path. */
function isWithin(words: string, path: string): boolean {
  return words === path || words.startsWith(`${path} `);
}

/** The program with every command loaded, for generating all of its help. */
export async function loadProgram(columns?: number): Promise<Program> {
  const program = new Program(columns);
  await program.loadBelow(program.root);
  return program;
}
