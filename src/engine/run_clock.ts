/**
 * The clock of a run. It stands still while the run is stopped (Ctrl-Z), and so do its deadlines, graces and
 * pauses.
 */

import type { Clock, Timer } from "../host/clock.ts";

export class RunClock implements Clock {
  readonly #clock: Clock;
  #stoppedMs = 0;
  /** On the machine's clock; undefined while the run is not stopped. */
  #stoppedAtMs: number | undefined;
  #goesOn = Promise.withResolvers<void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long the run has been stopped so far. */
  get stoppedMs(): number {
    return this.#stoppedMs + (this.#stoppedAtMs === undefined ? 0 : this.#sinceMs(this.#stoppedAtMs));
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** The time without the periods in which the run was stopped. */
  monotonicMs(): number {
    return this.#clock.monotonicMs() - this.stoppedMs;
  }

  after(ms: number): Timer {
    const endsAtMs = this.monotonicMs() + ms;
    const { promise: elapsed, resolve } = Promise.withResolvers<void>();
    let timer = this.#clock.after(ms);
    let isCancelled = false;
    const wait = async () => {
      await timer.elapsed;
      // The machine's timer continued while we were stopped, so it can fire before we learn that the stop has
      // ended.
      while (this.#stoppedAtMs !== undefined || this.monotonicMs() < endsAtMs) {
        if (this.#stoppedAtMs !== undefined) await this.#goesOn.promise;
        if (isCancelled) return;
        timer = this.#clock.after(endsAtMs - this.monotonicMs());
        await timer.elapsed;
      }
      resolve();
    };
    void wait();
    return {
      elapsed,
      cancel() {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  stop(): void {
    this.#stoppedAtMs ??= this.#clock.monotonicMs();
  }

  goOn(): void {
    if (this.#stoppedAtMs === undefined) return;
    this.#stoppedMs += this.#sinceMs(this.#stoppedAtMs);
    this.#stoppedAtMs = undefined;
    this.#goesOn.resolve();
    this.#goesOn = Promise.withResolvers();
  }

  #sinceMs(atMs: number): number {
    return Math.max(0, this.#clock.monotonicMs() - atMs);
  }
}
