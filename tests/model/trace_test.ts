/** The trace context of a run, from that of its caller and of the run that contains it. */

import { assertEquals, assertMatch } from "@std/assert";
import { traceOf } from "../../src/model/trace.ts";

const DIGEST = "a".repeat(32) + "b".repeat(32);
const OUTER = "c".repeat(32) + "d".repeat(32);
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = `00-${TRACE}-b7ad6b7169203331-00`;

Deno.test("trace: without a caller a run begins a trace, which is sampled", () => {
  assertEquals(traceOf(DIGEST, undefined, undefined), {
    traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    parent: null,
  });
});

Deno.test("trace: a run is a child of its caller, with the caller's trace and flags", () => {
  assertEquals(traceOf(DIGEST, undefined, CALLER), {
    traceparent: `00-${TRACE}-${"b".repeat(16)}-00`,
    parent: CALLER,
  });
});

Deno.test("trace: inside another run it is a child of that run, in the same trace", () => {
  assertEquals(traceOf(DIGEST, OUTER, undefined), {
    traceparent: `00-${"c".repeat(32)}-${"b".repeat(16)}-01`,
    parent: `00-${"c".repeat(32)}-${"d".repeat(16)}-01`,
  });
  assertEquals(traceOf(DIGEST, OUTER, CALLER).parent, `00-${TRACE}-${"d".repeat(16)}-00`);
  assertEquals(traceOf(OUTER, undefined, CALLER).traceparent, traceOf(DIGEST, OUTER, CALLER).parent);
});

Deno.test("trace: an invalid value is ignored; a later version is read as far as it is known", () => {
  const wrong = [
    "",
    "00",
    CALLER.toUpperCase(),
    `${CALLER}-more`,
    `ff-${TRACE}-b7ad6b7169203331-00`,
    `00-${"0".repeat(32)}-b7ad6b7169203331-00`,
    `00-${TRACE}-${"0".repeat(16)}-00`,
    `${CALLER} `,
  ];
  for (const text of wrong) assertEquals(traceOf(DIGEST, undefined, text).parent, null, text);
  assertMatch(
    traceOf(DIGEST, undefined, `01-${TRACE}-b7ad6b7169203331-01-more`).traceparent,
    /^00-0af.*-01$/,
  );
});
