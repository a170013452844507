/** The text of a configuration file, its lines and the places in it. Knows nothing of TOML. */

import type { Diagnostic } from "../model/diagnostic.ts";
import { fail, ok, type Result } from "../model/result.ts";

export interface SourceText {
  readonly path: string;
  /** Without the byte order mark. */
  readonly text: string;
  /** Without line ends. */
  readonly lines: readonly string[];
}

/** As parsers count: lines from 1, offsets in UTF-16 units from 0. */
export interface Position {
  readonly line: number;
  readonly offset: number;
}

/** The bytes as text; one diagnostic at the first byte that is not UTF-8. */
export function decodeSource(path: string, bytes: Uint8Array): Result<SourceText, Diagnostic> {
  try {
    return ok(sourceOf(path, new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const valid = sourceOf(path, new TextDecoder().decode(bytes.subarray(0, validPrefixLength(bytes)), STREAM));
  const all = sourceOf(path, new TextDecoder().decode(bytes));
  const position = { line: valid.lines.length, offset: valid.lines.at(-1)?.length ?? 0 };
  return fail(diagnosticAt(all, position, {
    key: "",
    message: "the bytes here are not UTF-8 text",
    hint: "save the file as UTF-8",
  }));
}

export function diagnosticAt(
  source: SourceText,
  position: Position,
  words: { readonly key: string; readonly message: string; readonly hint: string | undefined },
): Diagnostic {
  const sourceLine = source.lines[position.line - 1] ?? "";
  return {
    path: source.path,
    line: position.line,
    // People and editors count characters, but a letter outside the basic plane is two UTF-16 units.
    column: [...sourceLine.slice(0, position.offset)].length + 1,
    key: words.key,
    message: words.message,
    hint: words.hint,
    sourceLine,
  };
}

const STREAM = { stream: true };

function sourceOf(path: string, text: string): SourceText {
  return { path, text, lines: text.split(/\r?\n/) };
}

/** The length of the longest UTF-8 prefix, except for a last character that may be cut off. */
function validPrefixLength(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isValidPrefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function isValidPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, STREAM);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
