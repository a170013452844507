/**
 * Runs a graph: begins each node that is ready and gets its slots, until every node has an ending. Knows no jobs, no
 * files and no terminal: the ports know what a node is, and which slots it needs.
 */

import type { Clock } from "../host/clock.ts";
import type { LeftOut, NodeEnd, Schedule } from "./schedule.ts";
import type { StopRequests } from "./stop_requests.ts";

/** The interval between attempts to take slots that other processes hold, because their release causes no event. */
const LOOK_AGAIN_MS = 50;

/** At least this many nodes are examined together, because that waits for the disk and starts no process of a job. */
const LOOKS_AT_ONCE = 8;

/** The most, while none of the nodes that were examined has to run: each of them waits for its record to be synced, and one sync is for all. */
const MOST_LOOKS_AT_ONCE = 64;

/** Nodes of this queue are examined first, to find out whether they have to run. */
export const LOOK_QUEUE = "look";
/** Nodes of this queue run while no other node does, because they use the terminal or our stdin. */
export const ALONE_QUEUE = "alone";

/** Nodes of queues that begin with this run on another machine, and take none of the places of this one. */
export const ELSEWHERE_QUEUE = "elsewhere";

/** The result of examining a node: it has ended, or it waits in this queue until it can run. */
export type Looked =
  | { readonly kind: "ended"; readonly end: NodeEnd }
  | { readonly kind: "run"; readonly queue: string };

export type Taken<Held> =
  | { readonly kind: "held"; readonly held: Held }
  /** The reason for the wait, in words. */
  | { readonly kind: "waits"; readonly for: string }
  /** The slot can never be taken. */
  | { readonly kind: "refused" };

export interface GraphPorts<Held> {
  readonly clock: Clock;
  readonly stops: StopRequests;
  /** Examines a node whose needs have ended: does it have to run? */
  look(name: string): Promise<Looked>;
  /** Takes everything that the node holds while it runs: all of it, or nothing. */
  take(name: string): Taken<Held>;
  /** The node begins as soon as another one has ended, unless something comes between; it may be prepared for that. */
  prepare?(name: string): void;
  /**
   * Runs the node to its end, releases what it holds, and returns whether it succeeded. Calls `onlyRecorded` if the node succeeded and
   * only its end remains to be recorded: another node then runs in its place. "left": it goes on elsewhere, and nobody waits for it.
   */
  run(name: string, held: Held, onlyRecorded: () => void): Promise<NodeEnd | "left">;
  /** The node has an ending without having begun. */
  leftOut(left: LeftOut): void;
  /** The node could begin, but waits for this. Called again only when the reason changes. */
  waits(name: string, what: string): void;
  /** A node did not succeed, so running nodes have to be stopped. */
  failFast(name: string): void;
}

export interface GraphLimits {
  /** The largest number of nodes that run on this machine at a time. */
  readonly jobs: number;
  readonly isFailFast: boolean;
  /** Nodes are only begun; what cannot begin now is left to a later call. */
  readonly isLeft?: boolean;
  /** The largest number of nodes whose processes have ended and whose ends are being recorded; by default as many as run at a time. */
  readonly recordedAtOnce?: number;
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
  /** For each queue, why its head waits for slots that other runs hold. */
  readonly #waiting = new Map<string, string>();
  #running = 0;
  #elsewhere = 0;
  /** Nodes whose processes have ended, and whose end is being recorded. */
  #recorded = 0;
  readonly #looking = new Set<string>();
  /** How many nodes may be examined at once: more as long as none of them has to run. */
  #looks = LOOKS_AT_ONCE;
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
      if (this.#active === 0) {
        if (this.#bug !== undefined) throw this.#bug.error;
        if (this.#schedule.isOver || this.#limits.isLeft === true) return;
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

  /** Nodes that have begun and have no ending. */
  get #active(): number {
    return this.#running + this.#elsewhere + this.#recorded + this.#looking.size;
  }

  #stopped(): void {
    this.#reportLeftOut(this.#schedule.stop("cancelled"));
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
      if (begun === undefined) return this.#prepareNext();
    }
  }

  #prepareNext(): void {
    if (this.#running < this.#limits.jobs || this.#isAlone) return;
    const next = this.#schedule.heads().find(({ queue }) => queue === "");
    if (next !== undefined) this.#ports.prepare?.(next.name);
  }

  #beginLook(name: string): boolean {
    // The result of examining a node becomes outdated, so no more nodes are examined than can begin soon.
    if (this.#looking.size >= Math.max(this.#limits.jobs, this.#looks)) return false;
    if (this.#schedule.readyIn("") >= this.#limits.jobs) return false;
    this.#schedule.begin(name);
    this.#looking.add(name);
    void this.#guard(() => this.#ports.look(name), (looked) => {
      this.#looking.delete(name);
      this.#looks = looked?.kind === "run" ? LOOKS_AT_ONCE : Math.min(this.#looks + 1, MOST_LOOKS_AT_ONCE);
      if (looked?.kind !== "run") this.#ended(name, looked?.end ?? false);
      else if (!this.#schedule.requeue(name, looked.queue)) {
        // A stop was requested while the node was examined.
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
    const isElsewhere = queue.startsWith(ELSEWHERE_QUEUE);
    if (this.#isAlone || this.#waiting.has(queue)) return false;
    if (isAlone && this.#running + this.#elsewhere + this.#recorded > 0) return false;
    if (!isElsewhere) {
      if (this.#running >= this.#limits.jobs) return false;
      // With one job at a time, nodes begin in the order of their names, although several are examined together.
      if (this.#limits.jobs === 1 && [...this.#looking].some((other) => other < name)) return false;
      // On a slow disk nodes wait to be recorded, and no more begin than can be recorded soon.
      if (this.#recorded >= (this.#limits.recordedAtOnce ?? this.#limits.jobs)) return false;
    }
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
    if (isElsewhere) this.#elsewhere++;
    else this.#running++;
    this.#isAlone = isAlone;
    let isRunning = true;
    const onlyRecorded = () => {
      // With one job at a time, and beside a node that runs alone, no node begins before the end of the previous one is reported.
      if (!isRunning || isAlone || isElsewhere || this.#limits.jobs === 1) return;
      isRunning = false;
      this.#running--;
      this.#recorded++;
      this.#news.resolve();
    };
    void this.#guard(() => this.#ports.run(name, taken.held, onlyRecorded), (end) => {
      if (isElsewhere) this.#elsewhere--;
      else if (isRunning) this.#running--;
      else this.#recorded--;
      if (isAlone) this.#isAlone = false;
      if (end !== "left") this.#ended(name, end ?? false);
    });
    return true;
  }

  #ended(name: string, end: NodeEnd): void {
    this.#reportLeftOut(this.#schedule.end(name, end));
    if (end === false && this.#limits.isFailFast) this.#ports.failFast(name);
  }

  #reportLeftOut(left: readonly LeftOut[]): void {
    for (const each of left) this.#ports.leftOut(each);
  }

  /**
   * `finish` updates the schedule before anything else can run. An exception is a bug: no further node begins,
   * and it is thrown again when the running nodes have ended.
   */
  async #guard<T>(work: () => Promise<T>, finish: (done: T | undefined) => void): Promise<void> {
    let done: T | undefined;
    try {
      done = await work();
    } catch (error) {
      this.#bug ??= { error };
      this.#ports.stops.bug(error instanceof Error ? error.message : String(error));
    }
    finish(done);
    this.#news.resolve();
  }
}
