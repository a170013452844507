/** Finds the line and column of problems. Loaded only when there are some; does not know what a key means. */

import type { Diagnostic } from "../model/diagnostic.ts";
import type { AST } from "toml-eslint-parser";
import { dottedKey, type KeyPath, type Problem } from "./problem.ts";
import { diagnosticAt, type Position, type SourceText } from "./source_text.ts";

interface Positions {
  /** The name of the key, at its first occurrence. */
  key?: Position;
  value?: Position;
  /** The opening bracket of the table's header. */
  header?: Position;
}

type Index = ReadonlyMap<string, Positions>;

/** The problems with their places, sorted by place. */
export async function locate(
  source: SourceText,
  problems: readonly Problem[],
): Promise<readonly Diagnostic[]> {
  const index = await indexOf(source);
  const positionOf = (at: KeyPath, point: Problem["point"]) =>
    inIndex(index, at, point) ?? inText(source, at);
  return problems.map((problem) => {
    const line = problem.other === undefined ? "" : `, on line ${positionOf(problem.other, "key").line}`;
    return diagnosticAt(source, positionOf(problem.at, problem.point), {
      key: dottedKey(problem.at),
      message: problem.message + line,
      hint: problem.hint,
    });
  }).sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The line of each key, for showing where a value comes from. */
export async function linesOf(source: SourceText): Promise<(at: KeyPath) => number> {
  const index = await indexOf(source);
  return (at) => (inIndex(index, at, "key") ?? inText(source, at)).line;
}

/** The place of every key of the document; empty where this parser cannot read what the other one could. */
async function indexOf(source: SourceText): Promise<Index> {
  const { parseTOML } = await import("toml-eslint-parser");
  const index = new Map<string, Positions>();
  try {
    const [top] = parseTOML(source.text, { tomlVersion: "1.1" }).body;
    for (const node of top.body) {
      if (node.type === "TOMLTable") addTable(index, node);
      else addPair(index, [], node);
    }
  } catch (error) {
    // Any error of this parser, including a full stack, is caught: the problems are known, and an approximate
    // place is better than a bug report about their line.
    if (!(error instanceof Error)) throw error;
  }
  return index;
}

function addTable(index: Map<string, Positions>, table: AST.TOMLTable): void {
  const path: (string | number)[] = [];
  const keys = table.key.keys.map((key) => positionAt(key));
  let positions: Positions = {};
  let depth = 0;
  for (const part of table.resolvedKey) {
    path.push(part);
    // A position in an array of tables has no text of its own.
    const key = typeof part === "string" ? keys[depth++] : keys[depth - 1];
    positions = positionsFor(index, path);
    if (key !== undefined) positions.key ??= key;
  }
  positions.header ??= positionAt(table);
  for (const pair of table.body) addPair(index, table.resolvedKey, pair);
}

function addPair(index: Map<string, Positions>, base: KeyPath, pair: AST.TOMLKeyValue): void {
  const path = [...base];
  for (const key of pair.key.keys) {
    path.push(key.type === "TOMLBare" ? key.name : key.value);
    positionsFor(index, path).key ??= positionAt(key);
  }
  addValue(index, path, pair.value);
}

function addValue(index: Map<string, Positions>, path: KeyPath, value: AST.TOMLContentNode): void {
  positionsFor(index, path).value ??= positionAt(value);
  if (value.type === "TOMLArray") {
    value.elements.forEach((element, position) => addValue(index, [...path, position], element));
  } else if (value.type === "TOMLInlineTable") {
    for (const pair of value.body) addPair(index, path, pair);
  }
}

function positionsFor(index: Map<string, Positions>, path: KeyPath): Positions {
  const id = JSON.stringify(path);
  let positions = index.get(id);
  if (positions === undefined) index.set(id, positions = {});
  return positions;
}

function positionAt(node: AST.HasLocs): Position {
  return { line: node.loc.start.line, offset: node.loc.start.column };
}

/** The place of the path, or of its nearest ancestor that has one. */
function inIndex(index: Index, at: KeyPath, point: Problem["point"]): Position | undefined {
  for (let length = at.length; length > 0; length--) {
    const positions = index.get(JSON.stringify(at.slice(0, length)));
    if (positions === undefined) continue;
    if (point === "header") return positions.header ?? positions.key ?? positions.value;
    if (point === "value") return positions.value ?? positions.header ?? positions.key;
    return positions.key ?? positions.value ?? positions.header;
  }
  return undefined;
}

/** A guess: each name of the path is searched for, starting at the line of the name before it. */
function inText(source: SourceText, at: KeyPath): Position {
  let position: Position = { line: 1, offset: 0 };
  for (const part of at) {
    if (typeof part === "number") continue;
    for (let line = position.line; line <= source.lines.length; line++) {
      const offset = source.lines[line - 1]!.indexOf(part);
      if (offset < 0) continue;
      position = { line, offset };
      break;
    }
  }
  return position;
}
