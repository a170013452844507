/**
 * Prints, as a JSON list, where each PowerShell script named as an argument cannot be parsed: one list of
 * places per script. A separate program with its own lock file, which keeps the grammars of Visual Studio
 * Code away from ours.
 */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import grammars from "@vscode/tree-sitter-wasm";

interface Node {
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly startPosition: { readonly row: number; readonly column: number };
  readonly children: readonly (Node | null)[];
}

const folder = dirname(createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm"));
await grammars.Parser.init({ locateFile: (name: string) => join(folder, name) });
const parser = new grammars.Parser();
parser.setLanguage(
  await grammars.Language.load(await Deno.readFile(join(folder, "tree-sitter-powershell.wasm"))),
);

function placesOf(node: Node): readonly string[] {
  const { row, column } = node.startPosition;
  const here = node.isError || node.isMissing ? [`${row + 1}:${column + 1}`] : [];
  return [...here, ...node.children.flatMap((child) => child === null ? [] : placesOf(child))];
}

console.log(JSON.stringify(Deno.args.map((path) => {
  const tree = parser.parse(Deno.readTextFileSync(path));
  if (tree === null) throw new Error(`Cannot parse "${path}": the parser gave up`);
  return placesOf(tree.rootNode);
})));
