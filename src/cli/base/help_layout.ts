/** How help is laid out at a width: terms beside what they mean, or above it where there is little room. Pure. */

import type { Help } from "@commander-js/extra-typings";
import { widthOf, wrap } from "../output/style.ts";

/** Lines of prose that are longer than this are hard to read, however wide the terminal is. */
const MAX_COLUMNS = 120;
const DEFAULT_COLUMNS = 80;
/** What a term means stands under it where it would have less room than this beside it. */
const MIN_MEANING_COLUMNS = 28;
const INDENT = "  ";
const DEEP_INDENT = "      ";

/** The width for help, where the terminal has so many columns; undefined where it is none. */
export function helpColumns(columns: number | undefined): number {
  return Math.min(columns ?? DEFAULT_COLUMNS, MAX_COLUMNS);
}

/** Terms and their meanings in two columns, each line with an indent. */
export function termLines(
  terms: readonly (readonly [term: string, meaning: string])[],
  columns: number,
): readonly string[] {
  const termWidth = Math.max(0, ...terms.map(([term]) => widthOf(term)));
  return terms.flatMap(([term, meaning]) => itemLines(term, termWidth, meaning, columns));
}

/** What commander asks for one option, argument or command. */
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

/** A text of one paragraph, each line of it with an indent. */
export function indented(text: string, indent: string, columns: number): readonly string[] {
  return wrap(text, Math.max(columns - indent.length, 1)).map((line) => indent + line);
}

/** `Usage: ` stands before it. */
export function usageLines(usage: string, columns: number): string {
  return wrap(usage, columns - "Usage: ".length).join(`\n${" ".repeat("Usage: ".length)}`);
}
