/**
 * Derives the nodes of a graph that still runs or was interrupted, because its record does not have their endings: they are in each node's
 * own run, which names its graph. So the record of a graph is written at its begin and end only, and not for every node.
 */

import { type GraphNodeRecord, type GraphRecord } from "../../model/graph_record.ts";
import { nodeOfRun } from "../../model/graph_words.ts";
import { parseRunId, runIdOf } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run.ts";
import type { RunStore } from "../../store/run_store.ts";

/** For a graph that has ended, the content of its record. undefined for every other run. */
export function graphNow(store: RunStore, record: RunRecord): GraphRecord | undefined {
  const { graph } = record;
  if (graph === undefined) return undefined;
  const isOpen = record.status === "running" ||
    (record.status === "interrupted" && record.recovery === null);
  if (!isOpen) return graph;
  const nodes = graph.nodes.map((node) => node.status === "waiting" ? asItIs(store, record, node) : node);
  return { ...graph, nodes: withGroups(nodes, graph) };
}

/** The graph of a run that another process finishes: nodes that have not begun never will. */
export function graphCutOff(store: RunStore, record: RunRecord): GraphRecord | undefined {
  const now = graphNow(store, record);
  return now && {
    ...now,
    nodes: now.nodes.map((node) =>
      node.status === "waiting"
        ? {
          ...node,
          status: "not_started",
          cause: "interrupted",
          reason: "Orchastration itself ended before it could begin",
        } as const
        : node.status === "running"
        ? {
          ...node,
          status: "interrupted",
          reason: "Orchastration itself ended before the outcome was known",
        } as const
        : node
    ),
  };
}

function asItIs(store: RunStore, graph: RunRecord, node: GraphNodeRecord): GraphNodeRecord {
  const run = runOf(store, graph, node.name);
  if (run === undefined) return node;
  return { ...node, ...nodeOfRun(run) };
}

/** None of its runs is older than the graph. */
function runOf(store: RunStore, graph: RunRecord, name: string): RunRecord | undefined {
  const first = parseRunId(graph.id)!.timestamp;
  const timestamps = store.timestamps(name);
  for (const timestamp of timestamps.ok ? timestamps.value : []) {
    if (timestamp < first) return undefined;
    const run = store.read(runIdOf(name, timestamp));
    if (run.ok && run.value.record.part_of === graph.id) return run.value.record;
  }
  return undefined;
}

/** A group has succeeded when all of its needs have; needs come before their dependents. */
function withGroups(
  nodes: readonly GraphNodeRecord[],
  { edges }: Pick<GraphRecord, "edges">,
): readonly GraphNodeRecord[] {
  const needs = new Map<string, string[]>(nodes.map(({ name }) => [name, []]));
  for (const { from, to } of edges) needs.get(to)?.push(from);
  const isDone = new Set<string>();
  return nodes.map((node) => {
    const isComplete = node.subject === "group" && needs.get(node.name)!.every((need) => isDone.has(need));
    const now = isComplete && node.status === "waiting"
      ? { ...node, status: "succeeded", reason: "all of its needs succeeded" } as const
      : node;
    if (now.status === "succeeded" || now.status === "up_to_date") isDone.add(now.name);
    return now;
  });
}
