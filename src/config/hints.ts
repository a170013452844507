/** Hints that say how to write a value instead. Pure text; knows no places. */

import { parseDuration } from "../model/duration.ts";
import { quote } from "../model/visible.ts";
import { suggest } from "../model/suggest.ts";
import type { KeyPath } from "./problem.ts";

const MAX_HINT_LENGTH = 200;
const SHELL_SYNTAX = /[|&;<>$`"'*?(){}\[\]~#!\n]/;
const ASSIGNMENT = /^\w+=/;

/** Words that other tools use for what a key here does. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["argv", "command"],
  ["args", "command"],
  ["cmd", "command"],
  ["run", "command"],
  ["script", "command"],
  ["cwd", "working_dir"],
  ["dir", "working_dir"],
  ["directory", "working_dir"],
  ["workdir", "working_dir"],
  ["environment", "env"],
  ["vars", "env"],
  ["retries", "retry"],
  ["darwin", "macos"],
  ["osx", "macos"],
  ["win32", "windows"],
]);

/** The known key that was most likely meant. */
export function meantKey(word: string, known: readonly string[]): string | undefined {
  const alias = ALIASES.get(word.toLowerCase());
  if (alias !== undefined && known.includes(alias)) return alias;
  return suggest(word, known) ??
    (word.length >= 3 ? known.find((key) => key.startsWith(word.toLowerCase())) : undefined);
}

export function didYouMean(word: string): string {
  return `did you mean ${quote(word)}?`;
}

export function knownWords(words: readonly string[]): string {
  return `known keys: ${words.join(", ")}`;
}

/**
 * `key = value` for the last key of the path; the value alone inside a list, and nothing where it would be
 * too long.
 */
export function assignment(at: KeyPath, value: string): string | undefined {
  const key = at.at(-1);
  const hint = typeof key === "string" ? `${key} = ${value}` : value;
  return hint.length > MAX_HINT_LENGTH ? undefined : hint;
}

/** A value as TOML; undefined where it has no short form. */
export function tomlOf(value: unknown): string | undefined {
  // Escapes of JSON are valid in TOML; TOML additionally requires DEL to be escaped.
  if (typeof value === "string") return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return String(value);
  }
  return undefined;
}

/** For a single value where a list is expected. */
export function asList(at: KeyPath, value: unknown): string | undefined {
  const element = tomlOf(value);
  return element === undefined ? undefined : assignment(at, `[${element}]`);
}

/** For a number or a boolean where a string is expected. */
export function asString(at: KeyPath, value: unknown): string | undefined {
  const text = typeof value === "string" ? undefined : tomlOf(value);
  return text === undefined ? undefined : assignment(at, `"${text}"`);
}

/** For a string where a number is expected: `"10"`, or `"5m"` for a key in seconds. */
export function asNumber(at: KeyPath, value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return assignment(at, value);
  const ms = parseDuration(value.replaceAll(" ", ""));
  const key = at.at(-1);
  if (ms === undefined || typeof key !== "string" || !key.endsWith("_seconds")) return undefined;
  return assignment(at, String(ms / 1000));
}

/** For a command written as one string: the equivalent list, or the shell that it would need. */
export function asCommand(at: KeyPath, value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const words = value.trim().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return commandExample(at);
  const shell = SHELL_SYNTAX.test(value) || ASSIGNMENT.test(words[0]!);
  const argv = shell ? ["sh", "-c", value] : words;
  const hint = assignment(at, `[${argv.map(tomlOf).join(", ")}]`);
  if (hint === undefined) return commandExample(at);
  return shell ? `commands are not run by a shell; to use one, name it: ${hint}` : hint;
}

/** How to write a command at this key. */
export function commandExample(at: KeyPath): string {
  return `${at.findLast((part) => typeof part === "string") ?? "command"} = ["program", "argument"]`;
}

export const COMMAND_EXAMPLE = commandExample(["command"]);
