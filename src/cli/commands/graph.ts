/** `graph`: the jobs and their needs, as text or as a drawing. */

import { Option } from "@commander-js/extra-typings";
import type { JobGraph } from "../../app/graph/job_graph.ts";
import { defineCommand } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { table } from "../output/style.ts";

const FORMATS = ["text", "mermaid", "dot", "json"] as const;
type Format = (typeof FORMATS)[number];

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("[job...]", "only these jobs with their needs (default: all jobs)")
      .addOption(new Option("--format <format>", "how it is written").choices(FORMATS)),
  examples: [
    { line: "orchastration graph", does: "every job, and what it needs" },
    { line: "orchastration graph test --format mermaid", does: "a drawing for pages that render Mermaid" },
    { line: "orchastration graph --format dot", does: "the same for Graphviz" },
  ],
  request(args, { format }): { readonly names: readonly string[]; readonly format: Format } {
    const [names = [], others = []] = args as readonly (readonly string[])[];
    return { names: [...names, ...others], format: format ?? "text" };
  },
  async ask(workspace, { names }) {
    const { showGraph } = await import("../../app/graph/show_graph.ts");
    return await showGraph(workspace, names);
  },
  json: document,
  text: (graph, invocation, { format }) => {
    switch (format) {
      case "text":
        return text(graph, invocation);
      case "mermaid":
        return mermaid(graph);
      case "dot":
        return dot(graph);
      case "json":
        return `${JSON.stringify(document(graph), null, 2)}\n`;
    }
  },
});

function document({ targets, nodes, edges }: JobGraph) {
  return {
    format: 1,
    kind: "graph",
    targets,
    nodes: nodes.map(({ name, job }) => ({ name, subject: job === undefined ? "group" : "job" })),
    edges,
  };
}

function text({ nodes }: JobGraph, { console }: Invocation): string {
  if (nodes.length === 0) return "No jobs.\n";
  const { outStyle, columns } = console;
  const rows = nodes.map(({ name, needs, job }) => [
    outStyle.bold(name),
    outStyle.dim(job === undefined ? "group of" : needs.length === 0 ? "" : "needs"),
    needs.join(", "),
  ]);
  return table(rows, { columns });
}

/** Names of jobs need no escape, because their characters are restricted; ids are numbers, because a name may be a keyword of Mermaid. */
function mermaid({ nodes, edges }: JobGraph): string {
  const idOf = new Map(nodes.map(({ name }, index) => [name, `n${index}`]));
  const lines = [
    "flowchart LR",
    ...nodes.map(({ name, job }) => {
      const [open, close] = job === undefined ? ["([", "])"] : ["[", "]"];
      return `  ${idOf.get(name)}${open}"${name}"${close}`;
    }),
    ...edges.map(({ from, to }) => `  ${idOf.get(from)} --> ${idOf.get(to)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function dot({ nodes, edges }: JobGraph): string {
  const lines = [
    "digraph jobs {",
    "  rankdir=LR;",
    ...nodes.map(({ name, job }) => `  "${name}"${job === undefined ? "" : " [shape=box]"};`),
    ...edges.map(({ from, to }) => `  "${from}" -> "${to}";`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}
