/**
 * Time that moves only when everything waits.
 *
 * FakeTime belongs to the machine: one ordered queue of timers, for the program and the scripted processes
 * alike. While a timer is pending, the event loop is watched; after QUIET_TURNS turns without an operation of
 * the host, the earliest timer fires, and the watching starts anew, so that the effects of a timer come
 * before a later one fires. The turns are those of setImmediate, which leaves nothing behind at the end of a
 * test.
 *
 * Work that takes real turns without touching the host must not look like idleness: the fake host's digests
 * hold the clock while they compute; a test or a script that awaits anything else of the real world puts it
 * into `holdWhile`. A literal `import()` of the program is part of the module graph and takes a few turns
 * only; QUIET_TURNS is far more.
 */

import { clearImmediate, setImmediate } from "node:timers";
import type { Clock, Timer } from "../../src/host/clock.ts";
import type { FakeLife } from "./fake_life.ts";

export const START_TIME = "2026-11-22T06:34:49.123Z";

const QUIET_TURNS = 50;
const START_MONOTONIC_MS = 1_000_000;

/** More than any test needs; code that polls for ever gets an error instead of hanging. */
const MAX_FIRINGS = 100_000;

interface Pending {
  readonly dueMs: number;
  readonly fire: () => void;
}

export class FakeTime {
  #nowMs: number;
  #monotonicMs = START_MONOTONIC_MS;
  /** In the order in which they fire. */
  readonly #pending: Pending[] = [];
  #turn: ReturnType<typeof setImmediate> | undefined;
  #quietTurns = 0;
  #holds = 0;
  #firings = 0;

  constructor(startTime: string) {
    this.#nowMs = Date.parse(startTime);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get monotonicMs(): number {
    return this.#monotonicMs;
  }

  get pendingTimers(): number {
    return this.#pending.length;
  }

  /** Calls `fire` when the time has come; returns a function that cancels it. */
  schedule(ms: number, fire: () => void): () => void {
    const timer = { dueMs: this.#monotonicMs + Math.max(0, ms), fire };
    const later = this.#pending.findIndex((other) => other.dueMs > timer.dueMs);
    this.#pending.splice(later < 0 ? this.#pending.length : later, 0, timer);
    this.activity();
    this.#watch();
    return () => {
      const index = this.#pending.indexOf(timer);
      if (index >= 0) this.#pending.splice(index, 1);
      this.#watch();
    };
  }

  /** There was activity, so not everything waits. */
  activity(): void {
    this.#quietTurns = 0;
  }

  setBack(ms: number): void {
    this.#nowMs -= ms;
  }

  /** Advances both clocks at once, as between two commands of a person. Timers must not be skipped. */
  pass(ms: number): void {
    const next = this.#pending[0];
    if (next !== undefined && next.dueMs < this.#monotonicMs + ms) {
      throw new Error(`Cannot pass ${ms} ms: a timer is due before`);
    }
    this.#nowMs += ms;
    this.#monotonicMs += ms;
  }

  hold(): void {
    this.#holds++;
    this.#watch();
  }

  release(): void {
    if (this.#holds === 0) throw new Error("Cannot release the clock: nobody holds it");
    this.#holds--;
    this.activity();
    this.#watch();
  }

  async holdWhile<T>(work: Promise<T>): Promise<T> {
    this.hold();
    try {
      return await work;
    } finally {
      this.release();
    }
  }

  /** Forgets all timers, at the end of a machine. */
  stop(): void {
    this.#pending.length = 0;
    this.#watch();
  }

  #watch(): void {
    const wanted = this.#pending.length > 0 && this.#holds === 0;
    if (wanted && this.#turn === undefined) this.#turn = setImmediate(() => this.#onTurn());
    if (!wanted && this.#turn !== undefined) {
      clearImmediate(this.#turn);
      this.#turn = undefined;
    }
  }

  #onTurn(): void {
    this.#turn = undefined;
    if (++this.#quietTurns >= QUIET_TURNS) this.#fireEarliest();
    this.#watch();
  }

  #fireEarliest(): void {
    const timer = this.#pending.shift();
    if (timer === undefined) return;
    if (++this.#firings > MAX_FIRINGS) {
      this.#pending.length = 0;
      throw new Error(`The fake clock has fired ${MAX_FIRINGS} timers: something polls for ever`);
    }
    this.#nowMs += timer.dueMs - this.#monotonicMs;
    this.#monotonicMs = timer.dueMs;
    this.#quietTurns = 0;
    timer.fire();
  }
}

/** The clock as one fake process sees it; its timers die with it. */
export class FakeClock implements Clock {
  readonly #time: FakeTime;
  readonly #life: FakeLife;

  constructor(time: FakeTime, life: FakeLife) {
    this.#time = time;
    this.#life = life;
  }

  nowMs(): number {
    this.#life.touch();
    return this.#time.nowMs;
  }

  monotonicMs(): number {
    this.#life.touch();
    return this.#time.monotonicMs;
  }

  after(ms: number): Timer {
    this.#life.touch();
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#time.schedule(ms, resolve);
    this.#life.onDeath(cancel);
    return {
      elapsed: promise,
      cancel: () => {
        this.#life.touch();
        cancel();
      },
    };
  }

  /** The rest is for tests, and works for a dead process, too. */
  setBack(ms: number): void {
    this.#time.setBack(ms);
  }

  /** Advances both clocks between two commands. */
  pass(ms: number): void {
    this.#time.pass(ms);
  }

  /** Time passes as it does for the program: due timers fire in order. */
  advance(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#time.schedule(ms, resolve));
  }

  /** No timer fires until `release`. */
  hold(): void {
    this.#time.hold();
  }

  release(): void {
    this.#time.release();
  }

  holdWhile<T>(work: Promise<T>): Promise<T> {
    return this.#time.holdWhile(work);
  }

  /** Timers that were not cancelled, of the program and of scripted processes. */
  get pendingTimers(): number {
    return this.#time.pendingTimers;
  }
}
