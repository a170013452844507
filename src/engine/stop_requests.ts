/**
 * Requests to stop the current run, from any source: a signal to us, a recorder that failed, a bug, a change
 * of files.
 */

import type { ChangeRecord, StopCause } from "../model/run.ts";
import type { Clock } from "../host/clock.ts";
import type { ReceivedSignal, StopSignal } from "../host/signals.ts";

export interface StopRequest {
  readonly cause: StopCause;
  readonly signal: StopSignal;
  /** The grace is skipped. */
  readonly force: boolean;
  /** Instead of the job's own grace. */
  readonly graceMs?: number | undefined;
}

/**
 * One key press can arrive twice: from the terminal, and from a parent that forwards it (`npx` and `deno
 * task` do so, 1 to 2 ms later, measured). No person presses a key twice within this time.
 */
const SAME_SIGNAL_MS = 100;

/**
 * All stop requests of a run, in order. None is removed: each part of the engine remembers how far it has
 * read.
 */
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

  /** The number of requests so far. */
  get count(): number {
    return this.#requests.length;
  }

  /** Resolves with the request of this index, counted from 0: at once where it exists, or never. */
  at(index: number): Promise<StopRequest> {
    while (this.#slots.length <= index) this.#slots.push(Promise.withResolvers());
    return this.#slots[index]!.promise;
  }

  /** A signal to this process. The same signal again, or Ctrl-C after any other, forces. */
  signal(received: ReceivedSignal): void {
    const now = this.#clock.monotonicMs();
    const lastAt = this.#lastAtMs.get(received);
    const cause = { kind: "signal", signal: received } as const;
    const signal = sentOn(received);
    if (signal === undefined) {
      // These signals do not come from a person, and the system sends some of them every second. The first stops the
      // run as SIGTERM does; further ones are ignored.
      this.#lastAtMs.set(received, now);
      if (lastAt === undefined) this.#add({ cause, signal: "SIGTERM", force: false });
      return;
    }
    // Measured from the last signal that counted, so that a key that is held down still gets through.
    if (lastAt !== undefined && now - lastAt < SAME_SIGNAL_MS) return;
    this.#lastAtMs.set(received, now);
    // Stopping a run for another one does not yet count as a first request by a person.
    const isPressed = this.#requests.some(({ cause: { kind } }) =>
      kind !== "change" && kind !== "failed_node"
    );
    const again = lastAt !== undefined || (isPressed && signal === "SIGINT");
    this.#add({ cause, signal, force: again });
  }

  /** A call of `stop`. A repeated call counts as a further request. */
  asked(
    cause: StopCause & { readonly kind: "stop_request" },
    how: Pick<StopRequest, "force" | "graceMs"> & { readonly signal?: StopSignal },
  ): void {
    // The signal that announces the request is not another request.
    this.#lastAtMs.set("SIGTERM", this.#clock.monotonicMs());
    this.#add({ cause, ...how, signal: how.signal ?? "SIGTERM" });
  }

  /** A service that did not become ready. */
  notReady(afterMs: number, signal: StopSignal): void {
    this.#add({ cause: { kind: "not_ready", after_ms: afterMs }, signal, force: false });
  }

  /** The run can no longer be recorded. */
  recorderFailed(cause: StopCause & { readonly kind: "recorder" }): void {
    this.#add({ cause, signal: "SIGTERM", force: false });
  }

  /** Files that the run works on have changed, and a new run waits for its end. */
  changed(change: ChangeRecord): void {
    this.#add({ cause: { kind: "change", ...change }, signal: "SIGTERM", force: false });
  }

  /** Another node of the graph did not succeed, so the nodes beside it are stopped. */
  failedNode(name: string): void {
    this.#add({ cause: { kind: "failed_node", name }, signal: "SIGTERM", force: false });
  }

  /** An unexpected error was thrown. */
  bug(detail: string): void {
    this.#add({ cause: { kind: "bug", detail }, signal: "SIGTERM", force: false });
  }

  #add(request: StopRequest): void {
    const index = this.#requests.push(request) - 1;
    this.at(index);
    this.#slots[index]!.resolve(request);
  }
}

/** The signal itself, where it is one that people and systems use to stop a program. */
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
