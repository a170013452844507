/**
 * Which lines of a Makefile count: evaluates `ifeq` and similar conditions where possible, and otherwise
 * reads both branches.
 */

import { expand, type MakeVariables, splitOutside } from "./make_variables.ts";

interface Branch {
  /** undefined: only make knows, so all branches are read. */
  readonly wasTrue: boolean | undefined;
  readonly isRead: boolean;
}

export class MakeConditions {
  readonly #open: Branch[] = [];

  get areMet(): boolean {
    return this.#open.every(({ isRead }) => isRead);
  }

  /** Consumes the line where it is a conditional; returns false where it is not. */
  take(line: string, variables: MakeVariables): boolean {
    const directive = /^\s*(ifeq|ifneq|ifdef|ifndef|else|endif)(?=[\s("']|$)(.*)$/.exec(line);
    if (directive === null) return false;
    const [word, rest] = [directive[1]!, directive[2]!];
    if (word === "endif") this.#open.pop();
    else if (word === "else") this.#else(rest, variables);
    else this.#open.push(branchOf(this.areMet ? valueOf(word, rest, variables) : false));
    return true;
  }

  #else(rest: string, variables: MakeVariables): void {
    const before = this.#open.pop();
    if (before === undefined) return;
    const next = /^\s*(ifeq|ifneq|ifdef|ifndef)\b(.*)$/.exec(rest);
    const isMet = next === null ? true : valueOf(next[1]!, next[2]!, variables);
    if (before.wasTrue === true) this.#open.push({ wasTrue: true, isRead: false });
    else if (before.wasTrue === undefined) this.#open.push({ wasTrue: undefined, isRead: isMet !== false });
    else this.#open.push(branchOf(isMet));
  }
}

function branchOf(isMet: boolean | undefined): Branch {
  return { wasTrue: isMet, isRead: isMet !== false };
}

function valueOf(word: string, rest: string, variables: MakeVariables): boolean | undefined {
  if (word === "ifdef" || word === "ifndef") {
    const name = expand(rest.trim(), variables);
    if (name === undefined) return undefined;
    const written = variables.values.get(name);
    if (written === undefined && variables.values.has(name)) return undefined;
    // A variable without a value counts as not defined. Variables of the environment are unknown.
    const isDefined = written !== undefined && written !== "";
    return word === "ifdef" ? isDefined : !isDefined;
  }
  const sides = sidesOf(rest.trim());
  if (sides === undefined) return undefined;
  const [left, right] = sides.map((side) => expand(side, variables));
  if (left === undefined || right === undefined) return undefined;
  return (left.trim() === right.trim()) === (word === "ifeq");
}

function sidesOf(text: string): readonly [string, string] | undefined {
  if (text.startsWith("(") && text.endsWith(")")) {
    const [left, ...right] = splitOutside(text.slice(1, -1), /,/);
    return right.length === 0 ? undefined : [left!, right.join(",")];
  }
  const quoted = /^(["'])(.*?)\1\s*(["'])(.*)\3$/.exec(text);
  return quoted === null ? undefined : [quoted[2]!, quoted[4]!];
}
