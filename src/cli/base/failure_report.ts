/** Shows failures as lines for people and as a JSON document. */

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import { describeFailure } from "../../model/failure_words.ts";
import { visible } from "../../model/visible.ts";
import { nextLine } from "./command_line.ts";
import type { GlobalFlags } from "./global_flags.ts";
import type { Console } from "../output/console.ts";
import { type Style, widthOf } from "../output/style.ts";

/** The channel for a failure; an invocation is one. */
interface Speaker {
  readonly console: Console;
  readonly flags: GlobalFlags;
}

/** Shows it to people, and with --json as the one document. */
export function reportFailure(failure: Failure, exitCode: number, speaker: Speaker): void {
  showFailure(failure, speaker);
  if (speaker.flags.json !== true) return;
  const { headline, notes, next } = describeFailure(failure);
  speaker.console.json({
    format: 1,
    kind: "failure",
    code: failure.code,
    message: headline,
    notes,
    next: nextLine(next, speaker.flags) ?? null,
    exit_code: exitCode,
    diagnostics: failure.code === "config_invalid" ? failure.diagnostics.map(diagnosticJson) : [],
  });
}

/** Shows it to people only. */
export function showFailure(failure: Failure, speaker: Speaker): void {
  speaker.console.err(failureText(failure, speaker));
}

/** Its lines, with a line end each; `subject`: the job or task of a graph that it is about. */
export function failureText(failure: Failure, { console, flags }: Speaker, subject?: string): string {
  const words = describeFailure(failure);
  const next = nextLine(words.next, flags);
  const style = console.errStyle;
  const about = subject === undefined ? "" : `${subject}: `;
  let text = `${style.red("error:")} ${about}${words.headline}\n`;
  if (failure.code === "config_invalid") text += diagnosticsText(failure.diagnostics, console);
  for (const note of words.notes) text += `  ${note}\n`;
  if (next !== undefined) text += `  ${style.dim("try:")} ${next}\n`;
  return text;
}

/** Every problem of a configuration, each after an empty line. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], console: Console): string {
  return diagnostics.map((each) => `\n${diagnosticText(each, console.errStyle, console.errColumns)}`).join(
    "",
  );
}

/** `file:line:column: key: the problem`, then the line, a caret, and how to write it instead. */
function diagnosticText(diagnostic: Diagnostic, style: Style, columns: number): string {
  const { path, line, column, key, message, hint, sourceLine } = diagnostic;
  const place = `${path}:${line}:${column}:`;
  const number = String(line);
  const room = columns - number.length - "   | ".length;
  const { before, at } = excerpt(sourceLine, column - 1, room);
  // A tab before the caret stays a tab, so that the caret is below its character, whatever the tab width.
  const blank = before.map((char) => char === "\t" ? char : " ".repeat(widthOf(char)));
  let text = `${style.bold(visible(place))} ${key === "" ? "" : `${visible(key)}: `}${message}\n`;
  text += `${style.dim(`  ${number} |`)} ${[...before, ...at].join("")}\n`;
  text += `${style.dim(`  ${" ".repeat(number.length)} |`)} ${blank.join("")}${style.red("^")}\n`;
  if (hint !== undefined) text += `  ${style.dim("hint:")} ${hint}\n`;
  return text;
}

/** The characters of a line before and after an offset, as shown; of a long line, those around the offset. */
function excerpt(
  line: string,
  offset: number,
  room: number,
): { readonly before: string[]; readonly at: string[] } {
  const chars = [...line].map((char) => char === "\t" ? char : visible(char));
  if (widthOf(chars.join("")) <= room) return { before: chars.slice(0, offset), at: chars.slice(offset) };
  const start = Math.max(0, offset - Math.floor(room / 3));
  const before = chars.slice(start, offset);
  if (start > 0) before[0] = "…";
  const at = chars.slice(offset);
  const left = Math.max(1, room - widthOf(before.join("")));
  if (widthOf(at.join("")) > left) at.splice(fitting(at, left - 1), at.length, "…");
  return { before, at };
}

/** How many of the characters, at least one, fit into this many columns. */
function fitting(chars: readonly string[], columns: number): number {
  let used = 0;
  const count = chars.findIndex((char) => (used += widthOf(char)) > columns);
  return Math.max(1, count < 0 ? chars.length : count);
}

export function diagnosticJson(diagnostic: Diagnostic) {
  const { path, line, column, key, message, hint } = diagnostic;
  return { path, line, column, key, message, hint: hint ?? null };
}
