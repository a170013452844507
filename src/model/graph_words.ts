/** The statuses of a graph's nodes, in numbers and in words. Pure. */

import { inWords } from "./in_words.ts";
import type { GraphNodeRecord, GraphRecord, NodeStatus } from "./graph_record.ts";
import type { RunRecord } from "./run_record.ts";

/** Runs of graphs are recorded under the first of these names that is free in the project. */
export const GRAPH_NAMES: readonly string[] = ["graph", "graphs", "graph_runs"];

/** In the order of interest. */
const ORDER: readonly NodeStatus[] = [
  "succeeded",
  "up_to_date",
  "unconfirmed",
  "failed",
  "signalled",
  "timed_out",
  "cancelled",
  "interrupted",
  "not_started",
  "skipped",
  "running",
  "waiting",
];

/** The fields of a node that come from its run, as it was last stored. */
export function nodeOfRun(run: RunRecord) {
  return {
    status: run.status,
    reason: run.reason,
    ...(run.not_started_cause === null ? {} : { cause: run.not_started_cause }),
    run: run.id,
    start_time: run.start_time,
    end_time: run.end_time,
  };
}

/** It succeeded. What needs it can go on, except after a task that a person has to confirm. */
export function isGoodNode({ status }: Pick<GraphNodeRecord, "status">): boolean {
  return status === "succeeded" || status === "up_to_date" || status === "unconfirmed";
}

/** How many nodes ended in each way; groups count, so that the sum is the number of nodes. */
export function nodeCounts({ nodes }: Pick<GraphRecord, "nodes">): ReadonlyMap<NodeStatus, number> {
  const counts = new Map<NodeStatus, number>();
  for (const status of ORDER) {
    const count = nodes.filter((node) => node.status === status).length;
    if (count > 0) counts.set(status, count);
  }
  return counts;
}

/** `3 succeeded, 1 failed, 2 skipped`. */
export function countWords(graph: Pick<GraphRecord, "nodes">): string {
  return [...nodeCounts(graph)].map(([status, count]) => `${count} ${inWords(status)}`).join(
    ", ",
  );
}
