/** Quotes words for command lines that people copy. Pure. */

import { HIDDEN_CHARACTERS } from "./visible.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\x1b": "\\e",
};

/** A word in the form that a shell reads back. Only visible characters reach the terminal. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (word.search(HIDDEN_CHARACTERS) < 0) return `'${word.replaceAll("'", `'\\''`)}'`;
  // Source: "Dollar-Single-Quotes" of POSIX.1-2024; bash, zsh and ksh have long had it, with \u for other characters.
  return `$'${word.replace(/[\\']/g, escaped).replace(HIDDEN_CHARACTERS, escaped)}'`;
}

function escaped(char: string): string {
  const code = char.charCodeAt(0);
  return ESCAPES[char] ??
    (code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`);
}
