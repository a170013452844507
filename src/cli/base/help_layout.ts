/**
 * The layout of help for a width: terms beside their descriptions, or above them where space is short. Pure.
 */

import type { Help } from "@commander-js/extra-typings";
import { widthOf, wrap } from "../output/style.ts";

/** Longer lines of prose are hard to read, however wide the terminal is. */
const MAX_COLUMNS = 120;
const DEFAULT_COLUMNS = 80;
/** A description with less space than this beside its term is put below it. */
const MIN_MEANING_COLUMNS = 28;
const INDENT = "  ";
const DEEP_INDENT = "      ";

/** The width of help for a terminal with this many columns; undefined where it is no terminal. */
export function helpColumns(columns: number | undefined): number {
  return Math.min(columns ?? DEFAULT_COLUMNS, MAX_COLUMNS);
}

/** Terms and their descriptions in two columns, each line indented. */
export function termLines(
  terms: readonly (readonly [term: string, meaning: string])[],
  columns: number,
): readonly string[] {
  const termWidth = Math.max(0, ...terms.map(([term]) => widthOf(term)));
  return terms.flatMap(([term, meaning]) => itemLines(term, termWidth, meaning, columns));
}

/** Commander calls this for each option, argument or command. */
export function formatItem(term: string, termWidth: number, meaning: string, helper: Help): string {
  return itemLines(term, termWidth, meaning, helper.helpWidth ?? DEFAULT_COLUMNS).join("\n");
}

function itemLines(term: string, termWidth: number, meaning: string, columns: number): readonly string[] {
  if (meaning === "") return [`${INDENT}${term}`];
  const beside = columns - termWidth - 2 * INDENT.length;
  if (beside < MIN_MEANING_COLUMNS) return [`${INDENT}${term}`, ...indented(meaning, DEEP_INDENT, columns)];
  const [first, ...others] = wrap(meaning, beside);
  const under = " ".repeat(termWidth + 2 * INDENT.length);
  const space = " ".repeat(termWidth - widthOf(term));
  return [`${INDENT}${term}${space}${INDENT}${first}`, ...others.map((line) => under + line)];
}

/** A text of one paragraph, each line indented. */
export function indented(text: string, indent: string, columns: number): readonly string[] {
  return wrap(text, Math.max(columns - indent.length, 1)).map((line) => indent + line);
}

/** `Usage: ` is printed before it. */
export function usageLines(usage: string, columns: number): string {
  return wrap(usage, columns - "Usage: ".length).join(`\n${" ".repeat("Usage: ".length)}`);
}
