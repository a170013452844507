/** Where the values of a JSON text stand, so that one of them can be changed and every other byte stays. Pure. */

export type JsonNode = JsonObjectNode | JsonArrayNode | JsonScalarNode;

interface Span {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly value: JsonNode;
}

export interface JsonObjectNode extends Span {
  readonly kind: "object";
  readonly members: readonly JsonMember[];
}

export interface JsonArrayNode extends Span {
  readonly kind: "array";
  readonly elements: readonly JsonNode[];
}

export interface JsonScalarNode extends Span {
  readonly kind: "scalar";
}

/** Settings are never nested deeper. */
const MAX_DEPTH = 100;

/** The text must be JSON: `JSON.parse` has accepted it. */
export function jsonTree(text: string): JsonNode {
  return nodeAt(text, skipSpace(text, text.startsWith("\ufeff") ? 1 : 0), 0);
}

function nodeAt(text: string, start: number, depth: number): JsonNode {
  if (depth > MAX_DEPTH) throw new Error(`Cannot read JSON: it is deeper than ${MAX_DEPTH} levels`);
  switch (text[start]) {
    case "{": {
      const members: JsonMember[] = [];
      let at = skipSpace(text, start + 1);
      while (text[at] !== "}") {
        const keyEnd = stringEnd(text, at);
        const value = nodeAt(text, skipSpace(text, skipSpace(text, keyEnd) + 1), depth + 1);
        members.push({ key: JSON.parse(text.slice(at, keyEnd)), keyStart: at, value });
        at = nextItem(text, value.end);
      }
      return { kind: "object", start, end: at + 1, members };
    }
    case "[": {
      const elements: JsonNode[] = [];
      let at = skipSpace(text, start + 1);
      while (text[at] !== "]") {
        const element = nodeAt(text, at, depth + 1);
        elements.push(element);
        at = nextItem(text, element.end);
      }
      return { kind: "array", start, end: at + 1, elements };
    }
    case '"':
      return { kind: "scalar", start, end: stringEnd(text, start) };
    default: {
      const length = /^[^\s,\]}]+/.exec(text.slice(start))?.[0].length ?? 0;
      return { kind: "scalar", start, end: start + length };
    }
  }
}

/** The next member or element, or the end of what contains them. */
function nextItem(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text[at] === "," ? skipSpace(text, at + 1) : at;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at++;
  return at;
}
