/**
 * The stop requests of other processes for the runs of this one. `stop` writes a request beside a run's record, and then sends
 * SIGTERM: a receiver of the signal asks here first whether it announces a request, and for which runs.
 */

import type { RunId } from "../../model/ids.ts";
import type { StopAskerRecord } from "../../model/run.ts";
import type { FileWatch } from "../../host/file_watch.ts";
import type { Host } from "../../host/host.ts";
import type { ReceivedSignal } from "../../host/signals.ts";
import type { StoreParts } from "../../store/store_parts.ts";
import { readStopRequest } from "../../store/stop_request.ts";

/** Where many runs begin one after the other, requests that nobody told of are looked for this often. */
const LOOK_EVERY_MS = 100;
/** All runs of this process receive the same signal within this time. */
const SAME_SIGNAL_MS = 100;

export interface AskedStop {
  readonly cause: { readonly kind: "stop_request" } & StopAskerRecord;
  readonly force: boolean;
  readonly graceMs: number | undefined;
}

interface Listener {
  readonly parts: StoreParts;
  /** The run, and the one that contains it. */
  readonly ids: readonly RunId[];
  hear(asked: AskedStop): void;
}

export class AskedStops {
  readonly #host: Pick<Host, "clock" | "environment" | "files">;
  readonly #listeners = new Set<Listener>();
  /** Tokens of requests, by the run that they are for. */
  readonly #taken = new Map<RunId, string>();
  #takenAtMs: number | undefined;
  #lookedAtMs: number | undefined;

  constructor(host: Pick<Host, "clock" | "environment" | "files">) {
    this.#host = host;
  }

  /** Until the returned function is called, requests for these runs are passed to `hear`. */
  listen(parts: StoreParts, ids: readonly RunId[], hear: (asked: AskedStop) => void): () => void {
    const listener: Listener = { parts, ids, hear };
    this.#listeners.add(listener);
    const unwatch = this.#watch(listener);
    return () => {
      this.#listeners.delete(listener);
      unwatch?.();
    };
  }

  /** Whether the signal announces a request, which is then passed to the runs that it names, and to no other. */
  isFor(signal: ReceivedSignal): boolean {
    if (signal !== "SIGTERM") return false;
    const nowMs = this.#host.clock.monotonicMs();
    if (this.look()) this.#takenAtMs = nowMs;
    return this.#takenAtMs !== undefined && nowMs - this.#takenAtMs < SAME_SIGNAL_MS;
  }

  /** The same as `look`, where many runs ask: an answer of a moment ago is good enough. */
  lookNowAndThen(): void {
    const nowMs = this.#host.clock.monotonicMs();
    if (this.#lookedAtMs === undefined || nowMs - this.#lookedAtMs >= LOOK_EVERY_MS) this.look();
  }

  /** Passes every new request to its runs; false if there is none. */
  look(): boolean {
    this.#lookedAtMs = this.#host.clock.monotonicMs();
    const asked = new Map<RunId, AskedStop>();
    for (const { parts, ids } of this.#listeners) {
      for (const id of ids) {
        const request = asked.has(id) ? undefined : readStopRequest(parts, id);
        if (request === undefined || this.#taken.get(id) === request.token) continue;
        this.#taken.set(id, request.token);
        const { user, agent, pid } = request.requested_by;
        asked.set(id, {
          cause: { kind: "stop_request", user, agent, pid },
          force: request.force,
          graceMs: request.grace_ms ?? undefined,
        });
      }
    }
    for (const { ids, hear } of [...this.#listeners]) {
      const first = ids.map((id) => asked.get(id)).find((each) => each !== undefined);
      if (first !== undefined) hear(first);
    }
    return asked.size > 0;
  }

  /** Windows has no signal that asks a process to end: there, the folder of the request is watched. */
  #watch({ parts, ids: [id] }: Listener): (() => void) | undefined {
    const { environment, files } = this.#host;
    if (environment.os !== "windows" || id === undefined) return undefined;
    const request = parts.layout.stopRequest(id);
    let isOver = false;
    let watch: FileWatch | undefined;
    const folder = parts.paths.dirname(request);
    void files.watch([{ folder, deep: false }], (change) => {
      if (!isOver && (!change.ok || change.value.path === request)) this.look();
    }).then((opened) => {
      if (!opened.ok) return;
      if (isOver) return void opened.value.close();
      watch = opened.value;
      // A request may have been written while the watch was opened.
      this.look();
    });
    return () => {
      isOver = true;
      void watch?.close();
    };
  }
}
