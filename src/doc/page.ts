/** A document between its facts and its form, from which both Markdown and HTML are rendered. Plain data. */

import type { Diagram } from "./diagram.ts";
import type { Tone } from "./tone.ts";

export type Inline =
  /** Untrusted text. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string; readonly tone?: Tone }
  /** The first characters of a digest; a form may show the full digest beside them. */
  | { readonly kind: "digest"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  /** A link to a file beside the document; relative, with "/". */
  | { readonly kind: "link"; readonly text: string; readonly path: string }
  /** A URL for which `isPlainUrl` is true. */
  | { readonly kind: "url"; readonly text: string };

/** This many characters distinguish digests. */
export const DIGEST_LENGTH = 12;

export type Line = readonly Inline[];

export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "paragraph"; readonly line: Line }
  /** The conclusion of a page, before everything else. */
  | { readonly kind: "verdict"; readonly tone: Tone; readonly word: string; readonly sentence: string }
  | { readonly kind: "diagram"; readonly diagram: Diagram; readonly name: string }
  /** Full digests, each with its subject, for a form that does not show them beside the short ones. */
  | { readonly kind: "digests"; readonly line: Line; readonly entries: readonly DigestEntry[] }
  | { readonly kind: "list"; readonly items: readonly Line[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Line[])[] }
  | { readonly kind: "fence"; readonly language: string; readonly lines: readonly string[] };

export interface DigestEntry {
  readonly sha256: string;
  readonly name: string;
  /** A digest of several files, which cannot be verified by a file name. */
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

/** A URL without characters that could be read as markup; any other one is shown as code. */
export function isPlainUrl(value: string): boolean {
  return /^https:\/\/[a-z0-9.-]+(?:\/[A-Za-z0-9._-]+)*$/.test(value) && value.length <= 300;
}

/**
 * Each name is percent-encoded, so that it cannot end the link target; the target is relative, so that it
 * cannot lead to another host.
 */
export function linkTarget(path: string): string {
  const names = path.toWellFormed().replace(/^\/+/, "").split("/").map((name) => encodeURIComponent(name));
  return names.join("/").replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Joins the parts of a line with spaces, except before punctuation. */
export function joinParts(parts: readonly string[]): string {
  let line = "";
  for (const part of parts) {
    if (part === "") continue;
    line += line === "" || /^[,.;:)]/.test(part) ? part : ` ${part}`;
  }
  return line;
}
