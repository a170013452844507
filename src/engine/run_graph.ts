/**
 * Carries a graph through: begins what is ready and can hold what it needs, until every node has an ending. Knows no jobs, no
 * files and no terminal: what a node is, and what it has to hold, are the ports'.
 */

import type { Clock } from "../host/host.ts";
import type { LeftOut, NodeEnd, Schedule } from "./schedule.ts";
import type { StopRequests } from "./stop_requests.ts";

/** How often it is tried again to take what somebody else holds: nobody tells us when it is free. */
const LOOK_AGAIN_MS = 50;

/** Nodes of this queue are looked at before it is known whether they have to be run. */
export const LOOK_QUEUE = "look";
/** Nodes of this queue run while no other node does, as they have the terminal or our input for themselves. */
export const ALONE_QUEUE = "alone";

/** The result of a look: the node has ended by it, or it waits in this queue for its turn to run. */
export type Looked =
  | { readonly kind: "ended"; readonly end: NodeEnd }
  | { readonly kind: "run"; readonly queue: string };

export type Taken<Held> =
  | { readonly kind: "held"; readonly held: Held }
  /** The reason for its wait, in words. */
  | { readonly kind: "waits"; readonly for: string }
  /** It can never be had. */
  | { readonly kind: "refused" };

export interface GraphPorts<Held> {
  readonly clock: Clock;
  readonly stops: StopRequests;
  /** Whether a node has to be run, asked when its needs have ended. */
  look(name: string): Promise<Looked>;
  /** Everything that the node holds while it runs: all of it, or nothing. */
  take(name: string): Taken<Held>;
  /** Runs it to its end, lets go of what it holds, and says whether it ended well. */
  run(name: string, held: Held): Promise<NodeEnd>;
  /** It has an ending without having begun. */
  leftOut(left: LeftOut): void;
  /** It could begin, but for this. Told again only when that changes. */
  waits(name: string, what: string): void;
  /** A node did not end well, and what runs is to be ended. */
  failFast(name: string): void;
}

export interface GraphLimits {
  /** At most so many nodes run at a time, and so many are looked at. */
  readonly jobs: number;
  readonly isFailFast: boolean;
}

export async function runGraph<Held>(
  schedule: Schedule,
  limits: GraphLimits,
  ports: GraphPorts<Held>,
): Promise<void> {
  await new GraphRun(schedule, limits, ports).toEnd();
}

class GraphRun<Held> {
  readonly #schedule: Schedule;
  readonly #limits: GraphLimits;
  readonly #ports: GraphPorts<Held>;
  /** The reason why the head of each queue waits for slots that others hold. */
  readonly #waiting = new Map<string, string>();
  #running = 0;
  #looking = 0;
  #isAlone = false;
  #news = Promise.withResolvers<void>();
  #bug: { readonly error: unknown } | undefined;

  constructor(schedule: Schedule, limits: GraphLimits, ports: GraphPorts<Held>) {
    this.#schedule = schedule;
    this.#limits = limits;
    this.#ports = ports;
  }

  async toEnd(): Promise<void> {
    const { stops, clock } = this.#ports;
    void stops.at(0).then(() => this.#stopped());
    if (stops.first !== undefined) this.#stopped();
    for (;;) {
      this.#beginWhatCan();
      // Started nodes are waited for also after an error, because each of them ends its own processes.
      if (this.#running + this.#looking === 0) {
        if (this.#bug !== undefined) throw this.#bug.error;
        if (this.#schedule.isOver) return;
        if (this.#waiting.size === 0) {
          throw new Error("Cannot continue with a graph: nothing runs, and nothing can begin");
        }
      }
      const again = this.#waiting.size === 0 ? undefined : clock.after(LOOK_AGAIN_MS);
      await Promise.race([this.#news.promise, ...(again === undefined ? [] : [again.elapsed])]);
      again?.cancel();
      this.#news = Promise.withResolvers();
    }
  }

  #stopped(): void {
    this.#tellLeftOut(this.#schedule.stop("cancelled"));
    this.#news.resolve();
  }

  #beginWhatCan(): void {
    if (this.#bug !== undefined) return;
    const before = new Map(this.#waiting);
    this.#waiting.clear();
    for (;;) {
      const begun = this.#schedule.heads().find(({ name, queue }) =>
        queue === LOOK_QUEUE ? this.#beginLook(name) : this.#beginRun(name, queue, before)
      );
      if (begun === undefined) return;
    }
  }

  #beginLook(name: string): boolean {
    // Examined nodes wait for their turn while things change, so no more are examined than can begin soon.
    if (this.#looking >= this.#limits.jobs || this.#schedule.readyIn("") >= this.#limits.jobs) return false;
    this.#schedule.begin(name);
    this.#looking++;
    void this.#guard(() => this.#ports.look(name), (looked) => {
      this.#looking--;
      if (looked?.kind !== "run") this.#ended(name, looked?.end ?? false);
      else if (!this.#schedule.requeue(name, looked.queue)) {
        // A stop was requested during the look.
        this.#ports.leftOut({ name, ending: { kind: "not_started", cause: this.#stopCause } });
        this.#schedule.end(name, true);
      }
    });
    return true;
  }

  get #stopCause(): "cancelled" | "stopped_after_failure" {
    return this.#ports.stops.first === undefined ? "stopped_after_failure" : "cancelled";
  }

  #beginRun(name: string, queue: string, before: ReadonlyMap<string, string>): boolean {
    const isAlone = queue === ALONE_QUEUE;
    if (this.#running >= this.#limits.jobs || this.#isAlone || (isAlone && this.#running > 0)) return false;
    if (this.#waiting.has(queue)) return false;
    const taken = this.#ports.take(name);
    if (taken.kind === "waits") {
      const what = `${name}\0${taken.for}`;
      this.#waiting.set(queue, what);
      if (before.get(queue) !== what) this.#ports.waits(name, taken.for);
      return false;
    }
    this.#schedule.begin(name);
    if (taken.kind === "refused") {
      this.#ended(name, false);
      return true;
    }
    this.#running++;
    this.#isAlone = isAlone;
    void this.#guard(() => this.#ports.run(name, taken.held), (end) => {
      this.#running--;
      if (isAlone) this.#isAlone = false;
      this.#ended(name, end ?? false);
    });
    return true;
  }

  #ended(name: string, end: NodeEnd): void {
    this.#tellLeftOut(this.#schedule.end(name, end));
    if (end === false && this.#limits.isFailFast) this.#ports.failFast(name);
  }

  #tellLeftOut(left: readonly LeftOut[]): void {
    for (const each of left) this.#ports.leftOut(each);
  }

  /**
   * `settle` counts it as ended in the same turn as it is told to the schedule. Something that throws is a bug: nothing begins
   * any more, and it is thrown when what runs has ended.
   */
  async #guard<T>(work: () => Promise<T>, settle: (done: T | undefined) => void): Promise<void> {
    let done: T | undefined;
    try {
      done = await work();
    } catch (error) {
      this.#bug ??= { error };
      this.#ports.stops.bug(error instanceof Error ? error.message : String(error));
    }
    settle(done);
    this.#news.resolve();
  }
}
