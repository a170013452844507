/** The position of a cursor on a command line: the words before it, and what is expected there. */

import { type AnyCommand, childOf, commandsBelow, type CommandTree } from "../base/command_tree.ts";
import type { GlobalFlags } from "../base/global_flags.ts";

export interface Cursor {
  readonly command: AnyCommand;
  /** The words that are neither commands nor options nor their values. */
  readonly given: readonly string[];
  /** Options that were given, by their long names. */
  readonly options: ReadonlySet<string>;
  /** The options that choose the place of configuration and records. */
  readonly flags: GlobalFlags;
  readonly expects:
    | { readonly kind: "word" }
    | { readonly kind: "option" }
    | { readonly kind: "value"; readonly option: CommandOption }
    /** After `--`: the following words belong to another program. */
    | { readonly kind: "foreign"; readonly words: readonly string[] };
  /** The typed beginning of a candidate. */
  readonly typed: string;
  /** The part before it in the same word: `--algorithm=`. */
  readonly prefix: string;
}

export type CommandOption = AnyCommand["options"][number];

/** The words after the program's name; the last one is being typed. */
export async function cursorAt(tree: CommandTree, words: readonly string[]): Promise<Cursor> {
  let command = tree.root;
  const given: string[] = [];
  const options = new Set<string>();
  const flags: { config?: string; stateDir?: string } = {};
  const typed = words.at(-1) ?? "";
  const take = (option: CommandOption, value: string) => {
    if (option.long === "--config") flags.config = value;
    if (option.long === "--state-dir") flags.stateDir = value;
  };
  const at = (expects: Cursor["expects"], rest: string = typed): Cursor => {
    const prefix = typed.slice(0, typed.length - rest.length);
    return { command, given, options, flags, expects, typed: rest, prefix };
  };

  let waiting: CommandOption | undefined;
  for (const [index, word] of words.slice(0, -1).entries()) {
    if (waiting !== undefined && (waiting.required || !word.startsWith("-"))) {
      take(waiting, word);
      waiting = undefined;
      continue;
    }
    waiting = undefined;
    if (word === "--") return at({ kind: "foreign", words: words.slice(index + 1, -1) });
    if (word.startsWith("-") && word !== "-") {
      const [name, ...value] = word.split("=");
      const option = optionOf(command, name!);
      if (option === undefined) continue;
      options.add(option.long ?? option.flags);
      if (takesValue(option) && value.length === 0) waiting = option;
      else if (option.required) take(option, value.join("="));
      continue;
    }
    const next = given.length > 0 ? undefined : childOf(command, word);
    if (next === undefined) given.push(word);
    else {
      command = next;
      await tree.load(command);
    }
  }
  if (waiting !== undefined && (waiting.required || !typed.startsWith("-"))) {
    return at({ kind: "value", option: waiting });
  }
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  if (name !== undefined) {
    const option = optionOf(command, name);
    return option !== undefined && takesValue(option)
      ? at({ kind: "value", option }, value!)
      : at({ kind: "option" });
  }
  return at({ kind: typed.startsWith("-") && typed !== "-" ? "option" : "word" });
}

function optionOf(command: AnyCommand, name: string): CommandOption | undefined {
  return command.options.find(({ long, short }) => long === name || short === name);
}

/** The next word is the optional value, unless it is an option. */
function takesValue({ required, optional }: CommandOption): boolean {
  return required || optional;
}

/** The name in the brackets of an option: `path` of `--config <path>`, `glob` of `--watch [glob]`. */
export function placeholderOf(option: CommandOption): string | undefined {
  return /[<[]([\w-]+)/.exec(option.flags)?.[1];
}

/** The names of all arguments and option values, of the program and every command. */
export function placeholdersOf(program: AnyCommand): ReadonlySet<string> {
  const names = new Set<string>();
  for (const command of commandsBelow(program)) {
    for (const argument of command.registeredArguments) names.add(argument.name());
    for (const option of command.options) {
      const name = placeholderOf(option);
      if (name !== undefined && option.argChoices === undefined) names.add(name);
    }
  }
  return names;
}
