/** The arguments that a job declares, as they are written, and where its command uses them. Knows no files. */

import { looksLikeFlag, type Parameter } from "../model/parameters.ts";
import { parseTemplate } from "../model/template.ts";
import { suggest } from "../model/suggest.ts";
import { quote, visible } from "../model/visible.ts";
import { assignment, didYouMean, tomlOf } from "./hints.ts";
import { inForce, PLATFORMS } from "./platform.ts";
import type { KeyPath, Problem } from "./problem.ts";
import { flag, listOf, type Shape, shape, tableOf, text, type Values, wrong } from "./shape.ts";
import { argumentValue } from "./values.ts";

const NAME_PATTERN = "^[A-Za-z][A-Za-z0-9_-]{0,62}$";
const FLAG_PATTERN = "^--?[A-Za-z][A-Za-z0-9_-]{0,62}$";
const EXAMPLE = '{ name = "target", default = "all" }';
const FLAG_EXAMPLE = '{ flag = "--release" }';

const keys = {
  name: text(
    (value) => fits(NAME_PATTERN, value, 'expected a letter, then letters, digits, "_" or "-"'),
    { pattern: NAME_PATTERN },
  ),
  flag: text((value) => fits(FLAG_PATTERN, value, 'expected a form such as "--release" or "-v"'), {
    pattern: FLAG_PATTERN,
  }),
  description: text(),
  default: text(argumentValue),
  choices: listOf(text(argumentValue), "strings", { empty: "at least one choice" }),
  required: flag,
};

const table = tableOf(keys, { insteadHint: insteadOfTable });

const parameter: Shape<Parameter> = shape((value, at, problems) => {
  const before = problems.length;
  const values = table(value, at, problems);
  if (values === undefined || problems.length > before) return undefined;
  return values.flag === undefined ? ofValue(values, at, problems) : ofFlag(values, at, problems);
}, table.schema);

const list = listOf(parameter, "tables", {
  insteadHint: (at, value) => assignment(at, `[${insteadOfTable([0], value)}]`),
});

/** The arguments of a job, in the order in which they are given. */
export const parameters: typeof list = shape((value, at, problems) => {
  const read = list(value, at, problems);
  if (read !== undefined) noteOrder(read, at, problems);
  return read;
}, list.schema);

function fits(pattern: string, value: string, expected: string): string | undefined {
  return new RegExp(pattern).test(value) ? undefined : `${expected}, found ${quote(value)}`;
}

/** For `args = ["target"]`, and for words that belong into the command. */
function insteadOfTable(_at: KeyPath, value: unknown): string {
  const word = Array.isArray(value) ? value[0] : value;
  if (typeof word !== "string") return EXAMPLE;
  const isFlag = looksLikeFlag(word) && fits(FLAG_PATTERN, word, "") === undefined;
  if (isFlag) return `{ flag = ${tomlOf(word)} }`;
  return fits(NAME_PATTERN, word, "") === undefined ? `{ name = ${tomlOf(word)} }` : EXAMPLE;
}

function ofFlag(
  { name, flag: written, description, default: otherwise, choices, required }: Values<typeof keys>,
  at: KeyPath,
  problems: Problem[],
): Parameter | undefined {
  const others = { name, default: otherwise, choices, required };
  for (const [key, value] of Object.entries(others)) {
    if (value === undefined) continue;
    const message = key === "name"
      ? "an argument has a name or is a flag, not both"
      : "a flag is given or it is not, so it has no such key";
    problems.push({ at: [...at, key], point: "key", message, hint: FLAG_EXAMPLE });
    return undefined;
  }
  return { kind: "flag", name: written!.replace(/^-+/, ""), flag: written!, description };
}

function ofValue(
  { name, description, default: otherwise, choices, required }: Values<typeof keys>,
  at: KeyPath,
  problems: Problem[],
): Parameter | undefined {
  if (name === undefined) {
    return wrong(problems, at, "an argument needs a name or a flag", `${EXAMPLE} or ${FLAG_EXAMPLE}`);
  }
  if (otherwise !== undefined && required === true) {
    const message = "an argument with a default is never missing";
    return wrong(problems, [...at, "required"], message, "remove default or required");
  }
  if (otherwise !== undefined && choices !== undefined && !choices.includes(otherwise)) {
    const meant = suggest(otherwise, choices);
    return wrong(
      problems,
      [...at, "default"],
      `it is not among choices: ${choices.map(quote).join(", ")}`,
      meant === undefined ? undefined : didYouMean(meant),
    );
  }
  const isRequired = otherwise === undefined && required !== false;
  return { kind: "value", name, description, default: otherwise, required: isRequired, choices };
}

