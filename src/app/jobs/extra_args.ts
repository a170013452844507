/** The words after `--` of a call: their meaning for a job, and words that cannot be passed to a program. */

import type { Job } from "../../model/job.ts";
import { nextCommand, type NextStep, placeholder } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { type ArgumentValues, type Parameter, readArguments } from "../../model/parameters.ts";
import { fail, ok, type Result } from "../../model/result.ts";

/** The arguments of a caller, as a job takes them. */
export interface GivenArguments {
  /** Set for a job that declares its arguments. */
  readonly values: ArgumentValues | undefined;
  /** Added to the command as they are; always empty where a job declares its arguments. */
  readonly extraArgs: readonly string[];
}

export function readGivenArguments(
  { name, args }: Job,
  words: readonly string[],
): Result<GivenArguments, Failure> {
  if (args === undefined) {
    const passable = checkExtraArgs(words, nextCommand("run", name, "--", placeholder("arguments")));
    return passable.ok ? ok({ values: undefined, extraArgs: words }) : passable;
  }
  const help = nextCommand("run", name, "--help");
  const passable = checkExtraArgs(words, help);
  if (!passable.ok) return passable;
  const read = readArguments(args, words);
  if (read.ok) return ok({ values: read.value, extraArgs: [] });
  const { word, fact, suggestion } = read.failure;
  return fail({
    code: "arguments_invalid",
    action: word === undefined ? "run" : `run ${name} with`,
    value: word ?? name,
    fact,
    suggestion,
    next: word === undefined ? [nextCommand("run", name, "--", ...requiredOf(args)), help] : [help],
  });
}

function requiredOf(args: readonly Parameter[]) {
  return args.flatMap((each) => each.kind === "value" && each.required ? [placeholder(each.name)] : []);
}

export function checkExtraArgs(extraArgs: readonly string[], next: NextStep): Result<void, Failure> {
  const nul = extraArgs.find((argument) => argument.includes("\0"));
  if (nul === undefined) return ok(undefined);
  return fail({
    code: "arguments_invalid",
    action: "pass on the argument",
    value: nul,
    fact: "it contains a NUL byte, which cannot be passed to a program",
    next: [next],
  });
}
