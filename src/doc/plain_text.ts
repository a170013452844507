/**
 * Renders untrusted text so that it is only displayed: nothing in it moves a cursor, hides, or reverses the reading
 * direction. Pure.
 */

/** A longer text does not help a reader. */
const MAX_TEXT_LENGTH = 2000;

/** Source: ECMA-48, control sequences, control strings and two-character escapes, in 7 and 8 bits. */
const ESCAPE_SEQUENCE =
  // deno-lint-ignore no-control-regex
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]/g;

/**
 * Control characters, characters that reorder or hide text, and unpaired surrogates. The joiners stay,
 * because scripts and emoji need them.
 */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text in one line: escape sequences removed, line ends as spaces, invisible characters as `\u001b`. */
export function oneLine(text: string): string {
  const flat = text.replace(ESCAPE_SEQUENCE, "").replace(/[ \t\r\n\v\f]+/g, " ").trim();
  return shortened(shown(flat), MAX_TEXT_LENGTH);
}

/** The same for a line that keeps its blanks and tabs. */
export function verbatimLine(line: string, maxLength: number): string {
  const parts = line.replace(ESCAPE_SEQUENCE, "").split("\t");
  return shortened(parts.map(shown).join("\t"), maxLength);
}

function shown(text: string): string {
  return text.replace(UNSEEN, (char) => {
    const hex = char.codePointAt(0)!.toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
  });
}

function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength);
  // Does not cut between the two halves of a character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
