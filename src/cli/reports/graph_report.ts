/** A graph for people: its result in one line, the nodes that did not succeed with their reasons, and the next step. */

import { formatDuration } from "../../model/duration.ts";
import type { GraphNodeRecord, GraphRecord } from "../../model/graph_record.ts";
import { countWords, isGoodNode } from "../../model/graph_words.ts";
import { inWords } from "../../model/in_words.ts";
import type { RunRecord } from "../../model/run.ts";
import { visible } from "../../model/visible.ts";
import type { Invocation } from "../base/invocation.ts";
import { type Style, table } from "../output/style.ts";

/** Beyond this number, nodes are only counted. */
const MAX_NAMED = 10;

/** The same text at any time after the graph has ended, except for colours. */
export function graphSummary(record: RunRecord, style: Style, invocation: Invocation): string {
  const graph = record.graph!;
  const took = record.duration_ms === null ? "" : ` in ${formatDuration(record.duration_ms)}`;
  const lines = [`${headWord(record, style)}: ${countWords(graph)}${took}`];
  const bad = graph.nodes.filter((node) =>
    (!isGoodNode(node) || node.status === "unconfirmed") && isOver(node)
  );
  for (const node of bad.slice(0, MAX_NAMED)) {
    lines.push(`  ${style.bold(node.name)} ${nodeWord(node, style)}: ${visible(node.reason)}`);
  }
  if (bad.length > MAX_NAMED) lines.push(`  and ${bad.length - MAX_NAMED} more`);
  if (graph.critical_path.length > 1) {
    lines.push(`  ${style.dim("longest way:")} ${pathWords(graph)}`);
  }
  lines.push(`  ${style.dim("graph:")} ${invocation.commandLine("runs show", record.id)}`);
  return `${lines.join("\n")}\n`;
}

/** Every node on its line. */
export function nodeTable({ nodes }: GraphRecord, style: Style, columns: number | undefined): string {
  const rows = nodes.map((node) => [
    style.bold(node.name),
    nodeWord(node, style),
    nodeDuration(node),
    node.run ?? visible(node.subject === "group" && isGoodNode(node) ? "a group" : node.reason),
  ]);
  return table(rows, { columns });
}

function headWord({ status }: RunRecord, style: Style): string {
  const words = `graph ${inWords(status)}`;
  if (status === "succeeded") return style.green(words);
  return status === "failed" ? style.red(words) : style.yellow(words);
}

export function nodeWord({ status }: Pick<GraphNodeRecord, "status">, style: Style): string {
  const words = inWords(status);
  switch (status) {
    case "succeeded":
      return style.green(words);
    case "up_to_date":
      return style.cyan(words);
    case "running":
    case "waiting":
    case "cancelled":
    case "interrupted":
    case "skipped":
    case "unconfirmed":
      return style.yellow(words);
    case "failed":
    case "signalled":
    case "timed_out":
    case "not_started":
      return style.red(words);
  }
}

function isOver({ status }: GraphNodeRecord): boolean {
  return status !== "waiting" && status !== "running";
}

export function nodeDuration({ status, start_time, end_time }: GraphNodeRecord): string {
  if (start_time === null || end_time === null || status === "up_to_date") return "";
  return formatDuration(Math.max(0, Date.parse(end_time) - Date.parse(start_time)));
}

/** `build -> test (12s)`; the middle of a longer one is counted. */
function pathWords({ critical_path: path, nodes }: GraphRecord): string {
  const names = path.length <= MAX_NAMED
    ? path
    : [...path.slice(0, 4), `(${path.length - 8} more)`, ...path.slice(-4)];
  const onPath = new Set(path);
  const ms = nodes.filter(({ name }) => onPath.has(name)).reduce(
    (sum, { start_time, end_time }) =>
      start_time === null || end_time === null
        ? sum
        : sum + Math.max(0, Date.parse(end_time) - Date.parse(start_time)),
    0,
  );
  return `${names.join(" -> ")} (${formatDuration(ms)})`;
}
