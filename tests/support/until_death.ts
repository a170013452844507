/** Runs an action of ours up to its end, or to the death of its fake process. */

import type { FakeHost } from "./fake_host.ts";
import { FakeDeath } from "./fake_life.ts";

export type Fate<T> = { readonly kind: "returned"; readonly value: T } | { readonly kind: "died" };

/** A dying program may never resolve, or reject with its death; both are "died". */
export async function untilDeath<T>(host: FakeHost, run: () => Promise<T> | T): Promise<Fate<T>> {
  const returned = async (): Promise<Fate<T>> => {
    try {
      const value = await run();
      // A value returned after death was seen by nobody.
      return host.isDead ? { kind: "died" } : { kind: "returned", value };
    } catch (error) {
      if (error instanceof FakeDeath) return { kind: "died" };
      throw error;
    }
  };
  return await Promise.race([returned(), host.died.then((): Fate<T> => ({ kind: "died" }))]);
}

/**
 * Runs a story once to count its changes, then once for each change with death in its place, and passes every
 * dead host to `check`, with the number of the change (from 1) at which it died.
 */
export async function atEveryDeath(
  makeHost: () => FakeHost,
  story: (host: FakeHost) => Promise<unknown> | unknown,
  check: (dead: FakeHost, diedAt: number) => Promise<void> | void,
): Promise<void> {
  const changes = await inOneWorld(makeHost, async (host) => {
    const before = host.operations.length;
    await story(host);
    return host.operations.length - before;
  });
  for (let n = 1; n <= changes; n++) {
    await inOneWorld(makeHost, async (host) => {
      host.faults.dieAt(n);
      const fate = await untilDeath(host, () => story(host));
      if (fate.kind !== "died") {
        throw new Error(`Cannot die at change ${n}: the story took another course this time`);
      }
      await check(host, n);
    });
  }
}

async function inOneWorld<T>(makeHost: () => FakeHost, run: (host: FakeHost) => Promise<T>): Promise<T> {
  using host = makeHost();
  return await run(host);
}
