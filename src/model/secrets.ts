/** Keeping the values of secret variables out of everything that is kept. Pure. */

import { MASK, Masker } from "./masker.ts";
import { SecretFinder } from "./secret_finder.ts";

export { MASK };

/** A shorter value stands in half of all texts by chance: masking it would destroy them, and hide nothing. */
export const MIN_SECRET_LENGTH = 4;
/** Of a value with several lines, a shorter one (`}`, `true,`) is no secret by itself. */
const MIN_LINE_LENGTH = 8;

/** Every form in which the values of the named variables may be shown; nothing of those that are too short. */
export function secretValues(
  names: readonly string[],
  env: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set(names.flatMap((name) => formsOf(valueOf(name, env) ?? "")))];
}

/** Which of the named variables have a value that is too short to be kept secret; one that is empty has none. */
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
 * The value as it is, without the blanks around it (`$(cat token)` takes the line end, an editor adds one), with the other
 * line ends (a terminal makes CRLF of LF), and each of its lines, as programs show a key line by line.
 */
function formsOf(value: string): readonly string[] {
  const trimmed = value.trim();
  if (isShorter(trimmed, MIN_SECRET_LENGTH)) return [];
  const lines = trimmed.split(/\r\n|\r|\n/);
  if (lines.length === 1) return [value, trimmed];
  const long = lines.map((line) => line.trim()).filter((line) => !isShorter(line, MIN_LINE_LENGTH));
  return [value, trimmed, lines.join("\n"), lines.join("\r\n"), ...long];
}

/** In characters, not in UTF-16 units. */
function isShorter(text: string, length: number): boolean {
  return text.length < length || (text.length < 2 * length && [...text].length < length);
}

/** A text with everything that belongs to a secret value replaced. */
export function maskText(text: string, values: readonly string[]): string {
  if (values.length === 0 || text === "") return text;
  const masker = new Masker(finderOf(values));
  const shown = masker.push(new TextEncoder().encode(text));
  if (!masker.hasFound) return text;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(shown, { stream: true }) + decoder.decode(masker.flush());
}

/** Whether a secret value stands in the text. */
export function holdsSecret(text: string, values: readonly string[]): boolean {
  return maskText(text, values) !== text;
}

const finders = new WeakMap<readonly string[], SecretFinder>();

/** Made once for each list, which is the same one for a whole run. */
export function finderOf(values: readonly string[]): SecretFinder {
  const known = finders.get(values);
  if (known !== undefined) return known;
  const encoder = new TextEncoder();
  const finder = new SecretFinder(values.map((value) => encoder.encode(value)));
  finders.set(values, finder);
  return finder;
}
