/**
 * The lines of a Makefile, joined and classified. Pure text; knows no targets. Source: the manual of GNU
 * make, and its read.c.
 */

import { closing } from "./make_variables.ts";

/** A line together with its continuation lines. */
export function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let pending: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const whole: string = pending === undefined ? line : `${pending} ${line.trimStart()}`;
    const backslashes = /\\*$/.exec(line)![0].length;
    if (backslashes % 2 === 1) pending = whole.slice(0, -1).trimEnd();
    else {
      lines.push(whole);
      pending = undefined;
    }
  }
  return pending === undefined ? lines : [...lines, pending];
}

export interface SplitLine {
  readonly code: string;
  /** The part after the first "#" without a backslash before it. */
  readonly comment: string | undefined;
}

export function splitComment(line: string): SplitLine {
  for (let at = line.indexOf("#"); at >= 0; at = line.indexOf("#", at + 1)) {
    const backslashes = /\\*$/.exec(line.slice(0, at))![0].length;
    if (backslashes % 2 === 0) return { code: line.slice(0, at), comment: line.slice(at) };
  }
  return { code: line, comment: undefined };
}

export interface Assignment {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

const MODIFIER = /^(?:export|override|private|unexport)\s+(?=\S)/;

/** `VAR = x` in all its forms; undefined for any other line. */
export function assignmentIn(line: string): Assignment | undefined {
  let rest = line.trimStart();
  for (let modifier = MODIFIER.exec(rest); modifier !== null; modifier = MODIFIER.exec(rest)) {
    rest = rest.slice(modifier[0].length);
  }
  const name = nameBefore(rest, /[\s=:?+!]/);
  if (name === "" || name === undefined) return undefined;
  // A name can contain characters that also begin an operator, as in `a+b = c`.
  const operator = /^\s*(=|:{1,3}=|\?=|\+=|!=)/.exec(rest.slice(name.length));
  if (operator !== null) {
    const value = rest.slice(name.length + operator[0].length).trim();
    return { name, operator: operator[1]!, value };
  }
  const longer = nameBefore(rest, /[\s=:]/);
  const late = longer === undefined ? null : /^([^\s=:]*?)([?+!])?=/.exec(rest);
  return late === null || longer === ""
    ? undefined
    : { name: late[1]!, operator: `${late[2] ?? ""}=`, value: rest.slice(late[0].length).trim() };
}

/** The part before the first such character outside a reference. */
function nameBefore(text: string, ends: RegExp): string | undefined {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "$" && /[({]/.test(text[at + 1] ?? "")) {
      const end = closing(text, at + 1);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (ends.test(text[at]!)) return text.slice(0, at);
  }
  return text;
}

export interface RuleLine {
  readonly targets: string;
  /** The part after the colon, without a recipe. */
  readonly rest: string;
  readonly hasRecipe: boolean;
}

/** `targets: prerequisites ; recipe`; undefined for a line that is no rule. */
export function ruleIn(line: string): RuleLine | undefined {
  let colon = -1;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "$" && /[({]/.test(line[at + 1] ?? "")) {
      const end = closing(line, at + 1);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (line[at] === ":" && line[at - 1] !== "\\") {
      colon = at;
      break;
    }
  }
  if (colon < 0) return undefined;
  const targets = line.slice(0, colon).replace(/&$/, "").trim();
  const behind = line.slice(colon + 1).replace(/^:/, "");
  const semicolon = behind.indexOf(";");
  const rest = semicolon < 0 ? behind : behind.slice(0, semicolon);
  // `prog: CFLAGS = -g` sets a variable for a target, and is no rule.
  if (targets === "" || assignmentIn(rest) !== undefined) return undefined;
  return { targets, rest, hasRecipe: semicolon >= 0 };
}
