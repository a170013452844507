/** Reads the sessions of a noxfile.py. Runs no Python. */

import { ok } from "../../../model/result.ts";
import { canBeGiven, oneLine, type Proposal, type Reading } from "./proposal.ts";

export function noxSessions(text: string, from: string): Reading {
  const lines = text.split(/\r?\n/);
  const found: Proposal[] = [];
  let decorator: string | undefined;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (/^@(?:[\w.]+\.)?session\b/.test(line)) {
      const { text, last } = statementAt(lines, at);
      decorator = text;
      at = last;
    } else if (decorator !== undefined && /^(?:async\s+)?def\s/.test(line)) {
      const { text, last } = statementAt(lines, at);
      const session = sessionOf(decorator, text, lines[last + 1] ?? "", from);
      if (session !== undefined) found.push(session);
      decorator = undefined;
      at = last;
    }
  }
  return ok(found);
}

function sessionOf(decorator: string, head: string, first: string, from: string): Proposal | undefined {
  const name = /\bname\s*=\s*(["'])(.*?)\1/.exec(decorator)?.[2] ?? /def\s+(\w+)/.exec(head)?.[1] ?? "";
  if (!canBeGiven(name)) return undefined;
  const words = /^\s+[rRuU]?(?:"""|'''|"|')(.*)$/.exec(first)?.[1]?.replace(/(?:"""|'''|"|')\s*$/, "");
  const description = oneLine(words ?? "");
  const command = ["nox", "-s", name] as const;
  return { name, tool: "nox", command, description, isDocumented: description !== undefined, from };
}

/** A line together with the following lines while its parentheses are open. */
function statementAt(
  lines: readonly string[],
  from: number,
): { readonly text: string; readonly last: number } {
  let depth = 0;
  for (let at = from; at < lines.length; at++) {
    for (const character of lines[at]!) {
      if ("([{".includes(character)) depth++;
      if (")]}".includes(character)) depth--;
    }
    if (depth <= 0) return { text: lines.slice(from, at + 1).join(" "), last: at };
  }
  return { text: lines[from]!, last: from };
}
