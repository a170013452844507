/** Waiting for terminals with a fake select(2): what the real one does only on a system that we do not run on. */

import { assertEquals } from "@std/assert";
import { PosixReady } from "../../src/host/posix_ready.ts";
import type { PtyCalls } from "../../src/host/posix_pty_calls.ts";

const [WAKENED, WAKER] = [5, 6];

/** `answer` gets the requested descriptors and gives the readable ones, or an error. */
function callsOf(answer: (asked: readonly number[]) => Promise<readonly number[] | "error">) {
  const written: number[] = [];
  const calls = {
    pipe(ends: Int32Array) {
      ends.set([WAKENED, WAKER]);
      return 0;
    },
    closeOnExec() {},
    close: () => 0,
    read: () => 1n,
    write(descriptor: number) {
      written.push(descriptor);
      return 1n;
    },
    async select(most: number, readable: Uint8Array) {
      const isAsked = (each: number) => (readable[each >> 3]! & (1 << (each & 7))) !== 0;
      const answered = await answer(Array.from({ length: most }, (_, each) => each).filter(isAsked));
      if (answered === "error") return -1;
      readable.fill(0);
      for (const each of answered) readable[each >> 3]! |= 1 << (each & 7);
      return answered.length;
    },
  };
  return { calls: calls as unknown as PtyCalls, written };
}

Deno.test("PosixReady: each descriptor is reported once when it is readable, and others keep waiting", async () => {
  const rounds: (readonly number[])[] = [];
  const over = Promise.withResolvers<void>();
  const { calls, written } = callsOf((asked) => {
    rounds.push(asked);
    return Promise.resolve([[9], [WAKENED], [17]][rounds.length - 1]!);
  });
  const ready = PosixReady.open(calls)!;
  const reported: number[] = [];
  ready.once(9, () => {
    reported.push(9);
    ready.once(12, () => reported.push(12));
    ready.forget(12);
  });
  ready.once(17, () => {
    reported.push(17);
    over.resolve();
  });
  await over.promise;
  assertEquals(reported, [9, 17]);
  assertEquals(rounds, [[WAKENED, 9], [WAKENED, 17], [WAKENED, 17]]);
  // For 17, for 12, and for 12 that is not asked for any longer.
  assertEquals(written, [WAKER, WAKER, WAKER]);
});

Deno.test("PosixReady: where select always fails, readers look for themselves, and nothing waits for ever", async () => {
  const { calls } = callsOf(() => Promise.resolve("error"));
  const ready = PosixReady.open(calls)!;
  const reported = Promise.withResolvers<void>();
  ready.once(9, reported.resolve);
  await reported.promise;
  assertEquals(ready.once(4096, () => {}), false);
});
