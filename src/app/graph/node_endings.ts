/** The endings of nodes while a graph runs: each is recorded once, then reported, and the first failure is remembered. */

import type { Failure } from "../../model/failure.ts";
import { maskFailure } from "../../model/failure_texts.ts";
import type { GraphNodeRecord } from "../../model/graph_record.ts";
import { isGoodNode } from "../../model/graph_words.ts";
import type { RunEvent, RunRecord } from "../../model/run.ts";
import type { Clock } from "../../host/clock.ts";
import type { LeftOut } from "../../engine/schedule.ts";
import type { RunObserver } from "../recording/run_to_record.ts";
import type { GraphNodes } from "./graph_record.ts";

/** An observer of a graph. It receives each event after it was stored. `Node`: the observer of one node. */
export interface GraphObserver<Node extends RunObserver = RunObserver> {
  began(record: RunRecord): void;
  /** The observer of the run of one node. */
  node(name: string): Node;
  /** The node could begin, but another run holds a slot that it needs. */
  waits(name: string, what: string): void;
  /** `failure` is set where the node could not be run, or not be recorded to its end. */
  ended(node: GraphNodeRecord, run: RunRecord | undefined, failure: Failure | undefined): void;
}

/** A node that did not succeed: its run, or why there is none. */
export interface BadNode {
  readonly name: string;
  readonly run: RunRecord | undefined;
  readonly failure: Failure | undefined;
}

export class NodeEndings {
  readonly #nodes: GraphNodes;
  readonly #observer: GraphObserver;
  readonly #clock: Clock;
  #firstBad: BadNode | undefined;

  constructor(nodes: GraphNodes, observer: GraphObserver, clock: Clock) {
    this.#nodes = nodes;
    this.#observer = observer;
    this.#clock = clock;
  }

  get firstBad(): BadNode | undefined {
    return this.#firstBad;
  }

  /** All needs of the node have ended. */
  ready(name: string): void {
    this.#nodes.ready(name, this.#now());
  }

  groupEnded(name: string): boolean {
    return this.#ended(this.#nodes.groupEnded(name, this.#now()), undefined, undefined);
  }

  leftOut(left: LeftOut): void {
    this.#ended(this.#nodes.leftOut(left, this.#now()), undefined, undefined);
  }

  ran(name: string, run: RunRecord): boolean {
    return this.#ended(this.#nodes.ran(name, run), run, undefined);
  }

  /** A task was built, and waits for a person. */
  unconfirmed(name: string, run: RunRecord, reason: string): "withheld" {
    this.#ended(this.#nodes.unconfirmed(name, run, reason), run, undefined);
    return "withheld";
  }

  /** The node was not run, or not recorded to its end. */
  refused(name: string, failure: Failure, secrets: readonly string[], run: RunRecord | undefined): boolean {
    const masked = maskFailure(failure, secrets);
    return this.#ended(this.#nodes.failed(name, masked, run, this.#now()), run, failure);
  }

  #ended(node: GraphNodeRecord, run: RunRecord | undefined, failure: Failure | undefined): boolean {
    const isGood = isGoodNode(node);
    const isOwnEnd = run !== undefined || failure !== undefined;
    if (!isGood && isOwnEnd) this.#firstBad ??= { name: node.name, run, failure };
    this.#observer.ended(node, run, failure);
    return isGood;
  }

  #now(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }
}

/** The observer, and the newest record of the run that it observes. */
export function remembering<Node extends RunObserver>(
  face: Node,
  isMeant: (record: RunRecord) => boolean = () => true,
): { readonly observer: RunObserver; last(): RunRecord | undefined } {
  let record: RunRecord | undefined;
  return {
    observer: {
      event(event: RunEvent, now: RunRecord) {
        if (isMeant(now)) record = now;
        face.event(event, now);
      },
      outputGrown: (...grown) => face.outputGrown(...grown),
      inputWithheld: (...withheld) => face.inputWithheld(...withheld),
    },
    last: () => record,
  };
}
