/** Functions of the C library give the same answers by their addresses and compiled. */

import { assertEquals, assertThrows } from "@std/assert";
import { foreignCalls } from "../../src/host/deno_calls.ts";

const LIBC = "libc.so.6";
const DEFINITIONS = {
  getpid: { parameters: [], result: "i32" },
  abs: { parameters: ["i32"], result: "i32" },
  labs: { parameters: ["i64"], result: "i64" },
  memcmp: { parameters: ["buffer", "buffer", "usize"], result: "i32" },
  strnlen: { parameters: ["buffer", "usize"], result: "usize" },
  close: { parameters: ["i32"], result: "i32" },
  usleep: { parameters: ["u32"], result: "i32", nonblocking: true },
  usleep_here: { name: "usleep", parameters: ["u32"], result: "i32" },
} as const;

Deno.test({
  name: "foreign calls: each call of many gives the same, whether by address or compiled",
  ignore: Deno.build.os !== "linux",
  // The libraries stay open, as in the program.
  sanitizeResources: false,
  async fn() {
    const calls = foreignCalls(LIBC, DEFINITIONS);
    const [one, other] = [new Uint8Array([1, 2, 3]), new Uint8Array([1, 2, 4])];
    const first = calls.abs;
    for (let time = 0; time < 300; time++) {
      assertEquals(calls.getpid(), Deno.pid);
      assertEquals(calls.abs(-1 - time), 1 + time);
      assertEquals(first(-1 - time), 1 + time);
      assertEquals(calls.labs(-9007199254740993n), 9007199254740993n);
      assertEquals(Math.sign(calls.memcmp(one, other, 3n)), -1);
      assertEquals(calls.memcmp(one, other, 2n), 0);
      assertEquals(Number(calls.strnlen(new TextEncoder().encode("four\0and more"), 13n)), 4);
      assertEquals(calls.close(-1), -1);
      if (time % 50 === 0) assertEquals([await calls.usleep(1), calls.usleep_here(1)], [0, 0]);
    }
    // The functions that were called often are compiled by now, and those that were not are as they were.
    assertEquals(calls.abs === first, false);
    const { getpid } = foreignCalls(LIBC, DEFINITIONS);
    assertEquals(getpid(), Deno.pid);
  },
});

Deno.test({
  name: "foreign calls: a missing function or library is refused when it is opened",
  ignore: Deno.build.os !== "linux",
  sanitizeResources: false,
  fn() {
    const definition = { parameters: [], result: "i32" } as const;
    assertThrows(() => foreignCalls(LIBC, { no_such_function: definition }));
    assertThrows(() => foreignCalls("no_such_library.so.9", { getpid: definition }));
  },
});
