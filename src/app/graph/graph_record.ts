/** The record of a running graph: its nodes, each with one ending, and the status that follows from them. Knows no files. */

import type { Failure } from "../../model/failure.ts";
import { describeFailure } from "../../model/failure_words.ts";
import type { GraphEdge, GraphNodeRecord, GraphRecord, NodeStatus } from "../../model/graph_record.ts";
import type { RunRecord } from "../../model/run.ts";
import { isGoodNode, nodeCounts, nodeOfRun } from "../../model/graph_words.ts";
import type { LeftOut } from "../../engine/schedule.ts";

type GraphSettings = Pick<GraphRecord, "after_failure" | "jobs" | "again" | "changed_since" | "unattended">;

/** The recorded nodes, and the needs of each. */
export interface GraphShape {
  readonly targets: readonly string[];
  /** Needs come before their dependents. */
  readonly nodes: readonly Pick<GraphNodeRecord, "name" | "subject" | "definition_sha256">[];
  readonly edges: readonly GraphEdge[];
}

export class GraphNodes {
  readonly #graph: GraphShape;
  readonly #nodes: Map<string, GraphNodeRecord>;
  readonly #settings: GraphSettings;

  constructor(graph: GraphShape, settings: GraphSettings) {
    this.#graph = graph;
    this.#settings = settings;
    this.#nodes = new Map(graph.nodes.map(({ name, subject, definition_sha256 }) => [name, {
      name,
      subject,
      status: "waiting",
      reason: "it has not begun",
      run: null,
      definition_sha256,
      ready_time: null,
      start_time: null,
      end_time: null,
    }]));
  }

  get(name: string): GraphNodeRecord {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`Cannot find node "${name}": the graph has none of this name`);
    return node;
  }

  /** All needs of the node have ended. */
  ready(name: string, at: string): void {
    this.#nodes.set(name, { ...this.get(name), ready_time: this.get(name).ready_time ?? at });
  }

  /** The node was done before the graph began, so nothing has to be run for it. */
  doneBefore(name: string, reason: string): void {
    this.#end(name, { status: "up_to_date", reason });
  }

  /** The run that built it has succeeded, and a person has to confirm it. */
  unconfirmed(name: string, run: RunRecord, reason: string): GraphNodeRecord {
    const { id, start_time, end_time } = run;
    return this.#end(name, { status: "unconfirmed", reason, run: id, start_time, end_time });
  }

  /** The node's run, as it was last stored. */
  ran(name: string, run: RunRecord): GraphNodeRecord {
    return this.#end(name, nodeOfRun(run));
  }

  /** The node could not be run, or not be recorded to its end; `run` is the last known record of a run that had begun. */
  failed(name: string, failure: Failure, run: RunRecord | undefined, at: string): GraphNodeRecord {
    const reason = describeFailure(failure).headline;
    if (run === undefined) {
      return this.#end(name, { status: "not_started", cause: "refused", reason, end_time: at });
    }
    // A failure to store is unknown to readers, but the stop that it caused is recorded.
    const status = run.status === "running" ? "cancelled" : run.status;
    return this.#end(name, { status, reason, run: run.id, start_time: run.start_time, end_time: at });
  }

  groupEnded(name: string, at: string): GraphNodeRecord {
    return this.#end(name, {
      status: "succeeded",
      reason: "all of its needs succeeded",
      start_time: at,
      end_time: at,
    });
  }

  leftOut({ name, ending }: LeftOut, at: string): GraphNodeRecord {
    if (ending.kind === "skipped") {
      const { because } = ending;
      return this.#end(name, {
        status: "skipped",
        because,
        reason: `${because}, which it needs, ${
          isGoodNode(this.get(because)) ? "is not done" : "did not succeed"
        }`,
        end_time: at,
      });
    }
    const { cause } = ending;
    const reason = cause === "cancelled"
      ? "the graph was stopped before it could begin"
      : `another ${this.get(name).subject === "task" ? "task" : "job"} did not succeed before it could begin`;
    return this.#end(name, { status: "not_started", cause, reason, end_time: at });
  }

  /** Throws if a node has no ending, or the counts do not add up, because such a record would be false. */
  finished(): GraphRecord {
    const record = this.record(criticalPath([...this.#nodes.values()], this.#graph));
    for (const { name, status } of record.nodes) {
      if (status === "waiting" || status === "running") {
        throw new Error(`Cannot end the graph: node "${name}" has no ending`);
      }
    }
    const sum = [...nodeCounts(record).values()].reduce((all, count) => all + count, 0);
    if (sum !== this.#graph.nodes.length) {
      throw new Error(`Cannot end the graph: ${sum} endings for ${this.#graph.nodes.length} nodes`);
    }
    return record;
  }

  record(criticalPath: readonly string[] = []): GraphRecord {
    const { targets, edges } = this.#graph;
    return {
      targets,
      ...this.#settings,
      nodes: this.#graph.nodes.map(({ name }) => this.get(name)),
      edges,
      critical_path: criticalPath,
    };
  }

  get isGood(): boolean {
    return [...this.#nodes.values()].every(isGoodNode);
  }

  #end(name: string, ending: Partial<GraphNodeRecord> & { readonly status: NodeStatus }): GraphNodeRecord {
    const before = this.get(name);
    if (before.status !== "waiting") throw new Error(`Cannot end node "${name}": it has ended`);
    const node = { ...before, ...ending };
    this.#nodes.set(name, node);
    return node;
  }
}

/** The chain of nodes with the largest total duration: only a shorter node of this chain makes the graph shorter. */
function criticalPath(
  nodes: readonly GraphNodeRecord[],
  { edges }: Pick<GraphShape, "edges">,
): readonly string[] {
  const needs = new Map<string, string[]>(nodes.map(({ name }) => [name, []]));
  for (const { from, to } of edges) needs.get(to)!.push(from);
  const longest = new Map<string, { readonly ms: number; readonly after: string | undefined }>();
  let last: string | undefined;
  // Needs come before their dependents.
  for (const { name, start_time, end_time } of nodes) {
    const ownMs = start_time === null || end_time === null
      ? 0
      : Math.max(0, Date.parse(end_time) - Date.parse(start_time));
    const after = needs.get(name)!.reduce<string | undefined>(
      (best, need) => best === undefined || longest.get(need)!.ms > longest.get(best)!.ms ? need : best,
      undefined,
    );
    const ms = ownMs + (after === undefined ? 0 : longest.get(after)!.ms);
    longest.set(name, { ms, after });
    if (ms > (last === undefined ? 0 : longest.get(last)!.ms)) last = name;
  }
  const path: string[] = [];
  for (let at = last; at !== undefined; at = longest.get(at)!.after) path.push(at);
  return path.reverse();
}
