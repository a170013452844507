/**
 * The fake clock keeps its rules: timers in order, nothing early, nothing while somebody works or holds it.
 */

import { assertEquals } from "@std/assert";
import { createFakeHost } from "../support/fake_host.ts";

Deno.test("fake clock: timers fire in the order of their time, then of their making", async () => {
  using host = createFakeHost();
  const fired: string[] = [];
  const timer = (name: string, ms: number) =>
    host.clock.after(ms).elapsed.then(() => fired.push(`${name} at ${host.clock.monotonicMs() - start}`));
  const start = host.clock.monotonicMs();
  await Promise.all([timer("a", 20), timer("b", 10), timer("c", 20), timer("d", 0)]);
  assertEquals(fired, ["d at 0", "b at 10", "a at 20", "c at 20"]);
  assertEquals(host.clock.nowMs(), Date.parse("2026-11-22T06:34:49.143Z"));
});

Deno.test("fake clock: work that a timer causes is finished before a later timer fires", async () => {
  using host = createFakeHost();
  const order: string[] = [];
  const later = host.clock.after(11).elapsed.then(() => order.push("later timer"));
  await host.clock.after(10).elapsed;
  for (let step = 0; step < 100; step++) await Promise.resolve();
  await host.digests.sha256(new Uint8Array(100_000));
  await host.digests.open("sha256");
  await import("../support/fake_problem.ts");
  order.push("work of the earlier timer");
  await later;
  assertEquals(order, ["work of the earlier timer", "later timer"]);
});

Deno.test("fake clock: a cancelled timer never fires and leaves nothing behind", async () => {
  using host = createFakeHost();
  const cancelled = host.clock.after(5);
  let fired = false;
  void cancelled.elapsed.then(() => fired = true);
  cancelled.cancel();
  await host.clock.after(10).elapsed;
  assertEquals([fired, host.clock.pendingTimers], [false, 0]);
});

Deno.test("fake clock: a held clock stands still until it is released", async () => {
  using host = createFakeHost();
  host.clock.hold();
  let fired = false;
  const timer = host.clock.after(1).elapsed.then(() => fired = true);
  for (let turn = 0; turn < 300; turn++) await new Promise((resolve) => setImmediate(resolve));
  assertEquals(fired, false);
  host.clock.release();
  await timer;
});

Deno.test("fake clock: the monotonic time goes on when the clock is set back", async () => {
  using host = createFakeHost();
  const [now, monotonic] = [host.clock.nowMs(), host.clock.monotonicMs()];
  host.clock.setBack(3_600_000);
  await host.clock.advance(1000);
  assertEquals([host.clock.nowMs() - now, host.clock.monotonicMs() - monotonic], [-3_599_000, 1000]);
});

Deno.test("fake clock: a test may end with a timer pending", () => {
  const host = createFakeHost();
  host.clock.after(1000);
  assertEquals(host.clock.pendingTimers, 1);
});
