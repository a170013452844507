/** Reads the recipes of a justfile, with its imports and modules. Runs nothing. */

import { ok } from "../../../model/result.ts";
import {
  type JustModule,
  type JustParameter,
  type JustRecipe,
  proposalsOf,
  SYSTEM_ATTRIBUTES,
} from "./just_recipes.ts";
import { statementsOf, type Token } from "./just_syntax.ts";
import type { Reading } from "./proposal.ts";
import { besides, joined, type Source } from "./source.ts";

const MAX_FILES = 50;

export function justRecipes(text: string, from: string, source: Source): Reading {
  return ok(proposalsOf(new JustReader(source).module(text, from), from, source.os));
}

interface Attribute {
  readonly name: string;
  readonly values: readonly string[];
}

type Named = {
  recipes: JustRecipe[];
  aliases: JustModule["aliases"][number][];
  modules: [string, JustModule][];
};

class JustReader {
  readonly #source: Source;
  readonly #files = new Set<string>();

  constructor(source: Source) {
    this.#source = source;
  }

  module(text: string, from: string): JustModule {
    const found: Named = { recipes: [], aliases: [], modules: [] };
    this.#read(text, from, found);
    return found;
  }

  #read(text: string, from: string, found: Named): void {
    this.#files.add(from);
    let comment: string | undefined;
    let attributes: Attribute[] = [];
    for (const statement of statementsOf(text)) {
      if (statement.kind === "comment") comment = statement.text;
      else if (statement.kind === "tokens" && isSymbol(statement.tokens[0], "[")) {
        attributes.push(...attributesIn(statement.tokens));
      } else {
        if (statement.kind === "tokens") this.#take(statement.tokens, comment, attributes, from, found);
        comment = undefined;
        attributes = [];
      }
    }
  }

  #take(
    tokens: readonly Token[],
    comment: string | undefined,
    attributes: readonly Attribute[],
    from: string,
    found: Named,
  ): void {
    const [first, second, third] = tokens;
    const path = tokens.find(({ kind }) => kind === "string")?.text;
    if (first?.text === "import" && path !== undefined && !isSymbol(second, ":")) {
      this.#open([besides(from, path)], (text, file) => this.#read(text, file, found));
    } else if (first?.text === "mod" && moduleName(tokens) !== undefined) {
      const name = moduleName(tokens)!;
      this.#open(this.#modulePaths(name, path, from), (text, file) => {
        found.modules.push([name, this.module(text, file)]);
      });
    } else if (first?.text === "alias" && isSymbol(third, ":=")) {
      const target = tokens.slice(3).map(({ text }) => text).join("");
      const isPrivate = second!.text.startsWith("_") || attributes.some(({ name }) => name === "private");
      if (!isPrivate) found.aliases.push({ name: second!.text, target });
    } else {
      const recipe = recipeIn(tokens, comment, attributes);
      if (recipe !== undefined) found.recipes.push(recipe);
    }
  }

  #modulePaths(name: string, path: string | undefined, from: string): readonly string[] {
    const inFolder = (folder: string) =>
      ["mod.just", "justfile", "Justfile", ".justfile"].map((file) => joined(folder, file));
    if (path !== undefined) return [besides(from, path), ...inFolder(besides(from, path))];
    return [besides(from, `${name}.just`), ...inFolder(besides(from, name))];
  }

  /** Reads the first existing file, once. */
  #open(paths: readonly string[], read: (text: string, path: string) => void): void {
    for (const path of paths) {
      const found = this.#source.read(path);
      if (found.kind !== "text") continue;
      if (!this.#files.has(path) && this.#files.size < MAX_FILES) read(found.text, path);
      return;
    }
  }
}

/** `mod a`, `mod? a`, `mod a "path"`; undefined for a recipe of this name. */
function moduleName(tokens: readonly Token[]): string | undefined {
  const [name, path] = tokens.slice(isSymbol(tokens[1], "?") ? 2 : 1);
  return name?.kind === "name" && (path === undefined || path.kind === "string") ? name.text : undefined;
}

