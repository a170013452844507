/**
 * Reports when descriptors are readable, on Linux: one thread waits for all of them, so that a hundred processes do not need a hundred
 * threads. Source: epoll(7).
 */

import type { Ready } from "./descriptor_bytes.ts";
import type { SpawnCalls } from "./linux_spawn_calls.ts";
import { O_CLOEXEC } from "./linux_open_flags.ts";

const CTL_ADD = 1;
const CTL_DEL = 2;
const CTL_MOD = 3;
const READABLE = 0x001;
const WRITABLE = 0x004;
const ONCE = 1 << 30;
const WAIT_FOR_EVER = -1;
const MOST_EVENTS = 64;
/** struct epoll_event is packed on x86-64 only. */
const [EVENT_BYTES, DATA_AT] = Deno.build.arch === "x86_64" ? [12, 4] : [16, 8];
/** After this many interruptions without an answer, the call itself is wrong. */
const MOST_FAILURES = 1000;

export class LinuxReady implements Ready {
  readonly #calls: SpawnCalls;
  readonly #epoll: number;
  /** It is always writable, so that adding it wakes the waiting thread. */
  readonly #waker: number;
  readonly #known = new Set<number>();
  readonly #asked = new Map<number, () => void>();
  #isWaiting = false;

  private constructor(calls: SpawnCalls, epoll: number, waker: number) {
    this.#calls = calls;
    this.#epoll = epoll;
    this.#waker = waker;
  }

  /** undefined where no descriptor is left for it. */
  static open(calls: SpawnCalls): LinuxReady | undefined {
    const epoll = calls.epoll_create1(O_CLOEXEC);
    const ends = new Int32Array(2);
    if (epoll < 0) return undefined;
    if (calls.pipe2(ends, O_CLOEXEC) === 0) return new LinuxReady(calls, epoll, ends[1]!);
    calls.close(epoll);
    return undefined;
  }

  /** Calls back once when there is something to read, or the other end is closed. False if that cannot be detected. */
  once(descriptor: number, onReady: () => void): boolean {
    if (!this.#ask(descriptor, READABLE)) return false;
    this.#asked.set(descriptor, onReady);
    if (!this.#isWaiting) void this.#wait();
    return true;
  }

  /** Must be called before the descriptor is closed. There is no callback afterwards. */
  forget(descriptor: number): void {
    if (!this.#known.delete(descriptor)) return;
    this.#calls.epoll_ctl(this.#epoll, CTL_DEL, descriptor, new Uint8Array(EVENT_BYTES));
    const wasAsked = this.#asked.delete(descriptor);
    if (wasAsked && this.#asked.size === 0 && this.#isWaiting) this.#ask(this.#waker, WRITABLE);
  }

  #ask(descriptor: number, what: number): boolean {
    const event = new DataView(new ArrayBuffer(EVENT_BYTES));
    event.setUint32(0, what | ONCE, true);
    event.setInt32(DATA_AT, descriptor, true);
    const how = this.#known.has(descriptor) ? CTL_MOD : CTL_ADD;
    if (this.#calls.epoll_ctl(this.#epoll, how, descriptor, new Uint8Array(event.buffer)) !== 0) return false;
    this.#known.add(descriptor);
    return true;
  }

  async #wait(): Promise<void> {
    this.#isWaiting = true;
    const bytes = new Uint8Array(EVENT_BYTES * MOST_EVENTS);
    const events = new DataView(bytes.buffer);
    for (let failures = 0; this.#asked.size > 0;) {
      const count = await this.#calls.epoll_wait(this.#epoll, bytes, MOST_EVENTS, WAIT_FOR_EVER);
      failures = count < 0 ? failures + 1 : 0;
      if (failures === MOST_FAILURES) throw new Error("Cannot wait for processes: epoll_wait fails");
      for (let index = 0; index < count; index++) {
        const descriptor = events.getInt32(index * EVENT_BYTES + DATA_AT, true);
        const onReady = this.#asked.get(descriptor);
        this.#asked.delete(descriptor);
        onReady?.();
      }
    }
    this.#isWaiting = false;
  }
}
