/** Values as TOML text. Pure; for printing and writing, not for reading. */

import { visible } from "../model/visible.ts";

const BARE_KEY = /^[A-Za-z0-9_-]+$/;

/** One line, with everything escaped that could move a cursor. */
export function tomlValue(value: unknown): string {
  if (typeof value === "string") return tomlString(value);
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${tomlKey(key)} = ${tomlValue(inner)}`);
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  return String(value);
}

export function tomlKey(key: string): string {
  return BARE_KEY.test(key) ? key : tomlString(key);
}

export function tomlKeys(keys: readonly string[]): string {
  return keys.map(tomlKey).join(".");
}

function tomlString(text: string): string {
  // Escapes of JSON are valid in TOML; DEL and characters that reorder text are escaped in the same form.
  return visible(JSON.stringify(text));
}
