/** Requests to end the current run, from whoever makes them: a signal to us, a recorder that failed, a bug, a change. */

import type { ChangeRecord, StopCause } from "../model/run.ts";
import type { Clock, ReceivedSignal, StopSignal } from "../host/host.ts";

export interface StopRequest {
  readonly cause: StopCause;
  readonly signal: StopSignal;
  /** Do not wait for the grace to pass. */
  readonly force: boolean;
}

/**
 * One key press can reach us twice: from the terminal, and from a parent that forwards what it got as well (`npx` and
 * `deno task` do, 1 to 2 ms later, measured). A person cannot press a key twice within this time.
 */
const SAME_SIGNAL_MS = 100;

/** All stop requests of a run, in order. Nothing is taken out: each part of the engine keeps its own place in the line. */
export class StopRequests {
  readonly #clock: Clock;
  readonly #requests: StopRequest[] = [];
  readonly #slots: PromiseWithResolvers<StopRequest>[] = [];
  readonly #lastAtMs = new Map<ReceivedSignal, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get first(): StopRequest | undefined {
    return this.#requests[0];
  }

  /** How many there have been. */
  get count(): number {
    return this.#requests.length;
  }

  /** Comes true with the request of this index, counted from 0: at once where it has been made, or never. */
  at(index: number): Promise<StopRequest> {
    while (this.#slots.length <= index) this.#slots.push(Promise.withResolvers());
    return this.#slots[index]!.promise;
  }

  /** A signal to this process. The same one again, or Ctrl-C after anything, forces. */
  signal(received: ReceivedSignal): void {
    const now = this.#clock.monotonicMs();
    const lastAt = this.#lastAtMs.get(received);
    const cause = { kind: "signal", signal: received } as const;
    const signal = sentOn(received);
    if (signal === undefined) {
      // No person sends these, and the system sends some of them every second: one stops as SIGTERM does, more do nothing.
      this.#lastAtMs.set(received, now);
      if (lastAt === undefined) this.#add({ cause, signal: "SIGTERM", force: false });
      return;
    }
    // Counted from the one that counted, so that a key which is held down gets through.
    if (lastAt !== undefined && now - lastAt < SAME_SIGNAL_MS) return;
    this.#lastAtMs.set(received, now);
    // A run that is ended for the next one is nobody's impatience yet.
    const isPressed = this.#requests.some(({ cause }) => cause.kind !== "change");
    const again = lastAt !== undefined || (isPressed && signal === "SIGINT");
    this.#add({ cause, signal, force: again });
  }

  /** The run can no longer be recorded. */
  recorderFailed(cause: StopCause & { readonly kind: "recorder" }): void {
    this.#add({ cause, signal: "SIGTERM", force: false });
  }

  /** What the run works on has changed, and a new run waits for its end. */
  changed(change: ChangeRecord): void {
    this.#add({ cause: { kind: "change", ...change }, signal: "SIGTERM", force: false });
  }

  /** Something threw that should not have. */
  bug(detail: string): void {
    this.#add({ cause: { kind: "bug", detail }, signal: "SIGTERM", force: false });
  }

  #add(request: StopRequest): void {
    const index = this.#requests.push(request) - 1;
    this.at(index);
    this.#slots[index]!.resolve(request);
  }
}

/** The signal itself, where it is one that people and systems send to stop a program. */
function sentOn(signal: ReceivedSignal): StopSignal | undefined {
  switch (signal) {
    case "SIGINT":
    case "SIGTERM":
    case "SIGHUP":
    case "SIGQUIT":
      return signal;
    default:
      return undefined;
  }
}
