/** How long output is read after the end of a process, look by look. */

import { assertEquals } from "@std/assert";
import type { Capture } from "../../src/engine/capture.ts";
import { drain, DRAIN_MAX_MS, DRAIN_MS, LOOK_MS } from "../../src/engine/drain.ts";
import type { Clock } from "../../src/host/clock.ts";

interface Looks {
  /** The events within each look, the last one repeated: this many bytes come, or the stream ends. */
  readonly within: readonly (number | "end")[];
  readonly isLeftOpen?: boolean;
}

async function drained({ within, isLeftOpen = false }: Looks) {
  const end = Promise.withResolvers<void>();
  let looks = 0;
  let cancelled = false;
  const capture = {
    done: end.promise,
    keptBytes: 0,
    cancel() {
      cancelled = true;
      end.resolve();
    },
  } satisfies Capture;
  const clock: Clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    after() {
      const happens = within[Math.min(looks++, within.length - 1)]!;
      if (happens === "end") end.resolve();
      else capture.keptBytes += happens;
      // Later than the turn in which the stream ends.
      return { elapsed: Promise.resolve().then(() => {}).then(() => {}), cancel() {} };
    },
  };
  const isGivenUp = await drain([capture], clock, isLeftOpen);
  return { isGivenUp, cancelled, ms: looks * LOOK_MS };
}

Deno.test("drain: the end of the stream ends the wait", async () => {
  assertEquals(await drained({ within: [0, "end"] }), {
    isGivenUp: false,
    cancelled: false,
    ms: 2 * LOOK_MS,
  });
});

Deno.test("drain: silence is given up after its bound", async () => {
  assertEquals(await drained({ within: [0] }), { isGivenUp: true, cancelled: true, ms: DRAIN_MS });
});

Deno.test("drain: output that arrives slowly is waited for", async () => {
  const slow = [...Array<number>(20).fill(1), "end" as const];
  assertEquals(await drained({ within: slow }), { isGivenUp: false, cancelled: false, ms: 21 * LOOK_MS });
});

Deno.test("drain: output that never ends is given up after a bound of its own", async () => {
  assertEquals(await drained({ within: [1] }), { isGivenUp: true, cancelled: true, ms: DRAIN_MAX_MS });
});

Deno.test("drain: later output of a process that is left running is not waited for", async () => {
  assertEquals(await drained({ within: [1], isLeftOpen: true }), {
    isGivenUp: true,
    cancelled: true,
    ms: DRAIN_MS,
  });
});
