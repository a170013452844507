/** The stop requests of a graph and of each running node: a request for the graph reaches all nodes, also those that begin later. */

import type { Clock } from "../../host/clock.ts";
import type { ReceivedSignal } from "../../host/signals.ts";
import type { AskedStop } from "../workspace/asked_stops.ts";
import { StopRequests } from "../../engine/stop_requests.ts";

export class NodeStops {
  /** The requests to the graph itself: nothing begins after the first. */
  readonly all: StopRequests;
  /** After the first, work for nodes that have not begun is of no use: no such node begins any more. */
  readonly beforeRun: StopRequests;
  readonly #clock: Clock;
  readonly #running = new Map<string, StopRequests>();
  /** Requests to all so far, for nodes that begin later. */
  readonly #asked: ((stops: StopRequests) => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.all = new StopRequests(clock);
    this.beforeRun = new StopRequests(clock);
  }

  /** The stop requests of a node that is about to run. */
  begin(name: string): StopRequests {
    const stops = new StopRequests(this.#clock);
    this.#running.set(name, stops);
    for (const ask of this.#asked) ask(stops);
    return stops;
  }

  end(name: string): void {
    this.#running.delete(name);
  }

  /** A signal to Orchastration stops the trees of all running nodes, and no node begins after it. */
  signal(received: ReceivedSignal): void {
    this.all.signal(received);
    this.#askRunning((stops) => stops.signal(received));
  }

  /** A call of `stop` for the graph. */
  asked({ cause, ...how }: AskedStop): void {
    this.all.asked(cause, how);
    this.#askRunning((stops) => stops.asked(cause, how));
  }

  /** Passes on the stop requests of the graph's caller, before it begins and while it runs. */
  async follow(caller: StopRequests): Promise<void> {
    for (let index = 0;; index++) {
      const { cause, signal } = await caller.at(index);
      if (cause.kind === "signal") this.signal(signal);
      else if (cause.kind === "bug") {
        this.all.bug(cause.detail);
        this.#askRunning((stops) => stops.bug(cause.detail));
      } else if (cause.kind === "change") {
        this.all.changed(cause);
        // The next round needs what is made ready for nodes that have not begun.
        this.#askNodes((stops) => stops.changed(cause));
      }
    }
  }

  /** Running nodes have to be stopped because this one did not succeed. */
  failedNode(name: string): void {
    this.#askRunning((stops) => stops.failedNode(name));
  }

  #askRunning(ask: (stops: StopRequests) => void): void {
    ask(this.beforeRun);
    this.#askNodes(ask);
  }

  #askNodes(ask: (stops: StopRequests) => void): void {
    this.#asked.push(ask);
    for (const stops of this.#running.values()) ask(stops);
  }
}
