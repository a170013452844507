/** Our entries in a person's JSON file: added, renewed and removed, while every other byte stays. Pure. */

import { type JsonNode, jsonTree } from "./json_text.ts";
import type { JsonValue } from "./canonical_json.ts";
import { fail, ok, type Result } from "./result.ts";

export type JsonEntry =
  /** The member `key` of the object at this place. */
  | {
    readonly kind: "member";
    readonly at: readonly string[];
    readonly key: string;
    readonly value: JsonValue;
  }
  /** An element of the array at this place. */
  | {
    readonly kind: "element";
    readonly at: readonly string[];
    readonly value: JsonValue;
    isOurs(value: unknown): boolean;
  };

/** A file that has nothing but this was made for entries. */
const EMPTY = "{}\n";

/** The text with the entry; unchanged if it has the entry already. `undefined`: there is no file yet. */
export function putEntry(text: string | undefined, entry: JsonEntry): Result<string, string> {
  const given = text === undefined || text.trim() === "" ? EMPTY : text;
  const read = readObject(given);
  if (!read.ok) return read;
  const style = styleOf(given);
  let node: JsonNode = read.value;
  for (const [depth, key] of entry.at.entries()) {
    if (node.kind !== "object") return fail(`${entry.at.slice(0, depth).join(".")} is not an object`);
    const member = node.members.find((each) => each.key === key);
    if (member === undefined) {
      const inner = innerValue(entry, entry.at.slice(depth + 1));
      return ok(added(given, node, `${JSON.stringify(key)}: `, inner, depth + 1, style));
    }
    node = member.value;
  }
  const place = entry.at.join(".");
  if (entry.kind === "member") {
    if (node.kind !== "object") return fail(`${place} is not an object`);
    const member = node.members.find((each) => each.key === entry.key);
    const label = `${JSON.stringify(entry.key)}: `;
    return ok(
      member === undefined
        ? added(given, node, label, entry.value, entry.at.length + 1, style)
        : replaced(given, member.value, entry.value, entry.at.length + 1, style),
    );
  }
  if (node.kind !== "array") return fail(`${place} is not a list`);
  const own = node.elements.find((each) => entry.isOurs(valueOf(given, each)));
  return ok(
    own === undefined
      ? added(given, node, "", entry.value, entry.at.length + 1, style)
      : replaced(given, own, entry.value, entry.at.length + 1, style),
  );
}

/** The text without the entry and without what is empty then; undefined where nothing else was in the file. */
export function takeEntry(text: string, entry: JsonEntry): Result<string | undefined, string> {
  const read = readObject(text);
  if (!read.ok) return read;
  const way: { readonly node: JsonNode; readonly index: number }[] = [];
  let node: JsonNode = read.value;
  for (const key of entry.kind === "member" ? [...entry.at, entry.key] : entry.at) {
    const index: number = node.kind === "object" ? node.members.findIndex((each) => each.key === key) : -1;
    if (node.kind !== "object" || index < 0) return ok(text);
    way.push({ node, index });
    node = node.members[index]!.value;
  }
  if (entry.kind === "element") {
    if (node.kind !== "array") return ok(text);
    const index = node.elements.findIndex((each) => entry.isOurs(valueOf(text, each)));
    if (index < 0) return ok(text);
    way.push({ node, index });
  }
  // A container that has nothing else goes with it.
  let last = way.pop()!;
  while (way.length > 0 && itemsOf(last.node).length === 1) last = way.pop()!;
  const without = withoutItem(text, last.node, last.index);
  return ok(without === EMPTY ? undefined : without);
}

function readObject(text: string): Result<JsonNode, string> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? ok(jsonTree(text)) : fail("it is not a JSON object");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail("it is not JSON");
  }
}

function valueOf(text: string, { start, end }: JsonNode): unknown {
  return JSON.parse(text.slice(start, end));
}

/** The content of a container that is made for the entry. */
function innerValue(entry: JsonEntry, rest: readonly string[]): JsonValue {
  const inmost: JsonValue = entry.kind === "member" ? { [entry.key]: entry.value } : [entry.value];
  return rest.reduceRight<JsonValue>((value, key) => ({ [key]: value }), inmost);
}

interface Style {
  readonly indent: string;
  readonly lineEnd: string;
}

function styleOf(text: string): Style {
  return {
    indent: /\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? "  ",
    lineEnd: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

function written(value: JsonValue, depth: number, { indent, lineEnd }: Style): string {
  return JSON.stringify(value, null, indent).replaceAll("\n", lineEnd + indent.repeat(depth));
}

function itemsOf(node: JsonNode): readonly { readonly start: number; readonly end: number }[] {
  switch (node.kind) {
    case "object":
      return node.members.map(({ keyStart, value }) => ({ start: keyStart, end: value.end }));
    case "array":
      return node.elements;
    case "scalar":
      return [];
  }
}

function added(
  text: string,
  node: JsonNode,
  label: string,
  value: JsonValue,
  depth: number,
  style: Style,
): string {
  const { indent, lineEnd } = style;
  const item = `${lineEnd}${indent.repeat(depth)}${label}${written(value, depth, style)}`;
  const last = itemsOf(node).at(-1);
  if (last !== undefined) return `${text.slice(0, last.end)},${item}${text.slice(last.end)}`;
  // Nothing but space is between the brackets.
  return `${text.slice(0, node.start + 1)}${item}${lineEnd}${indent.repeat(depth - 1)}${
    text.slice(node.end - 1)
  }`;
}

function replaced(text: string, node: JsonNode, value: JsonValue, depth: number, style: Style): string {
  if (JSON.stringify(valueOf(text, node)) === JSON.stringify(value)) return text;
  return `${text.slice(0, node.start)}${written(value, depth, style)}${text.slice(node.end)}`;
}

function withoutItem(text: string, node: JsonNode, index: number): string {
  const items = itemsOf(node);
  const { start, end } = items[index]!;
  if (items.length === 1) return `${text.slice(0, node.start + 1)}${text.slice(node.end - 1)}`;
  if (index > 0) return text.slice(0, items[index - 1]!.end) + text.slice(end);
  return text.slice(0, start) + text.slice(items[1]!.start);
}
