/** The content that a person has trusted: a definition with everything that it would run. Pure. */

import { canonicalJson, type JsonValue } from "./canonical_json.ts";
import type { Definition } from "./definition.ts";
import { differences } from "./difference.ts";

/** Everything that the digest covers. */
export interface TrustedContent {
  /** The canonical path of the project's root. */
  readonly project: string;
  readonly subject: "job" | "task";
  readonly name: string;
  /** As written, with the values of secrets replaced. */
  readonly definition: Definition;
  /** With its variables replaced: of the command, then of each check. */
  readonly argv: readonly (readonly string[])[];
  readonly working_dir: string;
  /** Each file inside the project that an argument names, by its path from the root, with its digest. */
  readonly files: Readonly<Record<string, string>>;
  /** The other commands that run because of it, such as `service db` and `notify`; absent where there are none. */
  readonly around?: Readonly<Record<string, AroundCommand>>;
}

/** A command that runs because of a job or task. */
export interface AroundCommand {
  readonly argv: readonly (readonly string[])[];
  /** What else decides what it does, such as its definition. */
  readonly traits: JsonValue;
}

/** The record of a person's trust. */
export interface TrustEntry extends TrustedContent {
  readonly format: 1;
  readonly kind: "trust";
  readonly sha256: string;
  readonly trusted_at: string;
  readonly by: string | null;
}

export type TrustVerdict =
  | { readonly kind: "trusted"; readonly entry: TrustEntry }
  | { readonly kind: "never" }
  /** Each change in a few words, such as `file build.sh`. */
  | { readonly kind: "changed"; readonly entry: TrustEntry; readonly changes: readonly string[] };

/** The text whose digest is compared. */
export function trustText(
  { project, subject, name, definition, argv, working_dir, files, around }: TrustedContent,
): string {
  return canonicalJson({ project, subject, name, definition, argv, working_dir, files, around });
}

export function trustChanges(before: TrustedContent, now: TrustedContent): readonly string[] {
  const changes: string[] = [];
  if (before.project !== now.project) changes.push(`the project's path, which was ${before.project}`);
  for (const { field } of differences(before.definition, now.definition)) changes.push(field);
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  // The written definition can be unchanged and resolve differently, because of a variable.
  if (changes.length === 0 && !isSame(before.argv, now.argv)) changes.push("what its arguments come to");
  if (changes.length === 0 && before.working_dir !== now.working_dir) {
    changes.push("what its working_dir comes to");
  }
  for (const [what, how] of differing(before.around ?? {}, now.around ?? {})) changes.push(`${what}${how}`);
  for (const [path, how] of differing(before.files, now.files)) changes.push(`file ${path}${how}`);
  return changes;
}

/** The names whose values differ, sorted, with how. */
function differing(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): readonly (readonly [name: string, how: string])[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.filter((name) => canonicalJson(before[name] ?? null) !== canonicalJson(now[name] ?? null))
    .map((name) => [name, before[name] === undefined ? " (new)" : now[name] === undefined ? " (gone)" : ""]);
}

/** `its command[1] and file build.sh changed since a person trusted it`. */
export function untrustedWords(verdict: Exclude<TrustVerdict, { kind: "trusted" }>): string {
  if (verdict.kind === "never") return "no person has trusted it";
  const shown = verdict.changes.slice(0, MAX_NAMED);
  const more = verdict.changes.length - shown.length;
  const named = [...shown, ...(more > 0 ? [`${more} more`] : [])];
  const last = named.pop();
  const list = named.length === 0 ? last : `${named.join(", ")} and ${last}`;
  return `changed since a person trusted it: ${list}`;
}

const MAX_NAMED = 5;