/** Names are unique, and nothing that is required comes after what can be left out. */
function noteOrder(read: readonly Parameter[], at: KeyPath, problems: Problem[]): void {
  const claimed = new Map<string, KeyPath>();
  let optional: string | undefined;
  read.forEach((each, index) => {
    const here = [...at, index, each.kind === "flag" ? "flag" : "name"];
    const first = claimed.get(each.name);
    if (first !== undefined) {
      const message = `there is already an argument ${quote(each.name)}`;
      problems.push({ at: here, point: "value", message, hint: undefined, other: first });
    } else claimed.set(each.name, here);
    if (each.kind === "flag") return;
    if (!each.required) optional ??= each.name;
    else if (optional !== undefined) {
      wrong(
        problems,
        here,
        `it is required, but ${quote(optional)} before it can be left out`,
        "give it a default, or move it to the front",
      );
    }
  });
}

interface JobValues {
  readonly [key: string]: unknown;
  readonly command: readonly string[] | undefined;
  readonly args: readonly Parameter[] | undefined;
}

/** How every use of an argument begins. */
const USE = "${args.";

/** Notes uses of arguments that do not exist, and arguments that no command uses. */
export function validateParameters(values: JobValues, at: KeyPath, problems: Problem[]): void {
  const { args } = values;
  // Hardly any of a thousand jobs has arguments, so the systems of the others are not walked.
  if (
    args === undefined && PLATFORMS.every((each) => values[each] === undefined) && !usesOne(values.command)
  ) return;
  const used = new Set<string>();
  const told = new Set<string>();
  for (const platform of [undefined, ...PLATFORMS]) {
    if (platform !== undefined && values[platform] === undefined) continue;
    const { values: { command = [] }, place } = inForce(values, platform);
    command.forEach((word, index) => {
      for (const name of namesIn(word)) {
        used.add(name);
        const here = [...at, ...place(["command"]), index];
        const message = problemOfUse(name, index, args);
        const id = JSON.stringify(here);
        if (message === undefined || told.has(id)) continue;
        told.add(id);
        wrong(problems, here, message, hintFor(name, args));
      }
    });
  }
  args?.forEach(({ kind, name }, index) => {
    if (used.has(name)) return;
    wrong(
      problems,
      [...at, "args", index, kind === "flag" ? "flag" : "name"],
      "the command does not use it",
      `write "\${args.${name}}" as a word of command`,
    );
  });
}

/** A job that others need is run without arguments of the caller, so it must not require any. */
export function requireNoArguments(
  { name, args = [] }: { readonly name: string; readonly args: readonly Parameter[] | undefined },
  at: KeyPath,
  problems: Problem[],
  why = "arguments never go to what a job needs",
): void {
  const required = args.find((each) => each.kind === "value" && each.required);
  if (required === undefined) return;
  wrong(
    problems,
    at,
    `${quote(name)} requires the argument ${quote(required.name)}, and ${why}`,
    `give ${required.name} a default in jobs.${name}.args`,
  );
}

function usesOne(command: readonly string[] | undefined): boolean {
  return command?.some((word) => word.includes(USE)) === true;
}

function namesIn(word: string): readonly string[] {
  if (!word.includes(USE)) return [];
  return parseTemplate(word).flatMap((part) =>
    part.kind === "variable" && part.variable.kind === "arg" ? [part.variable.name] : []
  );
}

function problemOfUse(
  name: string,
  index: number,
  args: readonly Parameter[] | undefined,
): string | undefined {
  if (args === undefined) return "the job has no args";
  if (!args.some((each) => each.name === name)) return `the job has no argument ${quote(name)}`;
  return index === 0 ? "the program cannot be an argument of the caller" : undefined;
}

function hintFor(name: string, args: readonly Parameter[] | undefined): string | undefined {
  const meant = suggest(name, args?.map((each) => each.name) ?? []);
  if (meant !== undefined && meant !== name) return didYouMean(meant);
  if (args?.some((each) => each.name === name)) return undefined;
  return `declare it: args = [{ name = ${quote(name)} }]; ` +
    `write "$\${args.${visible(name)}}" for the literal text`;
}