function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}

/** `[private, group("a")]`, `[doc: "x"]`. */
function attributesIn(tokens: readonly Token[]): readonly Attribute[] {
  const attributes: { name: string; values: string[] }[] = [];
  let depth = 0;
  for (const { kind, text } of tokens) {
    if (kind === "symbol" && /^[([]$/.test(text)) depth++;
    else if (kind === "symbol" && /^[)\]]$/.test(text)) depth--;
    else if (kind === "name" && depth === 1) attributes.push({ name: text, values: [] });
    else if (kind === "string") attributes.at(-1)?.values.push(text);
  }
  return attributes;
}

/** undefined for an assignment, a setting, and anything else that is no recipe. */
function recipeIn(
  tokens: readonly Token[],
  comment: string | undefined,
  attributes: readonly Attribute[],
): JustRecipe | undefined {
  const words = isSymbol(tokens[0], "@") ? tokens.slice(1) : tokens;
  const [first, second] = words;
  if (first?.kind !== "name" || isSymbol(second, ":=")) return undefined;
  const isKeyword = ["set", "export", "unexport", "alias"].includes(first.text);
  if (isKeyword && second?.kind === "name" && words.some((each) => isSymbol(each, ":="))) return undefined;
  const parameters = parametersIn(words.slice(1));
  if (parameters === undefined) return undefined;
  const valuesOf = (name: string) => attributes.filter((each) => each.name === name);
  const [asks] = valuesOf("confirm");
  const [doc] = valuesOf("doc");
  return {
    name: first.text,
    // An empty `[doc]` removes the description.
    doc: doc === undefined ? comment : doc.values[0],
    isPrivate: first.text.startsWith("_") || valuesOf("private").length > 0,
    groups: valuesOf("group").flatMap(({ values }) => values),
    confirm: asks && { question: asks.values[0] },
    parameters,
    systems: attributes.map(({ name }) => name).filter((name) => SYSTEM_ATTRIBUTES.includes(name)),
  };
}

/** The parameters before the colon; undefined where the tokens are no recipe header. */
function parametersIn(tokens: readonly Token[]): readonly JustParameter[] | undefined {
  const parameters: JustParameter[] = [];
  for (let at = 0; at < tokens.length;) {
    if (isSymbol(tokens[at], ":")) return parameters;
    const takesMany = isSymbol(tokens[at], "*") ? "star" : isSymbol(tokens[at], "+") ? "plus" : undefined;
    if (takesMany !== undefined) at++;
    if (isSymbol(tokens[at], "$")) at++;
    const name = tokens[at++];
    if (name?.kind !== "name") return undefined;
    if (!isSymbol(tokens[at], "=")) {
      parameters.push({ name: name.text, takesMany, default: undefined });
      continue;
    }
    const next = behindValue(tokens, at + 1);
    const [value] = tokens.slice(at + 1, next);
    const isText = next === at + 2 && value?.kind === "string" && value.isEvaluated !== true;
    parameters.push({ name: name.text, takesMany, default: isText ? { text: value.text } : "evaluated" });
    at = next;
  }
  return undefined;
}

/** A default is one value: a string, a name, a call, or an expression in parentheses. */
function behindValue(tokens: readonly Token[], from: number): number {
  let at = from;
  // A letter before a string says that just works on it: x"$HOME".
  const hasLetter = tokens[at]?.kind === "name" && tokens[at + 1]?.kind === "string";
  if (!isSymbol(tokens[at], "(")) at += hasLetter ? 2 : 1;
  if (!isSymbol(tokens[at], "(")) return at;
  let depth = 0;
  for (; at < tokens.length; at++) {
    if (isSymbol(tokens[at], "(")) depth++;
    if (isSymbol(tokens[at], ")") && --depth === 0) return at + 1;
  }
  return at;
}
