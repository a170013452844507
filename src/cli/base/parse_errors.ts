/** Turns the parser's errors into failures with helpful words. */

import type { CommanderError } from "@commander-js/extra-typings";
import type { Failure } from "../../model/failure.ts";
import { suggest } from "../../model/suggest.ts";
import { nextCommand, type NextStep } from "../../model/next_step.ts";

/** The commands and options that are known at the place of the mistake. */
export interface KnownWords {
  /** `orchastration`, or `orchastration git branch`. */
  readonly command: string;
  readonly subcommands: readonly string[];
  readonly options: readonly string[];
  /** How many words the command needs and takes, and how many it got. */
  readonly requires: number;
  readonly takes: number;
  readonly got: readonly string[];
  /** It takes arguments for a job or a task, after `--`. */
  readonly passesOn: boolean;
  /** The last word that an option took as its optional value. */
  readonly taken: { readonly option: string; readonly word: string } | undefined;
}

/** The command that lists what an argument can name. */
const LISTS = new Map([
  ["job", nextCommand("list")],
  ["task", nextCommand("plan list")],
  ["run", nextCommand("runs list")],
  ["service", nextCommand("service list")],
  ["schedule", nextCommand("schedule list")],
]);

/** An error of the parser, as a failure. */
export function failureOf(error: CommanderError, known: KnownWords): Failure {
  const help = helpOf(known.command);
  const quoted = /'(.*)'/s.exec(error.message)?.[1];
  const invalid = (
    action: string,
    value: string | undefined,
    fact: string,
    suggestion?: string,
  ): Failure => ({ code: "arguments_invalid", action, value, fact, suggestion, next: [help] });
  const unknownCommand = (word: string | undefined) =>
    invalid(
      "understand",
      word,
      `${known.command} has no such command`,
      suggest(word ?? "", known.subcommands),
    );
  const unknownOption = (word: string): Failure => {
    const name = word.replace(/=.*$/, "");
    const fact = `${known.command} has no such option`;
    // One letter resembles every other one equally, except itself as a capital.
    const suggestion = name.startsWith("--")
      ? suggest(name, known.options)
      : known.options.find((option) => option.toLowerCase() === name.toLowerCase());
    if (suggestion === undefined && known.passesOn && known.got.indexOf(word) >= known.requires) {
      return {
        code: "arguments_invalid",
        action: "understand",
        value: word,
        fact: `${fact}, and arguments for the ${subjectOf(known.command)} come after --`,
        next: [passingOn(known, known.got.filter((each) => each !== "--"))],
      };
    }
    return invalid("understand", word, fact, suggestion);
  };
  switch (error.code) {
    // Commander's answer to `help <unknown>`; a call for help is no error.
    case "commander.help":
      return unknownCommand(known.got[1]);
    case "commander.unknownCommand":
      return unknownCommand(known.got[0]);
    case "commander.unknownOption":
      return unknownOption(quoted ?? "");
    case "commander.missingArgument":
      if (known.taken !== undefined) {
        const { option, word } = known.taken;
        return {
          code: "arguments_invalid",
          action: "understand the command",
          value: undefined,
          fact: `<${quoted}> is missing; ${option} took "${word}" as its value`,
          next: [nextCommand(withoutProgram(known.command), word, option)],
        };
      }
      return {
        code: "arguments_invalid",
        action: "understand the command",
        value: undefined,
        fact: `<${quoted}> is missing`,
        next: [LISTS.get(quoted ?? ""), help].filter((each) => each !== undefined),
      };
    case "commander.optionMissingArgument":
      return invalid(
        "understand",
        quoted?.replace(/ <.*$/, ""),
        `its ${/<.*>/.exec(quoted ?? "")?.[0] ?? "value"} is missing`,
      );
    case "commander.missingMandatoryOptionValue": {
      // An option that does not exist is most likely the missing one, misspelled.
      const unknown = known.got.find((word) => /^-./.test(word));
      if (unknown !== undefined && unknown !== "--") return unknownOption(unknown);
      return invalid("understand the command", undefined, `${quoted} is missing`);
    }
    case "commander.conflictingOption":
      return invalid("understand the command", undefined, error.message.replace(/^error: /, ""));
    case "orchastration.extraArgument": {
      const subject = subjectOf(known.command);
      return {
        code: "arguments_invalid",
        action: "understand",
        value: known.got[known.requires],
        fact: `arguments for the ${subject} come after --`,
        next: [passingOn(known, known.got)],
      };
    }
    case "commander.excessArguments":
      return invalid(
        "understand",
        known.got[known.takes],
        `${known.command} takes ${
          known.takes === 0 ? "no words" : known.takes === 1 ? "one word" : `${known.takes} words`
        }`,
      );
    case "commander.invalidArgument": {
      // Parses commander's: error: command-argument value 'x' is invalid for argument 'path'. expected …
      const [, given, argument, why = ""] =
        /^error: command-argument value '(.*)' is invalid for argument '(.*?)'\. (.*)$/s.exec(
          error.message,
        ) ?? [];
      if (argument !== undefined) return invalid(`use <${argument}>`, given, why);
      // Parses commander's: error: option '--tail <lines>' argument 'x' is invalid. expected …
      const [, option = "", value, fact = error.message] =
        /^error: option '(.*?)' argument '(.*)' is invalid[^.]*\. (.*)$/s.exec(error.message) ?? [];
      return invalid(
        `use ${option.replace(/^-\w, /, "").split(" ")[0]}`,
        value,
        fact.replace(/^Allowed choices are (.*)\.$/, "expected one of $1"),
        choiceNearest(value, fact),
      );
    }
    default:
      return invalid("understand the command line", undefined, error.message.replace(/^error: /, ""));
  }
}

/** The arguments of a command that passes words on. */
export function subjectOf(path: string): "job" | "task" {
  return path.endsWith("build run") ? "task" : "job";
}

/** The words as a corrected call would have them: those after the required ones are passed on. */
function passingOn({ command, requires }: KnownWords, got: readonly string[]): NextStep {
  return nextCommand(withoutProgram(command), ...got.slice(0, requires), "--", ...got.slice(requires));
}

/** The help of a command, by its path with the program's name. */
export function helpOf(path: string): NextStep {
  return nextCommand(withoutProgram(path), "--help");
}

function withoutProgram(path: string): string {
  return path.split(" ").slice(1).join(" ");
}

function choiceNearest(value: string | undefined, fact: string | undefined): string | undefined {
  const choices = /^Allowed choices are (.*)\.$/.exec(fact ?? "")?.[1];
  if (value === undefined || choices === undefined) return undefined;
  const words = choices.split(", ");
  return suggest(value, words) ??
    (value === "" ? undefined : words.find((word) => word.startsWith(value.toLowerCase())));
}
