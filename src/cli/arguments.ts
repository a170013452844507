/** From the texts of the command line to values, and from the parser's complaints to failures. */

import { type CommanderError, InvalidArgumentError } from "commander";
import type { Failure } from "../model/failure.ts";
import { parseDuration } from "../model/duration.ts";
import { suggest } from "../model/suggest.ts";

/** A path after an option. `--config --json` and `--file=` would else be taken for files of these names. */
export function pathValue(text: string): string {
  if (text === "") throw new InvalidArgumentError("expected a path, found nothing");
  if (text.startsWith("--")) {
    throw new InvalidArgumentError(
      `expected a path, found the option ${text}; write ./${text} for a file of this name`,
    );
  }
  return text;
}

/** The same for an option that may be given several times. */
export function pathValues(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), pathValue(text)];
}

export function countValue(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("expected a whole number, 0 or more");
  }
  return value;
}

/** Milliseconds. */
export function durationValue(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("expected a form such as 90s, 15m, 12h, 30d or 2w");
  return ms;
}

/** Words and options that are known where the command line went wrong. */
export interface KnownWords {
  /** `orchastration`, or `orchastration git branch`. */
  readonly command: string;
  readonly subcommands: readonly string[];
  readonly options: readonly string[];
}

/** What the parser threw, as a failure; undefined where it only says that help was shown. */
export function failureOf(error: CommanderError, known: KnownWords): Failure | undefined {
  const help = `${known.command} --help`;
  const quoted = /'([^']*)'/.exec(error.message)?.[1];
  const invalid = (
    action: string,
    value: string | undefined,
    fact: string,
    suggestion?: string,
  ): Failure => ({ code: "arguments_invalid", action, value, fact, suggestion, next: help });
  switch (error.code) {
    case "commander.help":
    case "commander.helpDisplayed":
    case "commander.version":
      return undefined;
    case "commander.unknownCommand":
      return invalid(
        "understand",
        quoted,
        `${known.command} has no such command`,
        suggest(quoted ?? "", known.subcommands),
      );
    case "commander.unknownOption": {
      const name = (quoted ?? "").replace(/=.*$/, "");
      return invalid(
        "understand",
        quoted,
        `${known.command} has no such option`,
        suggest(name, known.options),
      );
    }
    case "commander.missingArgument":
      return invalid("understand the command", undefined, `<${quoted}> is missing`);
    case "commander.optionMissingArgument":
      return invalid("understand", quoted, "a value is missing after it");
    case "commander.missingMandatoryOptionValue":
      return invalid("understand the command", undefined, `${quoted} is missing`);
    case "commander.conflictingOption":
      return invalid("understand the command", undefined, error.message.replace(/^error: /, ""));
    case "orchastration.extraArgument":
      return {
        code: "arguments_invalid",
        action: "understand",
        value: quoted,
        fact: "it stands after the job's name, where arguments for the job come after --",
        next: `${known.command} <job> -- ${quoted}`,
      };
    case "commander.excessArguments":
      return invalid("understand the command", undefined, "there are more words than it takes");
    case "commander.invalidArgument": {
      // error: option '--tail <lines>' argument 'x' is invalid. expected …
      const [, option, value, fact] =
        /^error: (?:option|command-argument value) '(?:([^']*)' argument ')?([^']*)' is invalid[^.]*\. ([\s\S]*)$/
          .exec(error.message) ?? [];
      return invalid(
        option === undefined ? "understand" : `use for ${option.replace(/^-\w, /, "").split(" ")[0]}`,
        value ?? quoted,
        (fact ?? error.message).replace(/^Allowed choices are (.*)\.$/, "expected one of $1"),
        choiceNearest(value, fact),
      );
    }
    default:
      return invalid("understand the command line", undefined, error.message.replace(/^error: /, ""));
  }
}

function choiceNearest(value: string | undefined, fact: string | undefined): string | undefined {
  const choices = /^Allowed choices are (.*)\.$/.exec(fact ?? "")?.[1];
  return value === undefined || choices === undefined ? undefined : suggest(value, choices.split(", "));
}
