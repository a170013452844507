/** Parses texts of the command line into values. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { parseDuration } from "../../model/duration.ts";

/** More than any machine can run well at a time. */
const MAX_JOBS = 1024;

/**
 * A path after an option. Without this check, `--config --json` and `--file=` would name files of these
 * names.
 */
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

/** `NAME=VALUE`, for an option that may be given several times; the last value of a name counts. */
export function variableValues(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("expected NAME=VALUE");
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** The value of an option; as with a path, an empty value and an option of Orchastration are mistakes. */
export function wordValue(text: string): string {
  if (text === "") throw new InvalidArgumentError("expected a word, found nothing");
  if (text.startsWith("--")) throw new InvalidArgumentError(`expected a word, found the option ${text}`);
  return text;
}

/** Words of a person; blanks say nothing. */
export function textValue(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("expected some words, found nothing");
  return text;
}

/** The same for an option that may be given several times. */
export function wordValues(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), wordValue(text)];
}

/** A glob, or nothing for everything; may be given several times. */
export function globValues(text: string, before: unknown): readonly string[] {
  return [...(Array.isArray(before) ? before : []), text];
}

export function countValue(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("expected a whole number, 0 or more");
  }
  return value;
}

/** How many at a time. */
export function jobsValue(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MAX_JOBS) {
    throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_JOBS}`);
  }
  return value;
}

/** Milliseconds. */
export function durationValue(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("expected a form such as 90s, 15m, 12h, 30d or 2w");
  return ms;
}
