/**
 * Masks the texts of a value and leaves its structure alone: a status, a key or an id stays as it is, even
 * where a secret happens to be the same word. Pure.
 */

import type { JsonValue } from "./canonical_json.ts";
import { maskText } from "./secrets.ts";

/**
 * Says for every field of T that can hold arbitrary text whether it is masked. Fields of other types
 * (numbers, statuses, run ids) cannot be named, and a new field with text does not compile until somebody has
 * decided.
 */
export type TextRule<T> = JsonValue extends T ? Decision
  : string extends T ? Decision
  : NonNullable<T> extends readonly (infer Item)[] ? TextRule<Item>
  : string extends keyof NonNullable<T> ? TextRule<NonNullable<T>[keyof NonNullable<T>]>
  : { readonly [Key in TextKey<NonNullable<T>>]: TextRule<Field<NonNullable<T>, Key>> };

/** "masked": every text in the field. "kept": the field is structure, or was masked where it was made. */
type Decision = "masked" | "kept";

/** The keys of all members of a union. */
type Key<T> = T extends unknown ? keyof T : never;
type Field<T, K extends PropertyKey> = T extends { readonly [key in K]?: infer Value } ? Value : never;
type TextKey<T> = { [K in Key<T>]: HoldsText<Field<T, K>> extends true ? K : never }[Key<T>];
type HoldsText<T> = JsonValue extends T ? true
  : string extends T ? true
  : [NonNullable<T>] extends [string | number | boolean] ? false
  : NonNullable<T> extends readonly (infer Item)[] ? HoldsText<Item>
  : string extends keyof NonNullable<T> ? HoldsText<NonNullable<T>[keyof NonNullable<T>]>
  : [TextKey<NonNullable<T>>] extends [never] ? false
  : true;

export function maskTexts<T>(value: T, rule: TextRule<T>, secrets: readonly string[]): T {
  return secrets.length === 0 ? value : masked(value, rule, secrets) as T;
}

/** The same for values that have no type of their own; a field that the rule does not name is kept. */
export function masked(value: unknown, rule: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0 || rule === undefined || rule === "kept" || value === null) return value;
  if (typeof value === "string") return rule === "masked" ? maskText(value, secrets) : value;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => masked(item, rule, secrets));
  const ruleOf = (key: string) => typeof rule === "object" ? (rule as Rules)[key] : rule;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, masked(item, ruleOf(key), secrets)]),
  );
}

type Rules = Readonly<Record<string, unknown>>;
