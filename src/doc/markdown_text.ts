/**
 * Renders untrusted text as Markdown that only displays it. Pure and total. Sources: CommonMark 0.31; GitHub
 * Flavored Markdown, tables and autolinks; GitHub, "Autolinked references and URLs".
 */

import { oneLine, verbatimLine } from "./plain_text.ts";

const MAX_LINE_LENGTH = 500;
const NOTHING = "—";

/** Patterns that become a link, a mention or a reference in plain text, even after a character entity. */
const LINKING = /https?:\/\/\S+|www\.\S+|[\w./-]*[@#]\w[\w./#@-]*|\bGH-\d+\w*/gi;

const ESCAPED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "`": "\\`",
  "*": "\\*",
  "_": "\\_",
  "[": "\\[",
  "]": "\\]",
  "~": "\\~",
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  "|": "&#124;",
  "$": "&#36;",
  "@": "&#64;",
  "#": "&#35;",
};

/** One line of running text; patterns that would become a link or mention are shown as code. */
export function escapeInline(text: string): string {
  const line = oneLine(text);
  let escaped = "";
  let from = 0;
  for (const match of line.matchAll(LINKING)) {
    escaped += escapePlain(line.slice(from, match.index)) + codeSpan(match[0]);
    from = match.index + match[0].length;
  }
  escaped += escapePlain(line.slice(from));
  // Characters that begin a list or underline a heading at the start of a line.
  return escaped.replace(/^(?:[-+](?=\s|$)|--|=)/, "\\$&").replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");
}

/** The same as a table cell; an empty value shows a dash, so that it does not look forgotten. */
export function tableCell(text: string): string {
  return escapeInline(text) || NOTHING;
}

/** One line of code. With a pipe in it, it is written so that it can stand in a table. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  if (line === "") return NOTHING;
  // Parsers differ in how they read a backslash before a pipe, so no pipe is written.
  if (line.includes("|")) return `<code>${line.replace(/[!-/:-@[-`{-~]/g, entity)}</code>`;
  const ticks = "`".repeat(longestRun(line) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

/** A block of unchanged lines; its fence is longer than any run of backticks in it. */
export function fence(lines: readonly string[], language = ""): string {
  const shown = lines.flatMap((line) => line.split(/\r\n|\r|\n/)).map((line) =>
    // A line that equals one of our marks would end the managed part of the file.
    verbatimLine(line, MAX_LINE_LENGTH).replace(/^(\s*)<!--(?=\s*orchastration:)/i, "$1&lt;!--")
  );
  const ticks = "`".repeat(Math.max(3, longestRun(shown.join("\n")) + 1));
  return [`${ticks}${language}`, ...shown, ticks].join("\n");
}

function escapePlain(text: string): string {
  return text.replace(/[\\`*_[\]~<>&|$@#]/g, (char, at: number) => {
    // Between letters it is part of a word, in every dialect.
    const inWord = char === "_" && isLetter(text[at - 1]) && isLetter(text[at + 1]);
    return inWord ? char : ESCAPED[char]!;
  });
}

function isLetter(char: string | undefined): boolean {
  return char !== undefined && /[A-Za-z0-9]/.test(char);
}

function entity(char: string): string {
  return `&#${char.charCodeAt(0)};`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
