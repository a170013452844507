/** The diagram of a task as data: its needs, the task itself, and its outputs; and as Mermaid. Pure. */

import { inWords } from "../model/in_words.ts";
import { oneLine } from "./plain_text.ts";
import type { GraphTask } from "./task_facts.ts";
import { type Tone, toneOfStatus } from "./tone.ts";

/** A picture with more boxes than this is no longer readable. */
const MAX_TASKS = 60;
const MAX_OUTPUTS = 12;
const MAX_LABEL_LENGTH = 60;

export interface DiagramNode {
  readonly id: string;
  /** "own": the task of the document. "more": outputs that have no box of their own. */
  readonly kind: "own" | "need" | "output" | "more";
  /** Untrusted text. */
  readonly label: string;
  /** Set for tasks; undefined for everything else. */
  readonly status: string | undefined;
  readonly tone: Tone;
}

export interface Diagram {
  readonly nodes: readonly DiagramNode[];
  /** Ids: the source comes first, the thing that needs it or is left by it second. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** The first task of the graph is the document's own task. */
export function diagramOf(graph: readonly GraphTask[], outputs: readonly string[]): Diagram {
  const nodes: DiagramNode[] = [];
  const edges: [string, string][] = [];
  const ids = new Map<string, string>();
  for (const { name, status } of graph.slice(0, MAX_TASKS)) {
    const id = `n${ids.size}`;
    nodes.push({
      id,
      kind: ids.size === 0 ? "own" : "need",
      label: name,
      status: inWords(status),
      tone: toneOfStatus(status),
    });
    ids.set(name, id);
  }
  for (const { name, needs } of graph) {
    for (const need of needs) {
      const [from, to] = [ids.get(need), ids.get(name)];
      if (from !== undefined && to !== undefined) edges.push([from, to]);
    }
  }
  const leave = (id: string, kind: "output" | "more", label: string) => {
    nodes.push({ id, kind, label, status: undefined, tone: "plain" });
    edges.push(["n0", id]);
  };
  outputs.slice(0, MAX_OUTPUTS).forEach((path, index) => leave(`f${index}`, "output", path));
  const more = outputs.length - MAX_OUTPUTS;
  if (more > 0) leave("more", "more", `and ${more} more`);
  return { nodes, edges };
}

/**
 * Lines of Mermaid. Ids are ours; labels are quoted, and characters with a meaning in Mermaid are written as
 * entity codes.
 */
export function mermaidLines({ nodes, edges }: Diagram): readonly string[] {
  return [
    "flowchart LR",
    ...nodes.map((node) => `  ${node.id}${mermaidBox(node)}`),
    ...edges.map(([from, to]) => `  ${from} --> ${to}`),
    "  style n0 stroke-width:3px",
  ];
}

function mermaidBox({ kind, label: name, status }: DiagramNode): string {
  switch (kind) {
    case "own":
    case "need":
      return `["${label(name)}<br/>${label(status ?? "")}"]`;
    case "output":
      return `(["${label(name)}"])`;
    case "more":
      return `["${label(name)}"]`;
  }
}

/** Source: Mermaid, "Flowcharts: entity codes to escape characters". */
export function label(text: string): string {
  const line = oneLine(text);
  const chars = [...line];
  const shown = chars.length > MAX_LABEL_LENGTH ? [...chars.slice(0, MAX_LABEL_LENGTH - 1), "…"] : chars;
  return shown.map((char) => /[\p{L}\p{N} _./-]/u.test(char) ? char : `#${char.codePointAt(0)};`).join("") ||
    "#32;";
}
