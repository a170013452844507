/** A document between its facts and its form: what Markdown and HTML are both rendered from. Plain data. */

export type Inline =
  /** Text of anybody. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  /** To a file beside the document; relative, with "/". */
  | { readonly kind: "link"; readonly text: string; readonly path: string }
  /** An address that `isPlainUrl` holds for. */
  | { readonly kind: "url"; readonly text: string };

export type Line = readonly Inline[];

export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "paragraph"; readonly line: Line }
  | { readonly kind: "list"; readonly items: readonly Line[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Line[])[] }
  | { readonly kind: "fence"; readonly language: string; readonly lines: readonly string[] };

export interface Page {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export function text(value: string): Inline {
  return { kind: "text", text: value };
}

export function strong(value: string): Inline {
  return { kind: "strong", text: value };
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
