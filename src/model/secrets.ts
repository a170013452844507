/** Keeping the values of secret variables out of everything that is kept. Pure. */

import type { JsonValue } from "./canonical_json.ts";

export const MASK = "***";

/** The values of the named variables in an environment, without empty ones, longest first. */
export function secretValues(
  names: readonly string[],
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const values = new Set<string>();
  for (const name of names) {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined && value !== "") values.add(value);
  }
  // A secret that begins with another one has to be replaced whole.
  return [...values].sort((a, b) => b.length - a.length);
}

/** A text with every secret value replaced. */
export function maskText(text: string, values: readonly string[]): string {
  let masked = text;
  for (const value of values) masked = masked.replaceAll(value, MASK);
  return masked;
}

/** The same for every text within a value; keys stay as they are. */
export function maskDeep<T extends JsonValue>(value: T, values: readonly string[]): T {
  if (values.length === 0) return value;
  const mask = (inner: JsonValue): JsonValue => {
    if (typeof inner === "string") return maskText(inner, values);
    if (inner === null || typeof inner !== "object") return inner;
    if (Array.isArray(inner)) return inner.map(mask);
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, mask(item)]));
  };
  return mask(value) as T;
}
