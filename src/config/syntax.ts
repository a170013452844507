/** Explains in one sentence what the TOML parser rejected. Knows nothing of our keys. */

import type { TomlError } from "smol-toml";
import type { Diagnostic } from "../model/diagnostic.ts";
import { diagnosticAt, type SourceText } from "./source_text.ts";

const NO_ESCAPES = "in single quotes a backslash is an ordinary character";
const CLOSE_STRING = "a string ends with the quote it began with, on the same line";

const CUT_OFF_KEY = "incomplete key-value: cannot find end of key";

/** The parser's message, our sentence and how to write it instead. */
const SENTENCES: ReadonlyMap<string, readonly [message: string, hint?: string]> = new Map([
  ["invalid date", ["this date or time does not exist"]],
  ["invalid date-time: date part is malformed", ["expected a date such as 2026-11-22"]],
  ["invalid date-time: time part is malformed", ["expected a time such as 06:34:49"]],
  ["invalid value", ["expected a value", 'text is written in quotes, as in "text"']],
  ["illegal character in key", [
    "this character is not allowed in a key",
    'a key with characters other than letters, digits, "_" and "-" is written in quotes',
  ]],
  [CUT_OFF_KEY, ['expected "=" or "]" after the key']],
  ["unexpected end of key", ["expected a key"]],
  ["illegal empty bare key", ["expected a key after the dot"]],
  ["illegal quoted key: multiline strings are not allowed", ["a key cannot be a multi-line string"]],
  ["expected end of table array declaration", ['expected "]]" after the key']],
  ["each key-value declaration must be followed by an end-of-line", ["expected the end of the line"]],
  ["expected comma or end of structure", ["expected a comma or the closing bracket"]],
  ["unfinished array", ["this list is not closed", 'a list ends with "]"']],
  ["unfinished table", ["this table is not closed", 'a table between braces ends with "}"']],
  ["unfinished string", ["this string is not closed", CLOSE_STRING]],
  ["control characters are not allowed in strings", [
    "a string cannot contain a line end or another control character",
    CLOSE_STRING,
  ]],
  ["control characters are not allowed in comments", ["a comment cannot contain control characters"]],
  ["unrecognised escape sequence", [
    "a backslash here must begin an escape such as \\n or \\\\",
    NO_ESCAPES,
  ]],
  ["invalid escape: only line-ending whitespace may be escaped", [
    "a backslash at the end of a line can only be followed by white space",
  ]],
  ["invalid non-hex character in unicode escape", ["expected hexadecimal digits in this escape", NO_ESCAPES]],
  ["invalid unicode escape", ["this escape names no character", NO_ESCAPES]],
  ["illegal leading zero", ["a number cannot begin with 0"]],
  ["illegal underscore", ["an underscore in a number has to stand between two digits"]],
  ["unfinished numeric value", ["this number is incomplete"]],
  ["illegal character in numeric literal", [
    "this character is not allowed in a number",
    'text is written in quotes, as in "text"',
  ]],
  ["document contains excessively nested structures. aborting.", ["values are nested too deeply"]],
]);

/** The diagnostic for an error that the parser threw. */
export function syntaxDiagnostic(source: SourceText, error: TomlError): Diagnostic {
  // The parser appends the surrounding lines to its message; a face draws them itself.
  const words = error.message.split("\n", 1)[0]!.replace(/^Invalid TOML document: /, "");
  const position = { line: error.line, offset: error.column - 1 };
  if (words.startsWith("trying to redefine")) {
    const first = firstDefinition(source, error.line);
    return diagnosticAt(source, position, {
      key: "",
      message: `this is already defined${first === undefined ? "" : `, on line ${first}`}`,
      hint: "each key and each table header is written only once",
    });
  }
  // At the end of a line nothing is wrong with the character itself: the line ended too early.
  const isCutOff = words === "illegal character in key" &&
    position.offset >= (source.lines[position.line - 1] ?? "").length;
  const [message, hint] = SENTENCES.get(isCutOff ? CUT_OFF_KEY : words) ?? [words];
  return diagnosticAt(source, position, { key: "", message, hint });
}

/** An earlier line that begins like this one: the same header, or the same key under one header. */
function firstDefinition(source: SourceText, line: number): number | undefined {
  const wanted = beginning(source.lines[line - 1] ?? "");
  if (wanted === "") return undefined;
  const isHeader = wanted.startsWith("[");
  for (let earlier = line - 1; earlier >= 1; earlier--) {
    const found = beginning(source.lines[earlier - 1]!);
    if (found === wanted) return earlier;
    if (!isHeader && found.startsWith("[")) return undefined;
  }
  return undefined;
}

/** A whole header, or the key before the equals sign, ignoring white space. */
function beginning(line: string): string {
  const trimmed = line.trim();
  const end = trimmed.startsWith("[") ? trimmed.indexOf("]") + 1 : trimmed.indexOf("=");
  return end <= 0 ? "" : trimmed.slice(0, end).replace(/\s+/g, "");
}
