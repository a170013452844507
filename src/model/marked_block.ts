/** Our block of lines in a person's text, between two marks: added at the end, renewed in its place, and removed. Pure. */

import { fail, ok, type Result } from "./result.ts";

/** How a comment is written in that text. */
export interface CommentForm {
  readonly open: string;
  readonly close: string;
}

export const MARKDOWN_COMMENT: CommentForm = { open: "<!-- ", close: " -->" };
export const HASH_COMMENT: CommentForm = { open: "# ", close: "" };

const BEGIN = "orchastration:begin";
const END = "orchastration:end";

interface Block {
  /** The beginning of its first line. */
  readonly start: number;
  /** The position after its last line, before the end of that line. */
  readonly end: number;
}

/** The text with these lines as its block; the same text where they are there already. undefined: there is no file yet. */
export function putBlock(
  text: string | undefined,
  lines: readonly string[],
  form: CommentForm,
): Result<string, string> {
  const given = text ?? "";
  const lineEnd = given.includes("\r\n") ? "\r\n" : "\n";
  const block = [markLine(BEGIN, form), ...lines, markLine(END, form)].join(lineEnd);
  const found = findBlock(given);
  if (!found.ok) return found;
  if (found.value !== undefined) {
    const { start, end } = found.value;
    return ok(given.slice(0, start) + block + given.slice(end));
  }
  if (given === "") return ok(block + lineEnd);
  // A text without a last line end stays so, by which it is found again when the block is taken out.
  return ok(given.endsWith("\n") ? given + lineEnd + block + lineEnd : given + lineEnd + lineEnd + block);
}

/** The text without its block; undefined where nothing else was in it. */
export function takeBlock(text: string): Result<string | undefined, string> {
  const found = findBlock(text);
  if (!found.ok) return found;
  if (found.value === undefined) return ok(text);
  const { start, end } = found.value;
  const before = text.slice(0, start);
  const after = text.slice(end);
  const lineEnd = /^\r?\n/.exec(after)?.[0] ?? "";
  const rest = after.slice(lineEnd.length);
  // The empty line in front of it was added with it, and so was the line end of a text that had none.
  const empty = (lineEnd === "" ? /\r?\n\r?\n$/ : /(?<=\n)\r?\n$/).exec(before)?.[0] ?? "";
  const without = before.slice(0, before.length - empty.length) + rest;
  return ok(without === "" ? undefined : without);
}

/** undefined where there is none; a failure where its marks do not fit. */
function findBlock(text: string): Result<Block | undefined, string> {
  const begins = [...text.matchAll(/^[^\n]*\borchastration:begin\b[^\n]*$/gm)];
  const ends = [...text.matchAll(/^[^\n]*\borchastration:end\b[^\n]*$/gm)];
  const [begin, end] = [begins[0], ends[0]];
  if (begin === undefined && end === undefined) return ok(undefined);
  if (begins.length > 1 || ends.length > 1) return fail("our marks are in it more than once");
  if (begin === undefined || end === undefined || end.index < begin.index) {
    return fail("one of our marks is in it without the other");
  }
  const length = end[0].replace(/\r$/, "").length;
  return ok({ start: begin.index, end: end.index + length });
}

function markLine(mark: string, { open, close }: CommentForm): string {
  const about = mark === BEGIN ? ", kept by orchastration; text between the marks is replaced" : "";
  return `${open}${mark}${about}${close}`;
}
