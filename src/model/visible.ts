/** Makes texts from elsewhere safe to show. Pure. */

/** Control characters, and those that reorder text. */
// deno-lint-ignore no-control-regex
export const HIDDEN_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A value between quotes, with control characters made visible: a message must not be able to move the cursor. */
export function quote(value: string): string {
  return `"${visible(value)}"`;
}

/** The text with control characters and characters that reorder text written as escapes. */
export function visible(text: string): string {
  return text.replace(HIDDEN_CHARACTERS, (char) => {
    if (char === "\n") return "\\n";
    if (char === "\t") return "\\t";
    if (char === "\r") return "\\r";
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
