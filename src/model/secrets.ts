/** Keeps the values of secret variables out of everything that is stored. Pure. */

import { MASK, Masker } from "./masker.ts";
import { SecretFinder } from "./secret_finder.ts";

export { MASK };

/** A shorter value occurs in many texts by chance; masking it would destroy them and hide nothing. */
export const MIN_SECRET_LENGTH = 4;
/** A shorter line (`}`, `true,`) of a value with several lines is no secret by itself. */
const MIN_LINE_LENGTH = 8;

/** Every form in which the values of the named variables may be shown; too short values are left out. */
export function secretValues(
  names: readonly string[],
  env: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set(names.flatMap((name) => formsOf(valueOf(name, env) ?? "")))];
}

/** The named variables whose value is too short to be kept secret; an empty value has no secret. */
export function tooShortSecrets(
  names: readonly string[],
  env: Readonly<Record<string, string>>,
): readonly string[] {
  return names.filter((name) => {
    const value = valueOf(name, env) ?? "";
    return value !== "" && isShorter(value.trim(), MIN_SECRET_LENGTH);
  });
}

function valueOf(name: string, env: Readonly<Record<string, string>>): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

/**
 * The value itself; the value without surrounding blanks (`$(cat token)` drops the line end, an editor adds
 * one); with the other line ends (a terminal turns LF into CRLF); and each of its lines, because programs
 * show a key line by line.
 */
function formsOf(value: string): readonly string[] {
  const trimmed = value.trim();
  if (isShorter(trimmed, MIN_SECRET_LENGTH)) return [];
  const lines = trimmed.split(/\r\n|\r|\n/);
  if (lines.length === 1) return [value, trimmed];
  const long = lines.map((line) => line.trim()).filter((line) => !isShorter(line, MIN_LINE_LENGTH));
  return [value, trimmed, lines.join("\n"), lines.join("\r\n"), ...long];
}

/** Counted in characters, not in UTF-16 units. */
function isShorter(text: string, length: number): boolean {
  return text.length < length || (text.length < 2 * length && [...text].length < length);
}

/** The text with every secret value replaced. */
export function maskText(text: string, values: readonly string[]): string {
  if (values.length === 0 || text === "") return text;
  const masker = new Masker(finderOf(values));
  const shown = masker.push(new TextEncoder().encode(text));
  if (!masker.hasFound) return text;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(shown, { stream: true }) + decoder.decode(masker.flush());
}

/** Whether the text contains a secret value. */
export function holdsSecret(text: string, values: readonly string[]): boolean {
  return maskText(text, values) !== text;
}

const finders = new WeakMap<readonly string[], SecretFinder>();

/** Built once per list, because a run uses the same list throughout. */
export function finderOf(values: readonly string[]): SecretFinder {
  const known = finders.get(values);
  if (known !== undefined) return known;
  const encoder = new TextEncoder();
  const finder = new SecretFinder(values.map((value) => encoder.encode(value)));
  finders.set(values, finder);
  return finder;
}
