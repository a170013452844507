/** The result of a reader: names that the other tool can run, each with its command. Knows no files. */

import type { Result } from "../../../model/result.ts";
import type { Source } from "./source.ts";

/** The outermost tool comes first, because it calls the others. */
export const TOOLS = [
  ...["make", "just", "task", "mise", "npm", "pnpm", "yarn", "bun", "deno", "composer", "cmake", "ctest"],
  ...[
    "meson",
    "cargo",
    "go",
    "tox",
    "nox",
    "hatch",
    "pdm",
    "poetry",
    "pipenv",
    "uv",
    "rye",
    "poe",
    "taskipy",
  ],
  "python",
] as const;
export type Tool = (typeof TOOLS)[number];

export interface Proposal {
  /** The name in the other tool. */
  readonly name: string;
  readonly tool: Tool;
  readonly command: readonly [string, ...string[]];
  readonly description?: string | undefined;
  /** The author of the file wrote the description for people. */
  readonly isDocumented?: boolean;
  /** It makes a file, or is a helper of others: left out first where there are too many. */
  readonly isMinor?: boolean;
  /** The file that contains it. */
  readonly from: string;
  readonly group?: string | undefined;
  readonly alias?: readonly string[];
  /** Relative to the examined folder. */
  readonly workingDir?: string;
  /** The question that has to be answered with yes. */
  readonly confirm?: string | undefined;
  /** Required arguments, by name, of a command that takes any number of words. */
  readonly needs?: readonly string[];
  /** The words that it takes behind its command, in their order. */
  readonly args?: readonly ProposedArgument[];
}

export interface ProposedArgument {
  /** A valid name for an argument of a job. */
  readonly name: string;
  readonly default?: string;
  /** Present where it can be left out without a default that is known. */
  readonly required?: false;
}

/** The proposals from one file, or why it could not be read, as in "it is not JSON". */
export type Reading = Result<readonly Proposal[], string>;

/** `from` is the path of the text, relative to the folder of `source`. */
export type Reader = (text: string, from: string, source: Source) => Reading;

/** The tool would read any other name as an option, or could not receive it at all. */
export function canBeGiven(name: string): boolean {
  // deno-lint-ignore no-control-regex
  return name !== "" && name.isWellFormed() && !name.startsWith("-") && !/[\x00-\x1f\x7f\ufffd]/.test(name);
}

const MAX_DESCRIPTION_LENGTH = 80;

/** As a description: the first line, shortened; undefined where it is empty. */
export function oneLine(text: string): string | undefined {
  // deno-lint-ignore no-control-regex
  const line = text.toWellFormed().trim().split(/[\x00-\x1f\x7f]/, 1)[0]!.trim();
  if (line === "") return undefined;
  const characters = [...line];
  return characters.length <= MAX_DESCRIPTION_LENGTH
    ? line
    : `${characters.slice(0, MAX_DESCRIPTION_LENGTH - 1).join("")}…`;
}

export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

export function tableAt(value: unknown, ...keys: readonly string[]): Table {
  let inner = value;
  for (const key of keys) inner = isTable(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
  return isTable(inner) ? inner : {};
}

export function textAt(value: Table, key: string): string | undefined {
  const text = Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof text === "string" ? text : undefined;
}

/** The texts of a list, or a single text instead of a list. */
export function textsAt(value: Table, key: string): readonly string[] {
  const list = Object.hasOwn(value, key) ? value[key] : undefined;
  if (typeof list === "string") return [list];
  return Array.isArray(list) ? list.filter((each): each is string => typeof each === "string") : [];
}

/** The kind of a value, in words that follow "found". */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a table" : `a ${typeof value}`;
}
