/** Finds the line and column of problems. Loaded only when there are some; knows nothing of what a key means. */

import type { Diagnostic } from "../model/diagnostic.ts";
import type { AST } from "toml-eslint-parser";
import { dottedKey, type KeyPath, type Problem } from "./problem.ts";
import { diagnosticAt, type SourceText, type Spot } from "./source_text.ts";

interface Spots {
  /** The name of the key, where it first stands. */
  key?: Spot;
  value?: Spot;
  /** The bracket that opens the table's header. */
  header?: Spot;
}

type Index = ReadonlyMap<string, Spots>;

/** The problems with their places, sorted by place. */
export async function locate(
  source: SourceText,
  problems: readonly Problem[],
): Promise<readonly Diagnostic[]> {
  const index = await indexOf(source);
  const spotOf = (at: KeyPath, point: Problem["point"]) => inIndex(index, at, point) ?? inText(source, at);
  return problems.map((problem) => {
    const line = problem.other === undefined ? "" : `, on line ${spotOf(problem.other, "key").line}`;
    return diagnosticAt(source, spotOf(problem.at, problem.point), {
      key: dottedKey(problem.at),
      message: problem.message + line,
      hint: problem.hint,
    });
  }).sort((a, b) => a.line - b.line || a.column - b.column);
}

/** On which line each key stands, for whoever asks where a value is from. */
export async function linesOf(source: SourceText): Promise<(at: KeyPath) => number> {
  const index = await indexOf(source);
  return (at) => (inIndex(index, at, "key") ?? inText(source, at)).line;
}

/** Where every key of the document stands; empty where this parser cannot read what the other one could. */
async function indexOf(source: SourceText): Promise<Index> {
  const { parseTOML } = await import("toml-eslint-parser");
  const index = new Map<string, Spots>();
  try {
    const [top] = parseTOML(source.text, { tomlVersion: "1.1" }).body;
    for (const node of top.body) {
      if (node.type === "TOMLTable") addTable(index, node);
      else addPair(index, [], node);
    }
  } catch (error) {
    // Whatever the parser throws, a syntax error of its own or a full stack: the problems are known, and saying them
    // at a place found in the text is better than a bug report about their line.
    if (!(error instanceof Error)) throw error;
  }
  return index;
}

function addTable(index: Map<string, Spots>, table: AST.TOMLTable): void {
  const path: (string | number)[] = [];
  const keys = table.key.keys.map((key) => spotAt(key));
  let spots: Spots = {};
  let depth = 0;
  for (const part of table.resolvedKey) {
    path.push(part);
    // The position in an array of tables has no text of its own.
    const key = typeof part === "string" ? keys[depth++] : keys[depth - 1];
    spots = spotsFor(index, path);
    if (key !== undefined) spots.key ??= key;
  }
  spots.header ??= spotAt(table);
  for (const pair of table.body) addPair(index, table.resolvedKey, pair);
}

function addPair(index: Map<string, Spots>, base: KeyPath, pair: AST.TOMLKeyValue): void {
  const path = [...base];
  for (const key of pair.key.keys) {
    path.push(key.type === "TOMLBare" ? key.name : key.value);
    spotsFor(index, path).key ??= spotAt(key);
  }
  addValue(index, path, pair.value);
}

function addValue(index: Map<string, Spots>, path: KeyPath, value: AST.TOMLContentNode): void {
  spotsFor(index, path).value ??= spotAt(value);
  if (value.type === "TOMLArray") {
    value.elements.forEach((element, position) => addValue(index, [...path, position], element));
  } else if (value.type === "TOMLInlineTable") {
    for (const pair of value.body) addPair(index, path, pair);
  }
}

function spotsFor(index: Map<string, Spots>, path: KeyPath): Spots {
  const id = JSON.stringify(path);
  let spots = index.get(id);
  if (spots === undefined) index.set(id, spots = {});
  return spots;
}

function spotAt(node: AST.HasLocs): Spot {
  return { line: node.loc.start.line, offset: node.loc.start.column };
}

/** The place of the path, or of the nearest path above it that has one. */
function inIndex(index: Index, at: KeyPath, point: Problem["point"]): Spot | undefined {
  for (let length = at.length; length > 0; length--) {
    const spots = index.get(JSON.stringify(at.slice(0, length)));
    if (spots === undefined) continue;
    if (point === "header") return spots.header ?? spots.key ?? spots.value;
    if (point === "value") return spots.value ?? spots.header ?? spots.key;
    return spots.key ?? spots.value ?? spots.header;
  }
  return undefined;
}

/** A guess: each name of the path in turn, searched for from the line where the one before it was found. */
function inText(source: SourceText, at: KeyPath): Spot {
  let spot: Spot = { line: 1, offset: 0 };
  for (const part of at) {
    if (typeof part === "number") continue;
    for (let line = spot.line; line <= source.lines.length; line++) {
      const offset = source.lines[line - 1]!.indexOf(part);
      if (offset < 0) continue;
      spot = { line, offset };
      break;
    }
  }
  return spot;
}
