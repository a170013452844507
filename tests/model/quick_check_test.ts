/** Schemas as plain functions: they accept and refuse what the schema accepts and refuses. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import * as v from "valibot";
import { accepting, quickCheck } from "../../src/store/quick_check.ts";

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Every kind of rule that records have, and some that are left to the schema. */
const schema = v.looseObject({
  text,
  count,
  time: v.nullable(v.pipe(text, v.regex(/^\d+Z$/))),
  checked: v.pipe(text, v.check((value) => value.length < 4)),
  long: v.pipe(text, v.minLength(2), v.maxLength(9)),
  any: v.number(),
  isTrue: v.boolean(),
  one: v.literal("one"),
  some: v.picklist(["a", "b"]),
  list: v.array(v.looseObject({ inner: count, more: v.optional(text) })),
  env: v.record(text, text),
  maybe: v.optional(v.nullable(count)),
  pair: v.tuple([text, v.nullable(text)]),
});

const right = fc.record({
  text: fc.string(),
  count: fc.nat(),
  time: fc.constantFrom(null, "1Z"),
  checked: fc.string({ maxLength: 3 }),
  long: fc.string({ minLength: 2, maxLength: 9 }),
  any: fc.double({ noNaN: true }),
  isTrue: fc.boolean(),
  one: fc.constant("one"),
  some: fc.constantFrom("a", "b"),
  list: fc.array(fc.record({ inner: fc.nat(), more: fc.string() }, { requiredKeys: ["inner"] })),
  env: fc.dictionary(fc.string(), fc.string()),
  maybe: fc.option(fc.nat()),
  pair: fc.tuple(fc.string(), fc.constant(null)),
  later: fc.jsonValue(),
}, {
  requiredKeys: [
    ...["text", "count", "time", "checked", "long", "any", "isTrue", "one", "some"] as const,
    ...["list", "env", "pair"] as const,
  ],
});

/** Values that are wrong in most places. */
const strange = fc.constantFrom<unknown>(
  undefined,
  null,
  NaN,
  -1,
  1.5,
  "",
  "c",
  "12345",
  "Z",
  true,
  [],
  [1],
  {
    inner: -1,
  },
  { a: 1 },
);

Deno.test("a quick check accepts what its schema accepts, and refuses what it refuses", () => {
  const check = quickCheck(schema);
  fc.assert(fc.property(right, (value) => {
    assertEquals([check(value), v.is(schema, value)], [true, true]);
  }));
  fc.assert(
    fc.property(right, fc.nat(), strange, fc.boolean(), (value, place, wrong, isInside) => {
      const changed: Record<string, unknown> = structuredClone(value);
      const keys = Object.keys(changed);
      const key = keys[place % keys.length]!;
      const inside = changed[key];
      if (isInside && inside !== null && typeof inside === "object") {
        const [first] = Object.keys(inside);
        (inside as Record<string, unknown>)[first ?? "0"] = wrong;
      } else if (wrong === undefined && place % 2 === 0) delete changed[key];
      else changed[key] = wrong;
      assertEquals(check(changed), v.is(schema, changed), JSON.stringify(changed));
    }),
    { numRuns: 3000 },
  );
  fc.assert(fc.property(fc.jsonValue(), (value) => assertEquals(check(value), v.is(schema, value))));
});

Deno.test("a schema that is asked often still refuses a wrong value", () => {
  const accepts = accepting(v.looseObject({ count }));
  for (let time = 0; time < 100; time++) {
    assertEquals([accepts({ count: time }), accepts({ count: -1 }), accepts({})], [true, false, false]);
  }
});
