/** A document between its facts and its form: what Markdown and HTML are both rendered from. Plain data. */

import type { Diagram } from "./diagram.ts";
import type { Tone } from "./tone.ts";

export type Inline =
  /** Text of anybody. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string; readonly tone?: Tone }
  /** The first characters of a digest; a form can have the whole of it beside them. */
  | { readonly kind: "digest"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  /** To a file beside the document; relative, with "/". */
  | { readonly kind: "link"; readonly text: string; readonly path: string }
  /** An address that `isPlainUrl` holds for. */
  | { readonly kind: "url"; readonly text: string };

/** So many characters tell one digest from another. */
export const DIGEST_LENGTH = 12;

export type Line = readonly Inline[];

export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "paragraph"; readonly line: Line }
  /** What a page comes to, before everything else. */
  | { readonly kind: "verdict"; readonly tone: Tone; readonly word: string; readonly sentence: string }
  | { readonly kind: "diagram"; readonly diagram: Diagram; readonly name: string }
  /** Digests as a whole, each with what it is of; in a form in which they do not stand beside the short ones. */
  | { readonly kind: "digests"; readonly line: Line; readonly entries: readonly DigestEntry[] }
  | { readonly kind: "list"; readonly items: readonly Line[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Line[])[] }
  | { readonly kind: "fence"; readonly language: string; readonly lines: readonly string[] };

export interface DigestEntry {
  readonly sha256: string;
  readonly name: string;
  /** Of no single file, so that nobody can check it by its name. */
  readonly isDirectory: boolean;
}

export interface Page {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export function text(value: string): Inline {
  return { kind: "text", text: value };
}

export function strong(value: string, tone: Tone = "plain"): Inline {
  return { kind: "strong", text: value, tone };
}

export function digest(sha256: string): Inline {
  return { kind: "digest", text: sha256 };
}

export function code(value: string): Inline {
  return { kind: "code", text: value };
}

export function link(value: string, path: string): Inline {
  return { kind: "link", text: value, path };
}

export function heading(value: string): Block {
  return { kind: "heading", text: value };
}

export function paragraph(...line: Line): Block {
  return { kind: "paragraph", line };
}

/** An address of which nothing can be read as anything else; every other one is shown as code. */
export function isPlainUrl(value: string): boolean {
  return /^https:\/\/[a-z0-9.-]+(?:\/[A-Za-z0-9._-]+)*$/.test(value) && value.length <= 300;
}

/** Each name percent-encoded, so that nothing of it ends the target; relative, so that it cannot lead to another host. */
export function linkTarget(path: string): string {
  const names = path.toWellFormed().replace(/^\/+/, "").split("/").map((name) => encodeURIComponent(name));
  return names.join("/").replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Rendered parts of a line with a space between, but for what ends a phrase. */
export function joinParts(parts: readonly string[]): string {
  let line = "";
  for (const part of parts) {
    if (part === "") continue;
    line += line === "" || /^[,.;:)]/.test(part) ? part : ` ${part}`;
  }
  return line;
}
