/** A document between its facts and its form: what Markdown and HTML are both rendered from. Plain data. */

export type Inline =
  /** Text of anybody. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  /** To a file beside the document; relative, with "/". */
  | { readonly kind: "link"; readonly text: string; readonly path: string };

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
