/**
 * Schemas of many values, as plain functions: half the time of asking the schema, which makes an object for each part of a
 * value. Only the schema says what is wrong with a value. Pure.
 */

import * as v from "valibot";

type Check = (value: unknown) => boolean;

/** Making the function takes as long as asking the schema this often. */
const FEW_VALUES = 16;

/** Whether a schema accepts a value, which may be large; it must not transform values. */
export function accepting(schema: v.GenericSchema): (value: unknown, isLarge?: boolean) => boolean {
  let asked = 0;
  let quick: Check | undefined;
  return (value, isLarge = false) => {
    if (asked < FEW_VALUES && !isLarge) {
      asked++;
      return v.is(schema, value);
    }
    quick ??= quickCheck(schema);
    return quick(value) || v.is(schema, value);
  };
}

/** True only where the schema accepts the value. */
export function quickCheck(schema: v.GenericSchema): Check {
  const known = schema as v.GenericSchema & Parts;
  if (known.pipe !== undefined) return pipeCheck(schema, known.pipe);
  switch (schema.type) {
    case "string":
      return (value) => typeof value === "string";
    case "number":
      return (value) => typeof value === "number" && !Number.isNaN(value);
    case "boolean":
      return (value) => typeof value === "boolean";
    case "literal":
      return (value) => value === known.literal;
    case "picklist": {
      const options = new Set<unknown>(known.options);
      return (value) => options.has(value);
    }
    case "nullable": {
      const inner = quickCheck(known.wrapped);
      return (value) => value === null || inner(value);
    }
    case "optional": {
      const inner = quickCheck(known.wrapped);
      return (value) => value === undefined || inner(value);
    }
    case "array": {
      const inner = quickCheck(known.item);
      return (value) => {
        if (!Array.isArray(value)) return false;
        for (let index = 0; index < value.length; index++) if (!inner(value[index])) return false;
        return true;
      };
    }
    case "record": {
      const [isKey, isValue] = [quickCheck(known.key), quickCheck(known.value)];
      return (value) => {
        if (value === null || typeof value !== "object") return false;
        for (const key in value) {
          if (!isKey(key) || !isValue((value as Readonly<Record<string, unknown>>)[key])) return false;
        }
        return true;
      };
    }
    case "loose_object":
      return objectCheck(known.entries);
    default:
      return (value) => v.is(schema, value);
  }
}

/** The parts of a schema, of which each kind has some. */
interface Parts {
  readonly pipe?: readonly (v.GenericSchema | v.GenericPipeAction)[];
  readonly entries: Readonly<Record<string, v.GenericSchema>>;
  readonly item: v.GenericSchema;
  readonly key: v.GenericSchema;
  readonly value: v.GenericSchema;
  readonly wrapped: v.GenericSchema;
  readonly literal: unknown;
  readonly options: readonly unknown[];
}

/** The actions are the schema's own, so that nothing has to be said twice. */
function pipeCheck(schema: v.GenericSchema, pipe: NonNullable<Parts["pipe"]>): Check {
  const [first, ...actions] = pipe as [v.GenericSchema, ...v.GenericPipeAction[]];
  const checks = actions.map((action) => {
    const { type, requirement } = action as typeof action & { readonly requirement: unknown };
    if (type === "integer" || type === "check") return requirement as Check;
    if (type === "min_value") return (value: unknown) => (value as number) >= (requirement as number);
    if (type === "regex" && requirement instanceof RegExp) {
      return (value: unknown) => requirement.test(value as string);
    }
    return undefined;
  });
  const isFirst = quickCheck(first);
  const [only, second] = checks;
  if (checks.includes(undefined)) return (value) => v.is(schema, value);
  if (only !== undefined && checks.length === 1) return (value) => isFirst(value) && only(value);
  if (only !== undefined && second !== undefined && checks.length === 2) {
    return (value) => isFirst(value) && only(value) && second(value);
  }
  return (value) => isFirst(value) && checks.every((check) => check!(value));
}

function objectCheck(entries: Parts["entries"]): Check {
  const keys = Object.keys(entries);
  const rules = keys.map((key) => {
    const rule = entries[key]! as v.GenericSchema & Parts;
    const mayBeMissing = rule.type === "optional";
    return { key, mayBeMissing, check: quickCheck(mayBeMissing ? rule.wrapped : rule) };
  });
  return (value) => {
    if (value === null || typeof value !== "object") return false;
    for (let index = 0; index < rules.length; index++) {
      const { key, mayBeMissing, check } = rules[index]!;
      const item = (value as Readonly<Record<string, unknown>>)[key];
      if (item === undefined) {
        if (!mayBeMissing) return false;
      } else if (!check(item)) return false;
    }
    return true;
  };
}
