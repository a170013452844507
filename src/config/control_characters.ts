/**
 * Finds control characters that were not intended: TOML reads a backslash in double quotes as the start of an escape. Pure
 * text.
 */

import type { KeyPath } from "./problem.ts";
import { assignment } from "./hints.ts";

/** Describes what is wrong with a value, and how to write it instead if that is known. */
export interface Refusal {
  readonly fact: string;
  hint(at: KeyPath): string | undefined;
}

/** The escape in TOML, and the common name. */
const NAMES: ReadonlyMap<string, readonly [written: string, name: string]> = new Map([
  ["\b", ["\\b", "a backspace"]],
  ["\t", ["\\t", "a tab"]],
  ["\n", ["\\n", "a line break"]],
  ["\f", ["\\f", "a form feed"]],
  ["\r", ["\\r", "a carriage return"]],
  ["\u001b", ["\\e", "an escape character"]],
]);

// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** `what` starts the sentence, as in "a path". */
export function controlCharacterIn(value: string, what: string): Refusal | undefined {
  const character = CONTROL.exec(value)?.[0];
  if (character === undefined || character === "\0") return undefined;
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  const [written, name] = NAMES.get(character) ?? [undefined, `the control character U+${code}`];
  return {
    fact: `${what} cannot hold ${name}`,
    hint(at) {
      const meant = [...value].map((each) => NAMES.get(each)?.[0] ?? each).join("");
      if (written === undefined || CONTROL.test(meant) || meant.includes("'")) return undefined;
      const instead = assignment(at, `'${meant}'`);
      return `in double quotes ${written} means ${name}; single quotes keep the backslash: ${
        instead ?? `'${meant}'`
      }`;
    },
  };
}
