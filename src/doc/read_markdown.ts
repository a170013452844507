/**
 * Reads the Markdown that is written here, and what people write around it, as blocks of text: headings, paragraphs, lists, tables, fences, strong
 * text, code and addresses. Everything else stays text as it is written. Pure and total.
 */

import { isPlainUrl } from "./page.ts";

export interface ReadInline {
  /** "url": one that can be followed. */
  readonly kind: "text" | "strong" | "code" | "url";
  readonly text: string;
}

export type ReadLine = readonly ReadInline[];

export type ReadBlock =
  | { readonly kind: "heading"; readonly level: number; readonly line: ReadLine }
  | { readonly kind: "paragraph"; readonly line: ReadLine }
  | { readonly kind: "list"; readonly items: readonly ReadLine[] }
  | {
    readonly kind: "table";
    readonly head: readonly ReadLine[];
    readonly rows: readonly (readonly ReadLine[])[];
  }
  | { readonly kind: "fence"; readonly language: string; readonly lines: readonly string[] };

const FENCE = /^\s{0,3}(`{3,})([\w-]*)\s*$/;
const HEADING = /^(#{1,6})\s+(.*)$/;
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/;
const RULE = /^\|(?:\s*:?-+:?\s*\|)+$/;
/** Marks of ours, and of tools that change the layout. */
const COMMENT = /^\s*<!--.*-->\s*$/;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

export function readMarkdown(markdown: string): readonly ReadBlock[] {
  const lines = markdown.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  const blocks: ReadBlock[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at]!;
    const opened = FENCE.exec(line);
    if (opened !== null) {
      const end = endOf(lines, at + 1, (each) => !closes(each, opened[1]!.length));
      blocks.push({ kind: "fence", language: opened[2]!, lines: lines.slice(at + 1, end) });
      at = end + 1;
    } else if (line.trim() === "" || COMMENT.test(line)) at++;
    else if (HEADING.test(line)) {
      const [, marks, text] = HEADING.exec(line)!;
      blocks.push({ kind: "heading", level: marks!.length, line: inlineOf(text!) });
      at++;
    } else if (line.startsWith("|") && RULE.test(lines[at + 1]?.trim() ?? "")) {
      const end = endOf(lines, at, (each) => each.startsWith("|"));
      const [head, , ...rows] = lines.slice(at, end).map(cellsOf);
      blocks.push({ kind: "table", head: head!, rows });
      at = end;
    } else if (ITEM.test(line)) {
      const end = endOf(lines, at, (each) => ITEM.test(each));
      blocks.push({
        kind: "list",
        items: lines.slice(at, end).map((each) => inlineOf(ITEM.exec(each)![1]!)),
      });
      at = end;
    } else {
      const end = Math.max(at + 1, endOf(lines, at, (each) => !startsOther(each)));
      blocks.push({
        kind: "paragraph",
        line: inlineOf(lines.slice(at, end).map((each) => each.trim()).join(" ")),
      });
      at = end;
    }
  }
  return blocks;
}

function closes(line: string, ticks: number): boolean {
  return (/^\s{0,3}(`{3,})\s*$/.exec(line)?.[1]?.length ?? 0) >= ticks;
}

function startsOther(line: string): boolean {
  return line.trim() === "" || line.startsWith("|") ||
    [FENCE, HEADING, ITEM, COMMENT].some((form) => form.test(line));
}

function endOf(lines: readonly string[], start: number, belongs: (line: string) => boolean): number {
  let end = start;
  while (end < lines.length && belongs(lines[end]!)) end++;
  return end;
}

function cellsOf(row: string): readonly ReadLine[] {
  return row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => inlineOf(cell.trim()));
}

/** The parts of one line but code between backticks. The length of a link is bounded, so that a line of brackets takes no longer than others. */
const PART = new RegExp(
  [
    String.raw`\\(?<escaped>[!-/:-@[-\x60{-~])`,
    String.raw`(?<ticks>\x60+)`,
    String.raw`<code>(?<html>[^<]*)</code>`,
    String.raw`<(?<url>https://[^<>\s]+)>`,
    String.raw`(?<strong>\*\*)`,
    String.raw`\[(?<link>(?:\\.|[^\\[\]]){0,200})\]\([^()\s]{0,500}\)`,
    String.raw`(?<entity>&(?:lt|gt|amp|quot|#\d{1,7});)`,
  ].join("|"),
  "g",
);

function inlineOf(text: string): ReadLine {
  const parts: ReadInline[] = [];
  let isStrong = false;
  const add = (kind: ReadInline["kind"], value: string) => {
    const last = parts.at(-1);
    if (value === "") return;
    if (last?.kind === kind && (kind === "text" || kind === "strong")) {
      parts[parts.length - 1] = { kind, text: last.text + value };
    } else parts.push({ kind, text: value });
  };
  const plain = (value: string) => add(isStrong ? "strong" : "text", value);
  const closingOf = closingTicks(text);
  let from = 0;
  for (const match of text.matchAll(PART)) {
    // Inside of code that was read already.
    if (match.index < from) continue;
    plain(text.slice(from, match.index));
    from = match.index + match[0].length;
    const { escaped, ticks, html, url, strong, link, entity } = match.groups!;
    if (escaped !== undefined) plain(escaped);
    else if (ticks !== undefined) {
      const end = closingOf(ticks.length, from);
      if (end === undefined) plain(ticks);
      else {
        const code = text.slice(from, end);
        add("code", /^ .* $/.test(code) && code.trim() !== "" ? code.slice(1, -1) : code);
        from = end + ticks.length;
      }
    } else if (html !== undefined) add("code", html.replace(/&(?:[a-z]+|#\d{1,7});/g, characterOf));
    else if (url !== undefined) isPlainUrl(url) ? add("url", url) : plain(match[0]);
    else if (strong !== undefined) isStrong = !isStrong;
    // Its target is a file beside the document, which is not served.
    else if (link !== undefined) { for (const part of inlineOf(link)) add(part.kind, part.text); }
    else plain(characterOf(entity!));
  }
  plain(text.slice(from));
  return parts;
}

/**
 * Where the next run of as many backticks begins, at or after a place that only grows; undefined where there is none. A backslash
 * before a run does not count: it can keep code from beginning, but not from ending. Source: CommonMark 0.31, code
 * spans.
 */
function closingTicks(text: string): (length: number, from: number) => number | undefined {
  const places = new Map<number, number[]>();
  for (const { index, 0: run } of text.matchAll(/`+/g)) {
    const known = places.get(run.length);
    if (known === undefined) places.set(run.length, [index]);
    else known.push(index);
  }
  const passed = new Map<number, number>();
  return (length, from) => {
    const ofLength = places.get(length) ?? [];
    let at = passed.get(length) ?? 0;
    while (at < ofLength.length && ofLength[at]! < from) at++;
    passed.set(length, at);
    return ofLength[at];
  };
}

function characterOf(entity: string): string {
  const name = entity.slice(1, -1);
  const code = name.startsWith("#") ? Number(name.slice(1)) : undefined;
  if (code === undefined) return ENTITIES[name] ?? entity;
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
}
