/**
 * Reports when terminals are readable, on every POSIX system: one thread waits for all of them with select(2), because kqueue(2) of macOS
 * does not support every terminal.
 */

import type { Ready } from "./descriptor_bytes.ts";
import type { PtyCalls } from "./posix_pty_calls.ts";

/** fd_set has one bit for each descriptor, the lowest first in each byte. Source: sys/select.h, for little-endian processors. */
const MOST_DESCRIPTORS = 1024;
/** After this many interruptions without an answer, every reader looks for itself, and one whose descriptor is bad ends. */
const MOST_FAILURES = 100;

export class PosixReady implements Ready {
  readonly #calls: PtyCalls;
  readonly #asked = new Map<number, () => void>();
  /** The two ends of a pipe: a byte in it wakes the waiting thread. */
  readonly #wakened: number;
  readonly #waker: number;
  #isWaiting = false;

  private constructor(calls: PtyCalls, wakened: number, waker: number) {
    this.#calls = calls;
    this.#wakened = wakened;
    this.#waker = waker;
  }

  /** undefined where no descriptor is left for it. */
  static open(calls: PtyCalls): PosixReady | undefined {
    const ends = new Int32Array(2);
    if (calls.pipe(ends) !== 0) return undefined;
    for (const end of ends) calls.closeOnExec(end);
    const [wakened, waker] = [ends[0]!, ends[1]!];
    if (PosixReady.canWatch(wakened)) return new PosixReady(calls, wakened, waker);
    for (const end of ends) calls.close(end);
    return undefined;
  }

  static canWatch(descriptor: number): boolean {
    return descriptor < MOST_DESCRIPTORS;
  }

  /** Calls back once when there is something to read, or the other end is closed. False if that cannot be detected. */
  once(descriptor: number, onReady: () => void): boolean {
    if (!PosixReady.canWatch(descriptor)) return false;
    this.#asked.set(descriptor, onReady);
    if (this.#isWaiting) this.#wake();
    else void this.#wait();
    return true;
  }

  /** Must be called before the descriptor is closed. There is no callback afterwards. */
  forget(descriptor: number): void {
    if (this.#asked.delete(descriptor) && this.#isWaiting) this.#wake();
  }

  #wake(): void {
    this.#calls.write(this.#waker, new Uint8Array(1), 1n);
  }

  async #wait(): Promise<void> {
    this.#isWaiting = true;
    const readable = new Uint8Array(MOST_DESCRIPTORS / 8);
    for (let failures = 0; this.#asked.size > 0;) {
      const descriptors = [this.#wakened, ...this.#asked.keys()];
      readable.fill(0);
      for (const each of descriptors) readable[each >> 3]! |= 1 << (each & 7);
      const count = await this.#calls.select(Math.max(...descriptors) + 1, readable, null, null, null);
      // A descriptor may have been closed meanwhile, which the next round leaves out.
      failures = count < 0 ? failures + 1 : 0;
      if (count < 0 && failures < MOST_FAILURES) continue;
      const isReadable = (descriptor: number) =>
        count < 0 || (readable[descriptor >> 3]! & (1 << (descriptor & 7))) !== 0;
      if (count > 0 && isReadable(this.#wakened)) this.#calls.read(this.#wakened, new Uint8Array(64), 64n);
      for (const [descriptor, onReady] of [...this.#asked]) {
        if (isReadable(descriptor) && this.#asked.delete(descriptor)) onReady();
      }
      if (count < 0) failures = 0;
    }
    this.#isWaiting = false;
  }
}
