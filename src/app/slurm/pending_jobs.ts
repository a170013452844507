/** How many of our jobs wait in the queue of Slurm, so that no more are submitted than it is to hold. */

import type { Host } from "../../host/host.ts";

class PendingJobs {
  /** Keys of jobs that this process submitted, and that have not begun as far as it knows. */
  readonly #ours = new Set<string>();
  readonly #oursEver = new Set<string>();
  /** Work that is about to be submitted. */
  readonly #onTheWay = new Set<object>();
  /** Those that others submitted, when Slurm was asked last. */
  #others = 0;

  get count(): number {
    return this.#ours.size + this.#onTheWay.size + this.#others;
  }

  /** Notes work that is about to be submitted, where there is room; `undefined` where there is none. */
  tryReserve(max: number): { release(): void } | undefined {
    if (this.count >= max) return undefined;
    const place = {};
    this.#onTheWay.add(place);
    return { release: () => void this.#onTheWay.delete(place) };
  }

  submitted(key: string): void {
    this.#ours.add(key);
    this.#oursEver.add(key);
  }

  /** It waits no more, because it has begun or has ended. */
  left(key: string): void {
    this.#ours.delete(key);
  }

  seen(jobs: ReadonlyMap<string, { readonly state: string }>): void {
    this.#others = 0;
    for (const [key, { state }] of jobs) {
      if (state === "PENDING" && !this.#oursEver.has(key)) this.#others++;
      else if (state !== "PENDING") this.left(key);
    }
  }
}

const known = new WeakMap<Host, PendingJobs>();

/** The same for every run of this process. */
export function pendingJobs(host: Host): PendingJobs {
  const pending = known.get(host) ?? new PendingJobs();
  known.set(host, pending);
  return pending;
}
