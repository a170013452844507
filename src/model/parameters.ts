/** The arguments that a job declares: their values in the words after `--`, and how they are written. Pure. */

import { fail, ok, type Result } from "./result.ts";
import { suggest } from "./suggest.ts";
import { quote } from "./visible.ts";

export type Parameter =
  | {
    readonly kind: "value";
    readonly name: string;
    readonly description: string | undefined;
    readonly default: string | undefined;
    /** The caller has to give a value; never together with a default. */
    readonly required: boolean;
    /** undefined: any text. */
    readonly choices: readonly string[] | undefined;
  }
  | {
    readonly kind: "flag";
    /** The flag without its hyphens. */
    readonly name: string;
    /** The form in which it is given and passed on, as in `--release`. */
    readonly flag: string;
    readonly description: string | undefined;
  };

/** The value of each parameter by its name; undefined: it was not given and has no default. */
export type ArgumentValues = ReadonlyMap<string, string | undefined>;

/** Why words do not fit the parameters. */
export interface ArgumentProblem {
  /** The mistake, as the end of the sentence "Cannot run … with …: ". */
  readonly fact: string;
  /** The word that is meant; undefined where one is missing. */
  readonly word: string | undefined;
  readonly suggestion?: string | undefined;
}

/** Ends the flags, so that a value can begin with a hyphen. */
const END_OF_FLAGS = "--";

/** Reads the words as values of the parameters. A flag may stand anywhere; values are taken in order. */
export function readArguments(
  parameters: readonly Parameter[],
  words: readonly string[],
): Result<ArgumentValues, ArgumentProblem> {
  const values = new Map<string, string | undefined>(
    parameters.map((each) => [each.name, each.kind === "value" ? each.default : undefined]),
  );
  const flags = parameters.filter((each) => each.kind === "flag");
  const positions = parameters.filter((each) => each.kind === "value");
  let next = 0;
  let takesFlags = true;
  for (const word of words) {
    if (takesFlags && word === END_OF_FLAGS) {
      takesFlags = false;
      continue;
    }
    if (takesFlags && looksLikeFlag(word)) {
      const known = flags.find(({ flag }) => flag === word);
      if (known === undefined) return fail(unknownFlag(word, flags.map(({ flag }) => flag)));
      values.set(known.name, known.flag);
      continue;
    }
    const position = positions[next++];
    if (position === undefined) return fail({ word, fact: tooMany(positions.length) });
    const { name, choices } = position;
    if (choices !== undefined && !choices.includes(word)) {
      const fact = `the argument ${name} is one of ${choices.map(quote).join(", ")}`;
      return fail({ word, fact, suggestion: suggest(word, choices) });
    }
    values.set(name, word);
  }
  const missing = positions.slice(next).filter(({ required }) => required).map(({ name }) => name);
  if (missing.length === 0) return ok(values);
  const [noun, verb] = missing.length === 1 ? ["argument", "is"] : ["arguments", "are"];
  return fail({ word: undefined, fact: `the ${noun} ${missing.join(", ")} ${verb} missing` });
}

/** A single hyphen is a value, as in most programs. */
export function looksLikeFlag(word: string): boolean {
  return word.length > 1 && word.startsWith("-");
}

function unknownFlag(word: string, known: readonly string[]): ArgumentProblem {
  const fact = known.length === 0
    ? `the job has no flags; for a value that begins with "-", write ${END_OF_FLAGS} before it once more`
    : `the job has no such flag; its flags are ${known.join(", ")}`;
  return { word, fact, suggestion: suggest(word, known) };
}

function tooMany(count: number): string {
  if (count === 0) return "the job takes no such argument";
  return `the job takes ${count === 1 ? "one argument" : `${count} arguments`}`;
}

/** One parameter as it is given: `<target>`, `[target]` or `[--release]`. */
export function parameterTerm(parameter: Parameter): string {
  if (parameter.kind === "flag") return `[${parameter.flag}]`;
  return parameter.required ? `<${parameter.name}>` : `[${parameter.name}]`;
}

/** The description of a parameter, with its choices and its default. */
export function parameterMeaning(parameter: Parameter): string {
  const { description = "" } = parameter;
  if (parameter.kind === "flag") return description;
  const { choices, default: otherwise } = parameter;
  const parts = [
    ...(description === "" ? [] : [description]),
    ...(choices === undefined ? [] : [`one of ${choices.join(", ")}`]),
  ];
  const words = parts.join("; ");
  if (otherwise === undefined) return words;
  return `${words}${words === "" ? "" : " "}(default: ${otherwise === "" ? '""' : otherwise})`;
}

/** A parameter in the form of a record, with the keys of the configuration. */
export function parameterRecord(parameter: Parameter) {
  const described = parameter.description === undefined ? {} : { description: parameter.description };
  if (parameter.kind === "flag") return { flag: parameter.flag, ...described };
  const { name, default: otherwise, required, choices } = parameter;
  return {
    name,
    ...described,
    ...(otherwise === undefined ? {} : { default: otherwise }),
    ...(required || otherwise !== undefined ? {} : { required }),
    ...(choices === undefined ? {} : { choices }),
  };
}
