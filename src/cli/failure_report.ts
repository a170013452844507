/** Failures as lines for people and as a JSON document. */

import type { Diagnostic } from "../model/diagnostic.ts";
import { describeFailure, type Failure, visible } from "../model/failure.ts";
import type { Console } from "./console.ts";
import { type Style, widthOf } from "./style.ts";

export function reportFailure(failure: Failure, exitCode: number, console: Console, isJson: boolean): void {
  const words = describeFailure(failure);
  const style = console.errStyle;
  let text = `${style.red("error:")} ${words.headline}\n`;
  if (failure.code === "config_invalid") {
    for (const diagnostic of failure.diagnostics) text += `\n${diagnosticText(diagnostic, style)}`;
  }
  for (const note of words.notes) text += `  ${note}\n`;
  if (words.next !== undefined) text += `  ${style.dim("try:")} ${words.next}\n`;
  console.err(text);
  if (!isJson) return;
  console.json({
    format: 1,
    kind: "failure",
    ...{
      code: failure.code,
      message: words.headline,
      notes: words.notes,
      next: words.next ?? null,
      exit_code: exitCode,
      diagnostics: failure.code === "config_invalid" ? failure.diagnostics.map(diagnosticJson) : [],
    },
  });
}

/** `file:line:column: key: what is wrong`, the line, a caret, and how to write it. */
function diagnosticText(diagnostic: Diagnostic, style: Style): string {
  const { path, line, column, key, message, hint, sourceLine } = diagnostic;
  const place = `${path}:${line}:${column}:`;
  const number = String(line);
  const shown = [...sourceLine].map((char) => char === "\t" ? char : visible(char));
  // A tab before the caret stays a tab, so that the caret stands under its character whatever a tab's width is.
  const before = shown.slice(0, column - 1).map((char) => char === "\t" ? char : " ".repeat(widthOf(char)))
    .join("");
  let text = `${style.bold(visible(place))} ${key === "" ? "" : `${visible(key)}: `}${message}\n`;
  text += `${style.dim(`  ${number} |`)} ${shown.join("")}\n`;
  text += `${style.dim(`  ${" ".repeat(number.length)} |`)} ${before}${style.red("^")}\n`;
  if (hint !== undefined) text += `  ${style.dim("hint:")} ${hint}\n`;
  return text;
}

function diagnosticJson(diagnostic: Diagnostic) {
  const { path, line, column, key, message, hint } = diagnostic;
  return { path, line, column, key, message, hint: hint ?? null };
}
