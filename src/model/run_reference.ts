/**
 * References to a run, as people write them: its id, a job's name for the newest run, `name/last`, or the
 * beginning of an id or a time. Pure.
 */

import { nameProblem, parseRunId, type RunId, runIdOf, type Timestamp } from "./ids.ts";

/** The end of what a list shortened, which people copy with the rest. */
const SHORTENED = /…$/;
/** The part `/20261122` of an id. */
const DATE_LENGTH = 9;

/** The questions to the store while a reference is resolved. */
export interface KnownRuns {
  readonly names: readonly string[];
  has(id: RunId): boolean;
  /** The runs of one name whose timestamp begins like this, newest first. */
  beginningWith(name: string, text: string): readonly Timestamp[];
}

export type Reference =
  | { readonly kind: "run"; readonly id: RunId }
  /** The newest run of each job that has one. */
  | { readonly kind: "newest"; readonly name: string }
  | { readonly kind: "none"; readonly fact: string }
  | { readonly kind: "several"; readonly ids: readonly RunId[] };

export function resolveReference(written: string, known: KnownRuns): Reference {
  const text = written.replace(SHORTENED, "");
  if (known.names.includes(text)) return { kind: "newest", name: text };
  const slash = text.indexOf("/");
  if (slash >= 0) {
    const name = text.slice(0, slash);
    const rest = text.slice(slash + 1);
    if (!known.names.includes(name)) {
      return { kind: "none", fact: nameProblem(name) ?? `${name} has no runs` };
    }
    if (rest === "last" || rest === "") return { kind: "newest", name };
    const exact = parseRunId(text);
    if (exact !== undefined) {
      const id = text as RunId;
      return known.has(id) ? { kind: "run", id } : { kind: "none", fact: "there is no such run" };
    }
    return oneOf(known.beginningWith(name, rest).map((time) => runIdOf(name, time)));
  }
  if (text === "") return { kind: "none", fact: "the reference is empty" };
  const ids: RunId[] = [];
  for (const name of known.names) {
    const byName = name.startsWith(text);
    if (!byName && !/^\d/.test(text)) continue;
    for (const time of known.beginningWith(name, byName ? "" : text)) ids.push(runIdOf(name, time));
  }
  return oneOf(ids);
}

/**
 * The shortest prefix that matches one id only, at least up to the date. `neighbours` are the ids of the same
 * name directly before and after it, which share more of it than any other.
 */
export function shortestPrefix(id: RunId, neighbours: readonly RunId[]): string {
  const shared = neighbours.map((other) => sharedLength(id, other) + 1);
  return id.slice(0, Math.max(id.indexOf("/") + DATE_LENGTH, ...shared));
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function oneOf(ids: readonly RunId[]): Reference {
  const [first, ...others] = ids;
  if (first === undefined) return { kind: "none", fact: "no run id begins like this" };
  return others.length === 0 ? { kind: "run", id: first } : { kind: "several", ids };
}
