/** What a reader of another tool's file gives: names that the tool can run, each with its command. Knows no files. */

import type { Result } from "../../../model/result.ts";
import type { Source } from "./source.ts";

/** From the outermost: what calls the others stands before them. */
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
  /** As the other tool calls it. */
  readonly name: string;
  readonly tool: Tool;
  readonly command: readonly [string, ...string[]];
  readonly description?: string | undefined;
  /** The author of the file has written the description for people. */
  readonly isDocumented?: boolean;
  /** It makes a file, or serves others: the first to be left out where there are too many. */
  readonly isMinor?: boolean;
  /** The file that it was found in. */
  readonly from: string;
  readonly group?: string | undefined;
  readonly alias?: readonly string[];
  /** Relative to the folder that is looked at. */
  readonly workingDir?: string;
  /** What somebody has to say yes to. */
  readonly confirm?: string | undefined;
  /** Arguments without which it fails, by name. */
  readonly needs?: readonly string[];
}

/** The proposals of one file, or why it was not understood, as in "it is not JSON". */
export type Reading = Result<readonly Proposal[], string>;

/** `from` is the path of the text below the folder that `source` looks at. */
export type Reader = (text: string, from: string, source: Source) => Reading;

/** A tool would read another name as an option, or could not be given it at all. */
export function canBeGiven(name: string): boolean {
  // deno-lint-ignore no-control-regex
  return name !== "" && name.isWellFormed() && !name.startsWith("-") && !/[\x00-\x1f\x7f\ufffd]/.test(name);
}

const MAX_DESCRIPTION_LENGTH = 80;

/** As a description: its first line, not too long; undefined where there is nothing. */
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

/** The texts of a list, or the one text that stands in its place. */
export function textsAt(value: Table, key: string): readonly string[] {
  const list = Object.hasOwn(value, key) ? value[key] : undefined;
  if (typeof list === "string") return [list];
  return Array.isArray(list) ? list.filter((each): each is string => typeof each === "string") : [];
}

/** What a value is, in words that go after "found". */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a table" : `a ${typeof value}`;
}
