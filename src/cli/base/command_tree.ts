/** The commands as commander has them: their paths, their options, and the global options. */

import { type Command, Option } from "@commander-js/extra-typings";
import { LOG_FORMATS, LOG_LEVELS } from "../../model/project.ts";
import { pathValue } from "./arguments.ts";
import type { GlobalFlags } from "./global_flags.ts";

/** A command with any arguments and options; commander's own type rejects commands that have some. */
// deno-lint-ignore no-explicit-any
export type AnyCommand = Command<any, any, any>;

/** All commands of one call. A command gets its arguments and options when it is loaded. */
export interface CommandTree {
  readonly root: AnyCommand;
  load(command: AnyCommand): Promise<void>;
  /** Loads the command and all commands below it. */
  loadBelow(command: AnyCommand): Promise<void>;
}

export const GLOBAL_GROUP = "Global options:";

/** The same options on the program and on each command, so that they can be written before or after it. */
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

/** The flags that an invocation uses; the others concern only the command. */
const FLAG_NAMES: readonly (keyof GlobalFlags)[] = [
  "config",
  "stateDir",
  "json",
  "logLevel",
  "logFormat",
  "color",
  "quiet",
  "notify",
  "brief",
  "as",
];

/** The global flags of a command and of its parents; the nearer one wins. */
export function globalFlags(command: AnyCommand): GlobalFlags {
  const chain: AnyCommand[] = [];
  for (let at: AnyCommand | null = command; at !== null; at = at.parent as AnyCommand | null) {
    chain.unshift(at);
  }
  const flags: Record<string, unknown> = {};
  for (const each of chain) {
    const given = each.opts();
    for (const name of FLAG_NAMES) {
      // --no-color has a default on every level, so only a given flag counts.
      if (name in given && each.getOptionValueSource(name) !== "default") flags[name] = given[name];
    }
  }
  return flags as GlobalFlags;
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

/** The description of an option, with its choices and its default. */
export function optionMeaning({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? "" : `; one of ${argChoices.join(", ")}`;
  const isSaid = defaultValue !== undefined && typeof defaultValue !== "boolean";
  return `${description}${choices}${isSaid ? ` (default: ${defaultValue})` : ""}`;
}

export function childOf(command: AnyCommand, name: string): AnyCommand | undefined {
  return command.commands.find((each) => each.name() === name) as AnyCommand | undefined;
}

/** The command itself and all commands below it. */
export function commandsBelow(command: AnyCommand): readonly AnyCommand[] {
  return [command, ...command.commands.flatMap((each) => commandsBelow(each as AnyCommand))];
}

/** Those of the result of `commandsBelow` that can be called. */
export function verbsBelow(command: AnyCommand): readonly AnyCommand[] {
  return commandsBelow(command).filter(({ commands }) => commands.length === 0);
}

/** It takes arguments for a job or a task, after `--`. */
export function passesOn(command: AnyCommand): boolean {
  return takesSeveralJobs(command) ||
    command.registeredArguments.some((argument) => argument.name() === "args");
}

/** All words before `--` are names of jobs, and the words after it are their arguments. */
export function takesSeveralJobs(command: AnyCommand): boolean {
  return command.registeredArguments.some((argument) => argument.variadic && argument.name() === "job");
}
