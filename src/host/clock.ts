/** Time: two clocks and a timer. Knows no formats of time. */

export interface Clock {
  /** Milliseconds since the epoch. People and NTP can set it back. */
  nowMs(): number;
  /** Milliseconds on a clock that never goes back. */
  monotonicMs(): number;
  after(ms: number): Timer;
}

export interface Timer {
  readonly elapsed: Promise<void>;
  /** Nothing happens after it; `elapsed` then stays pending. */
  cancel(): void;
}
