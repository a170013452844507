/** The nodes of a graph and their needs, laid out in layers from left to right. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import { graphlib, layout } from "@dagrejs/dagre";
import { useMemo } from "preact/hooks";
import type { GraphRecord } from "../../model/graph_record.ts";
import { visible } from "../../model/visible.ts";
import { Mark } from "./parts.tsx";
import { runLink, statusWords } from "./words.ts";

/** A larger picture can neither be read nor laid out at once; the timeline has every node. */
const MAX_NODES = 250;
const HEIGHT = 30;
const MARK = 16;
const CHARACTER = 7.6;
const MAX_CHARACTERS = 28;

interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export function Graph({ graph }: { readonly graph: GraphRecord }) {
  const shape = graph.nodes.map(({ name }) => name).join(" ") +
    graph.edges.map(({ from, to }) => `${from}>${to}`);
  const laid = useMemo(() => graph.nodes.length > MAX_NODES ? undefined : layOut(graph), [shape]);
  if (graph.edges.length === 0) return null;
  if (laid === undefined) return <p class="dim">The graph has {graph.nodes.length} nodes; see them below.</p>;
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const critical = new Set(graph.critical_path);
  const isCritical = (from: string, to: string) =>
    graph.critical_path.some((name, at) => name === from && graph.critical_path[at + 1] === to);
  return (
    <section>
      <h2>Graph</h2>
      <div class="scrolls" tabIndex={0} role="region" aria-label="The graph of jobs and their needs">
        <svg
          class="graph"
          width={laid.width}
          height={laid.height}
          viewBox={`0 0 ${laid.width} ${laid.height}`}
        >
          {laid.edges.map(({ from, to, path }) => (
            <path key={`${from}>${to}`} d={path} class={`edge ${isCritical(from, to) ? "critical" : ""}`} />
          ))}
          {laid.boxes.map(({ name, x, y, width }) => {
            const node = byName.get(name)!;
            const words = `${name}: ${statusWords(node.status)}${
              critical.has(name) ? ", on the critical path" : ""
            }`;
            const content = (
              <g
                transform={`translate(${x - width / 2} ${y - HEIGHT / 2})`}
                data-tip={`${words} · ${visible(node.reason)}`}
              >
                <rect
                  width={width}
                  height={HEIGHT}
                  rx="6"
                  class={`node ${critical.has(name) ? "critical" : ""}`}
                />
                <svg x="8" y={(HEIGHT - MARK) / 2} width={MARK} height={MARK}>
                  <Mark status={node.status} />
                </svg>
                <text x={MARK + 14} y={HEIGHT / 2} dominant-baseline="central">{shortName(name)}</text>
              </g>
            );
            return node.run === null
              ? <g key={name} role="img" aria-label={words}>{content}</g>
              : <a key={name} href={runLink(node.run)} aria-label={words}>{content}</a>;
          })}
        </svg>
      </div>
    </section>
  );
}

function shortName(name: string): string {
  return name.length <= MAX_CHARACTERS ? name : `${name.slice(0, MAX_CHARACTERS - 1)}…`;
}

function layOut({ nodes, edges }: GraphRecord) {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 44, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of nodes) {
    graph.setNode(name, { width: shortName(name).length * CHARACTER + MARK + 26, height: HEIGHT });
  }
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const boxes = nodes.map(({ name }): Box => {
    const { x, y, width } = graph.node(name);
    return { name, x: x!, y: y!, width };
  });
  const lines = edges.map(({ from, to }) => ({ from, to, path: curve(graph.edge(from, to).points) }));
  const { width = 0, height = 0 } = graph.graph();
  return { boxes, edges: lines, width: Math.ceil(width), height: Math.ceil(height) };
}

function curve(points: readonly { readonly x: number; readonly y: number }[]): string {
  const [first, ...others] = points;
  const at = ({ x, y }: { readonly x: number; readonly y: number }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  let path = `M${at(first!)}`;
  for (const [index, point] of others.entries()) {
    const next = others[index + 1];
    if (next === undefined) path += `L${at(point)}`;
    else path += `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  }
  return path;
}
