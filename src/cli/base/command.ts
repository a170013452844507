/** What all commands have in common: the global options, examples in the help, and the way from commander to an action. */

import { Command, Option } from "@commander-js/extra-typings";
import { LOG_FORMATS, LOG_LEVELS } from "../../model/project.ts";
import { pathValue } from "./arguments.ts";
import { indented } from "./help_layout.ts";
import type { GlobalFlags, Invocation } from "./invocation.ts";

/** A command whatever its arguments and options are; commander's own type for that does not accept one that has some. */
// deno-lint-ignore no-explicit-any
export type AnyCommand = Command<any, any, any>;

/** Runs an action for the flags that were given; set up once by `runCli`. */
export type Start = (
  flags: GlobalFlags,
  action: (invocation: Invocation) => Promise<number>,
) => Promise<void>;

export interface Example {
  readonly line: string;
  readonly does: string;
}

export const GLOBAL_GROUP = "Global options:";
/** Of `-q`, which all have that run something. */
export const QUIET_WORDS = "show only the job's own output, and an error where it fails";
/** Of `--notify`, likewise. */
export const NOTIFY_WORDS = "at a terminal: name it in the window's title, and notify the desktop at its end";
const examplesByCommand = new WeakMap<object, readonly Example[]>();

export const ENV_FLAGS = "--env <variable>";
export const ENV_WORDS = "a variable as NAME=VALUE, over those of the configuration; can be repeated";

/** A new command with one sentence, as in "show the configured jobs"; its own options come before the global ones. */
export function describe(name: string, sentence: string): Command {
  const alone = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
  return new Command(name).summary(sentence).description(alone);
}

/** Adds the global options and the examples; to be called when the command has its own options. */
export function complete(command: AnyCommand, examples: readonly Example[]): void {
  addGlobalOptions(command);
  examplesByCommand.set(command, examples);
  if (examples.length === 0) return;
  command.addHelpText("after", () => {
    const columns = command.configureOutput().getOutHelpWidth?.() ?? 80;
    // A command line stays in one piece, so that it can be copied.
    const lines = examples.flatMap(({ line, does }) => [`  ${line}`, ...indented(does, "      ", columns)]);
    return `\nExamples:\n${lines.join("\n")}`;
  });
}

export function examplesOf(command: AnyCommand): readonly Example[] {
  return examplesByCommand.get(command) ?? [];
}

/** The same options on the program and on each command, so that they can stand before or after it. */
export function addGlobalOptions(command: AnyCommand): void {
  command.optionsGroup(GLOBAL_GROUP);
  command.option("--config <path>", "use this configuration file", pathValue);
  command.option("--state-dir <path>", "keep runs and records in this folder", pathValue);
  command.option("--json", "answer with one JSON document on stdout");
  command.addOption(
    new Option("--log-level <level>", "log from this level on").choices(LOG_LEVELS),
  );
  command.addOption(new Option("--log-format <format>", "form of the log on stdout").choices(LOG_FORMATS));
  command.option("--no-color", "print without colours");
  command.addHelpOption(new Option("-h, --help", "show this help").helpGroup(GLOBAL_GROUP));
}

/** `orchastration`, or `orchastration runs list`. */
export function pathOf(command: AnyCommand): string {
  const parent = command.parent as AnyCommand | null;
  return parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

/** `<job>`, `[name]` or `[args...]`. */
export function argumentTerm(
  argument: { readonly name: () => string; readonly required: boolean; readonly variadic: boolean },
): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** What an option does, with what it can be and what it is otherwise. */
export function optionMeaning({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? "" : `; one of ${argChoices.join(", ")}`;
  const isSaid = defaultValue !== undefined && typeof defaultValue !== "boolean";
  return `${description}${choices}${isSaid ? ` (default: ${defaultValue})` : ""}`;
}

/** The command itself and all commands under it. */
export function commandsBelow(command: AnyCommand): readonly AnyCommand[] {
  return [command, ...command.commands.flatMap((each) => commandsBelow(each as AnyCommand))];
}

/** The global flags of a command and of those above it; the nearer one wins. */
export function globalFlags(command: AnyCommand): GlobalFlags {
  const chain: AnyCommand[] = [];
  for (let at: AnyCommand | null = command; at !== null; at = at.parent as AnyCommand | null) {
    chain.unshift(at);
  }
  const flags: Record<string, unknown> = {};
  for (const each of chain) {
    for (const [name, value] of Object.entries(each.opts())) {
      // --no-color has a default everywhere; only what was said counts.
      if (each.getOptionValueSource(name) !== "default") flags[name] = value;
    }
  }
  return flags as GlobalFlags;
}
