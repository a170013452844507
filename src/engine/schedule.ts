/** Decides which nodes of a graph can begin, and how nodes end that never begin. A ready set, not levels. Pure. */

import type { AfterFailure } from "../model/graph_record.ts";

export interface ScheduledNode {
  readonly name: string;
  /** Names of nodes of the same graph. */
  readonly needs: readonly string[];
  /** Ready nodes of one queue begin in the order of their names; a head that has to wait delays only its own queue. */
  readonly queue: string;
}

/** The ending of a node that never begins. */
export type NeverBegun =
  | { readonly kind: "skipped"; readonly because: string }
  | { readonly kind: "not_started"; readonly cause: "stopped_after_failure" | "cancelled" };

/** Whether a node succeeded. `withheld`: it did, but what needs it cannot begin, and everything else goes on. */
export type NodeEnd = boolean | "withheld";

export interface LeftOut {
  readonly name: string;
  readonly ending: NeverBegun;
}

interface Node {
  readonly name: string;
  readonly rank: number;
  readonly neededBy: Node[];
  queue: string;
  /** The number of needs that have not ended yet. */
  open: number;
  state: "blocked" | "ready" | "active" | "ended";
}

/** Counts always add up: every node is blocked, ready, active or ended. */
export interface ScheduleCounts {
  readonly blocked: number;
  readonly ready: number;
  readonly active: number;
  readonly ended: number;
}

export class Schedule {
  readonly #nodes = new Map<string, Node>();
  readonly #queues = new Map<string, RankHeap<Node>>();
  readonly #afterFailure: AfterFailure;
  readonly #counts = { blocked: 0, ready: 0, active: 0, ended: 0 };
  #isStopped = false;

  /** The graph has no cycle, and each name occurs once; both are validated with the configuration. */
  constructor(nodes: readonly ScheduledNode[], afterFailure: AfterFailure) {
    this.#afterFailure = afterFailure;
    const sorted = nodes.toSorted((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    for (const [rank, { name, queue, needs }] of sorted.entries()) {
      this.#nodes.set(name, { name, rank, queue, neededBy: [], open: needs.length, state: "blocked" });
    }
    this.#counts.blocked = this.#nodes.size;
    for (const { name, needs } of sorted) {
      const node = this.#get(name);
      for (const need of needs) this.#get(need).neededBy.push(node);
    }
    for (const node of this.#nodes.values()) if (node.open === 0) this.#makeReady(node);
  }

  get counts(): ScheduleCounts {
    return this.#counts;
  }

  get isOver(): boolean {
    return this.#counts.ended === this.#nodes.size;
  }

  /** The first ready node of each queue, in the order of their names. */
  heads(): readonly { readonly name: string; readonly queue: string }[] {
    const heads: Node[] = [];
    for (const heap of this.#queues.values()) {
      const head = heap.first;
      if (head !== undefined) heads.push(head);
    }
    return heads.sort((a, b) => a.rank - b.rank);
  }

  /** How many nodes are ready in a queue. */
  readyIn(queue: string): number {
    return this.#queues.get(queue)?.size ?? 0;
  }

  /** Begins the head of a queue. */
  begin(name: string): void {
    const node = this.#get(name);
    const heap = this.#queues.get(node.queue);
    if (node.state !== "ready" || heap?.first !== node) {
      throw new Error(`Cannot begin node "${name}": it is not at the head of its queue`);
    }
    heap.takeFirst();
    this.#move(node, "active");
  }

  /** Moves an active node to another queue, where it waits again; false where no node begins any more, so that it has to end. */
  requeue(name: string, queue: string): boolean {
    const node = this.#get(name);
    if (node.state !== "active") throw new Error(`Cannot requeue node "${name}": it is not active`);
    if (this.#isStopped) return false;
    node.queue = queue;
    this.#makeReady(node);
    return true;
  }

  /** Ends an active node. Returns the nodes that end because of it without having begun. */
  end(name: string, end: NodeEnd): readonly LeftOut[] {
    const node = this.#get(name);
    if (node.state !== "active") throw new Error(`Cannot end node "${name}": it is not active`);
    this.#move(node, "ended");
    if (end !== true) {
      const skipped = this.#skipAbove(node);
      if (end === "withheld" || this.#afterFailure === "keep_going") return skipped;
      return [...skipped, ...this.stop("stopped_after_failure")];
    }
    for (const other of node.neededBy) {
      other.open--;
      if (other.open === 0 && other.state === "blocked") this.#makeReady(other);
    }
    return [];
  }

  /** Lets no further node begin. Returns the nodes that end because of it. */
  stop(cause: "stopped_after_failure" | "cancelled"): readonly LeftOut[] {
    if (this.#isStopped) return [];
    this.#isStopped = true;
    this.#queues.clear();
    const left: LeftOut[] = [];
    for (const node of this.#nodes.values()) {
      if (node.state !== "blocked" && node.state !== "ready") continue;
      this.#move(node, "ended");
      left.push({ name: node.name, ending: { kind: "not_started", cause } });
    }
    return left;
  }

  #skipAbove(failed: Node): readonly LeftOut[] {
    const skipped: LeftOut[] = [];
    // A list instead of recursion: a chain may be longer than the stack is deep.
    const above = [...failed.neededBy];
    for (let node = above.pop(); node !== undefined; node = above.pop()) {
      if (node.state !== "blocked") continue;
      this.#move(node, "ended");
      skipped.push({ name: node.name, ending: { kind: "skipped", because: failed.name } });
      above.push(...node.neededBy);
    }
    return skipped;
  }

  #makeReady(node: Node): void {
    this.#move(node, "ready");
    let heap = this.#queues.get(node.queue);
    if (heap === undefined) this.#queues.set(node.queue, heap = new RankHeap());
    heap.add(node);
  }

  #move(node: Node, state: Node["state"]): void {
    this.#counts[node.state]--;
    this.#counts[state]++;
    node.state = state;
  }

  #get(name: string): Node {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`Cannot find node "${name}": the graph has none of this name`);
    return node;
  }
}

/** A binary heap, the lowest rank first. */
class RankHeap<T extends { readonly rank: number }> {
  readonly #items: T[] = [];

  get first(): T | undefined {
    return this.#items[0];
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (items[above]!.rank <= item.rank) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  takeFirst(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && items[below + 1]!.rank < items[below]!.rank) below++;
      if (last.rank <= items[below]!.rank) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = last;
  }
}
