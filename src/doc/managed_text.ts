/**
 * The generated part of a file, between two marks; text that a person wrote around it stays as it is. Pure.
 */

import { fail, ok, type Result } from "../model/result.ts";
import { isSameMarkdown } from "./same_meaning.ts";

/** Some editors put a byte order mark first; it stays in front. */
const BEGIN = /(?<=^\ufeff?)[ \t]*<!--\s*orchastration:begin\b.*-->[ \t]*\r?$/gm;
const END = /(?<=^\ufeff?)[ \t]*<!--\s*orchastration:end\b.*-->[ \t]*\r?$/gm;

/** Whether a part of the file was made by this program. */
export function isOurMarkdown(text: string): boolean {
  return text.search(BEGIN) >= 0;
}

/** Why a file cannot be updated without losing a person's text. */
export type Obstacle =
  /** The file has no marks: a person wrote all of it. */
  | { readonly kind: "unmarked" }
  | { readonly kind: "damaged"; readonly fact: string };

/**
 * Prevents Prettier (and tools that follow it) and `deno fmt` from changing the layout of the part. Sources:
 * Prettier, "Ignoring Code: Markdown"; Deno, "deno fmt: Ignoring code".
 */
export function unformatted(body: string): string {
  return [
    "<!-- prettier-ignore-start -->",
    "<!-- deno-fmt-ignore-start -->",
    body.trimEnd(),
    "<!-- deno-fmt-ignore-end -->",
    "<!-- prettier-ignore-end -->",
  ].join("\n");
}

/**
 * `about` names the command that makes the part, such as `doc generate sample`; it contains nothing that
 * could end a comment.
 */
export function managedPart(about: string, body: string): string {
  const begin =
    `<!-- orchastration:begin, made by orchastration ${about}; text between the marks is replaced -->`;
  return `${begin}\n${body.trimEnd()}\n<!-- orchastration:end -->\n`;
}

/**
 * The file with an updated part, or unchanged where its part has the same meaning. `existing` is undefined
 * where there is no file yet. `force`: in a file without marks, the part is added at the end.
 */
export function withManagedPart(
  existing: string | undefined,
  part: string,
  force: boolean,
): Result<string, Obstacle> {
  if (existing === undefined || existing.trim() === "") return ok(part);
  const begins = [...existing.matchAll(BEGIN)];
  const ends = [...existing.matchAll(END)];
  const [begin, end] = [begins[0], ends[0]];
  if (begin === undefined && end === undefined) {
    if (!force) return fail({ kind: "unmarked" });
    return ok(withLineEnds(existing.trimEnd(), `\n\n${part}`, /\r\n/.test(existing)));
  }
  const damaged = (fact: string) => fail({ kind: "damaged", fact } as const);
  if (begins.length > 1) return damaged("it contains the mark orchastration:begin more than once");
  if (ends.length > 1) return damaged("it contains the mark orchastration:end more than once");
  if (begin === undefined) return damaged("the mark orchastration:begin is missing");
  if (end === undefined) return damaged("the mark orchastration:end is missing");
  if (end.index < begin.index) return damaged("the mark orchastration:end comes before orchastration:begin");
  if (isSameMarkdown(existing.slice(begin.index, end.index + end[0].length), part)) return ok(existing);
  const after = existing.slice(end.index + end[0].length).replace(/^\n/, "");
  return ok(withLineEnds(existing.slice(0, begin.index), part, begin[0].endsWith("\r")) + after);
}

/** A file that came to Windows through git has other line ends, and keeps them. */
function withLineEnds(before: string, part: string, isWindows: boolean): string {
  return before + (isWindows ? part.replaceAll("\n", "\r\n") : part);
}
