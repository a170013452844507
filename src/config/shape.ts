/**
 * The forms of values in the configuration. A shape returns the value, or notes what is wrong with it, and
 * describes its form as JSON Schema. Does not know which keys exist.
 */

import type { JsonValue } from "../model/canonical_json.ts";
import { quote } from "../model/visible.ts";
import { asList, asNumber, assignment, asString, didYouMean, knownWords, meantKey } from "./hints.ts";
import type { Refusal } from "./control_characters.ts";
import type { KeyPath, Problem } from "./problem.ts";

/** undefined: a problem was noted. */
export type Reading<T> = (value: unknown, at: KeyPath, problems: Problem[]) => T | undefined;

export type JsonSchema = { readonly [key: string]: JsonValue };

export interface Shape<T> extends Reading<T> {
  /** For editors. Accepts more than the shape where JSON Schema cannot express a rule, never less. */
  readonly schema: () => JsonSchema;
}

/** Combines the two halves of a shape; the second is called only to generate a schema. */
export function shape<T>(read: Reading<T>, schema: () => JsonSchema): Shape<T> {
  return Object.assign(read, { schema });
}

export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The kind of a value, in words that follow "found". */
export function kindOf(value: unknown): string {
  if (typeof value === "string") return value === "" ? "an empty string" : "a string";
  if (typeof value === "number" || typeof value === "bigint") return "a number";
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return value instanceof Date ? "a date or time" : "a table";
}

/** Notes a wrong value; always returns undefined, so that a shape can return the result. */
export function wrong(
  problems: Problem[],
  at: KeyPath,
  message: string,
  hint?: string,
): undefined {
  problems.push({ at, point: "value", message, hint });
}

/** Says what is wrong with a string. */
export type Refuse = (value: string) => string | Refusal | undefined;

/**
 * A string; `refuse` says what is wrong with one, and `rule` expresses as much of that as JSON Schema can.
 */
export function text(refuse?: Refuse, rule: JsonSchema = {}): Shape<string> {
  return shape((value, at, problems) => {
    if (typeof value !== "string") {
      return wrong(problems, at, `expected a string, found ${kindOf(value)}`, asString(at, value));
    }
    const refused = refuse?.(value);
    if (refused === undefined) return value;
    return typeof refused === "string"
      ? wrong(problems, at, refused)
      : wrong(problems, at, refused.fact, refused.hint(at));
  }, () => ({ type: "string", ...rule }));
}

export const flag: Shape<boolean> = shape((value, at, problems) => {
  if (typeof value === "boolean") return value;
  const hint = value === "true" || value === "false" ? assignment(at, value) : undefined;
  return wrong(problems, at, `expected true or false, found ${kindOf(value)}`, hint);
}, () => ({ type: "boolean" }));

/** A number within inclusive bounds. */
export function number(
  bounds: { readonly min: number; readonly max: number; readonly whole?: true },
): Shape<number> {
  const expected = `expected a ${bounds.whole ? "whole " : ""}number from ${bounds.min} to ${bounds.max}`;
  return shape((value, at, problems) => {
    if (typeof value !== "number" && typeof value !== "bigint") {
      return wrong(problems, at, `${expected}, found ${kindOf(value)}`, asNumber(at, value));
    }
    // NaN fails both comparisons; a bigint is larger than any bound, because a smaller one would have arrived
    // as a number.
    const fits = typeof value === "number" && value >= bounds.min && value <= bounds.max &&
      (bounds.whole === undefined || Number.isInteger(value));
    return fits ? value : wrong(problems, at, `${expected}, found ${inToml(value)}`);
  }, () => ({ type: bounds.whole ? "integer" : "number", minimum: bounds.min, maximum: bounds.max }));
}

/** One of several words. `spellings` maps other accepted spellings; with it, case is ignored. */
export function oneOf<const W extends string>(
  words: readonly W[],
  spellings?: Readonly<Record<string, W>>,
): Shape<W> {
  const expected = `expected ${words.slice(0, -1).map(quote).join(", ")} or ${quote(words.at(-1)!)}`;
  const accepted = new Map<string, W>([
    ...words.map((word) => [word, word] as const),
    ...Object.entries(spellings ?? {}),
  ]);
  return shape((value, at, problems) => {
    if (typeof value !== "string") return wrong(problems, at, `${expected}, found ${kindOf(value)}`);
    const word = accepted.get(spellings === undefined ? value : value.toLowerCase());
    if (word !== undefined) return word;
    const meant = meantKey(value, words);
    return wrong(
      problems,
      at,
      `${expected}, found ${quote(value)}`,
      meant === undefined ? undefined : didYouMean(meant),
    );
  }, () => {
    if (spellings === undefined) return { type: "string", enum: words };
    // Editors offer the words; the pattern covers the other accepted spellings.
    return {
      anyOf: [{ type: "string", enum: words }, { type: "string", pattern: anyCase([...accepted.keys()]) }],
    };
  });
}

