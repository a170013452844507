/** Expands a Makefile's variables as far as possible without running anything. Knows no rules. */

export interface MakeVariables {
  /** As written, to be expanded on use; undefined: only make knows the value. */
  readonly values: Map<string, string | undefined>;
  /** The output of `$(shell uname)` on this system. */
  readonly uname: string | undefined;
  /** The existing paths that match a pattern, as `$(wildcard)` returns them. */
  wildcard(pattern: string): readonly string[];
}

/** Variables that make or the environment sets: without a definition their value is unknown. */
const NOT_OURS =
  /^(?:[@%<?^+|*][DF]?|CURDIR|MAKE|MAKE_VERSION|MAKEFILE|MAKEFILES|MAKEFILE_LIST|MAKEFLAGS|MFLAGS|SHELL|HOME|USER|LOGNAME|PATH|PWD|CC|CXX|CPP|LD|AR|AS|RM|FC|LEX|YACC|INSTALL)$/;
/** `uname`, including the fallback text where it does not exist. */
const ASKS_SYSTEM = /^(?:sh -c (["']))?uname(?: -s)?(?: 2>\s?\/dev\/null)?(?: \|\| echo \S+?)?\1$/;
const MAX_DEPTH = 20;
const MAX_LENGTH = 64 * 1024;

/** The text with its variables expanded; undefined where a part of it is unknown. */
export function expand(text: string, variables: MakeVariables, depth = 0): string | undefined {
  if (!text.includes("$")) return text;
  if (depth > MAX_DEPTH) return undefined;
  let expanded = "";
  for (let at = 0; at < text.length;) {
    if (text[at] !== "$") {
      expanded += text[at++];
      continue;
    }
    const next = text[at + 1];
    if (next === "$" || next === undefined) {
      expanded += "$";
      at += 2;
      continue;
    }
    const end = next === "(" || next === "{" ? closing(text, at + 1) : at + 2;
    if (end === undefined) return undefined;
    const inner = next === "(" || next === "{" ? text.slice(at + 2, end - 1) : next;
    const value = reference(inner, variables, depth + 1);
    if (value === undefined || expanded.length + value.length > MAX_LENGTH) return undefined;
    expanded += value;
    at = end;
  }
  return expanded;
}

/** The position after the bracket that closes the one at `from`. */
export function closing(text: string, from: number): number | undefined {
  const open = text[from]!;
  const close = open === "(" ? ")" : "}";
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === open) depth++;
    if (text[at] === close && --depth === 0) return at + 1;
  }
  return undefined;
}

/** Splits the text at its separators, except within references. */
export function splitOutside(text: string, separator: RegExp): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < text.length; at++) {
    const opens = text[at] === "$" && (text[at + 1] === "(" || text[at + 1] === "{");
    const end = opens ? closing(text, at + 1) : undefined;
    if (end !== undefined) {
      part += text.slice(at, end);
      at = end - 1;
    } else if (separator.test(text[at]!)) {
      parts.push(part);
      part = "";
    } else part += text[at];
  }
  return [...parts, part];
}

function reference(inner: string, variables: MakeVariables, depth: number): string | undefined {
  const call = /^([a-z-]+)[ \t]+([\s\S]*)$/.exec(inner);
  if (call !== null) return functionValue(call[1]!, call[2]!, variables, depth);
  const substitution = /^([^:=$]+):([^=]*)=(.*)$/.exec(inner);
  if (substitution !== null) {
    const [name, from, to] = [substitution[1]!, substitution[2]!, substitution[3]!];
    const value = valueOf(name, variables, depth);
    const [whole, replacement] = from.includes("%") ? [from, to] : [`%${from}`, `%${to}`];
    return value === undefined ? undefined : patternSubstituted(whole, replacement, value);
  }
  const name = expand(inner, variables, depth);
  return name === undefined ? undefined : valueOf(name, variables, depth);
}

function valueOf(name: string, variables: MakeVariables, depth: number): string | undefined {
  if (!variables.values.has(name)) return NOT_OURS.test(name) ? undefined : "";
  const written = variables.values.get(name);
  return written === undefined ? undefined : expand(written, variables, depth);
}

/** The functions for text and file names. Functions that call a shell or make rules stay unknown. */
function functionValue(
  name: string,
  text: string,
  variables: MakeVariables,
  depth: number,
): string | undefined {
  if (name === "shell") return ASKS_SYSTEM.test(text.trim()) ? variables.uname : undefined;
  const args = splitOutside(text, /,/).map((each) => expand(each, variables, depth));
  if (!args.every((each) => each !== undefined)) return undefined;
  const [first = "", second = "", third = ""] = args;
  switch (name) {
    case "strip":
      return words(first).join(" ");
    case "sort":
      return [...new Set(words(first))].sort().join(" ");
    case "addprefix":
      return words(second).map((word) => first + word).join(" ");
    case "addsuffix":
      return words(second).map((word) => word + first).join(" ");
    case "subst":
      return first === "" ? third + second : third.replaceAll(first, () => second);
    case "patsubst":
      return patternSubstituted(first.trim(), second.trim(), third);
    case "wildcard":
      return words(first).flatMap((pattern) => variables.wildcard(pattern)).join(" ");
    case "filter":
      return words(second).filter((word) => fitsAny(first, word)).join(" ");
    case "filter-out":
      return words(second).filter((word) => !fitsAny(first, word)).join(" ");
    default:
      return undefined;
  }
}

export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function fitsAny(patterns: string, word: string): boolean {
  return words(patterns).some((pattern) => stemOf(pattern, word) !== undefined);
}

/** The text that `%` matches; "" for a plain word that is equal. */
function stemOf(pattern: string, word: string): string | undefined {
  const at = pattern.indexOf("%");
  if (at < 0) return pattern === word ? "" : undefined;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
  if (word.length < before.length + after.length) return undefined;
  if (!word.startsWith(before) || !word.endsWith(after)) return undefined;
  return word.slice(before.length, word.length - after.length);
}

function patternSubstituted(pattern: string, replacement: string, text: string): string {
  return words(text).map((word) => {
    const stem = stemOf(pattern, word);
    return stem === undefined
      ? word
      : pattern.includes("%")
      ? replacement.replace("%", () => stem)
      : replacement;
  }).join(" ");
}