/** A pattern that matches these words in any case, because JSON Schema has no flag for that. */
function anyCase(words: readonly string[]): string {
  const letters = (word: string) => word.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
  return `^(${words.map(letters).join("|")})$`;
}

/** A list of elements of one shape. `things` names the elements, as in "strings". */
export function listOf<T>(
  element: Shape<T>,
  things: string,
  options: {
    /** The words for what an empty list should have been; undefined: an empty list is accepted. */
    readonly empty?: string;
    readonly emptyHint?: (at: KeyPath) => string;
    readonly insteadHint?: (at: KeyPath, value: unknown) => string | undefined;
  } = {},
): Shape<readonly T[]> {
  return shape((value, at, problems) => {
    if (!Array.isArray(value)) {
      const hint = options.insteadHint === undefined
        ? (element(value, at, []) === undefined ? undefined : asList(at, value))
        : options.insteadHint(at, value);
      return wrong(problems, at, `expected a list of ${things}, found ${kindOf(value)}`, hint);
    }
    if (value.length === 0 && options.empty !== undefined) {
      return wrong(problems, at, `expected ${options.empty}, found an empty list`, options.emptyHint?.(at));
    }
    const before = problems.length;
    const elements = value.map((inner, index) => element(inner, at.concat(index), problems));
    return problems.length === before ? elements as T[] : undefined;
  }, () => ({
    type: "array",
    items: element.schema(),
    ...(options.empty === undefined ? {} : { minItems: 1 }),
  }));
}

type Shapes = Readonly<Record<string, Shape<unknown>>>;

/** Each key with its value; undefined where it is absent or wrong. */
export type Values<S extends Shapes> = {
  readonly [K in keyof S]: S[K] extends Shape<infer T> ? T | undefined : never;
};

export interface TableOptions {
  /** Required keys, with how to write each; `orElse` is a key that can be there instead. */
  readonly required?: readonly {
    readonly key: string;
    readonly hint: string;
    readonly orElse?: string;
  }[];
  /** Keys of another kind of table, with the message for each when it is used here. */
  readonly elsewhere?: { readonly keys: readonly string[]; readonly hint: string };
  readonly insteadHint?: (at: KeyPath, value: unknown) => string | undefined;
}

/** A table with known keys. */
export function tableOf<S extends Shapes>(shapes: S, options: TableOptions = {}): Shape<Values<S>> {
  const known = Object.keys(shapes);
  const required = options.required ?? [];
  return shape((value, at, problems) => {
    if (!isTable(value)) {
      return wrong(
        problems,
        at,
        `expected a table, found ${kindOf(value)}`,
        options.insteadHint?.(at, value),
      );
    }
    // Only known keys become own properties.
    const values: Record<string, unknown> = {};
    let meantKeys: Set<string> | undefined;
    for (const key of Object.keys(value)) {
      // A spread would take four times the memory.
      const inside = at.concat(key);
      if (Object.hasOwn(shapes, key)) {
        values[key] = shapes[key]!(value[key], inside, problems);
        continue;
      }
      const meant = meantKey(key, known);
      if (meant !== undefined) (meantKeys ??= new Set()).add(meant);
      const hint = options.elsewhere?.keys.includes(key)
        ? options.elsewhere.hint
        : meant === undefined
        ? knownWords(known)
        : didYouMean(meant);
      problems.push({ at: inside, point: "key", message: "unknown key", hint });
    }
    for (const { key, hint, orElse } of required) {
      // A mistyped required key was already reported.
      if (Object.hasOwn(value, key) || meantKeys?.has(key)) continue;
      if (orElse !== undefined && (Object.hasOwn(value, orElse) || meantKeys?.has(orElse))) continue;
      problems.push({ at, point: "header", message: `the key ${quote(key)} is missing`, hint });
    }
    return values as Values<S>;
  }, () => ({
    type: "object",
    properties: Object.fromEntries(known.map((key) => [key, shapes[key]!.schema()])),
    ...requiredSchema(required),
    additionalProperties: false,
  }));
}

function requiredSchema(required: NonNullable<TableOptions["required"]>): JsonSchema {
  const always = required.filter(({ orElse }) => orElse === undefined).map(({ key }) => key);
  const either = required.filter(({ orElse }) => orElse !== undefined);
  return {
    ...(always.length === 0 ? {} : { required: always }),
    ...(either.length === 0 ? {} : {
      allOf: either.map(({ key, orElse }) => ({
        anyOf: [{ required: [key] }, { required: [orElse!] }],
      })),
    }),
  };
}

function inToml(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
}
