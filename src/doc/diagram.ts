/** The Mermaid flowchart of a task: what it needs, itself, and what it leaves behind. Pure. */

import { oneLine } from "./plain_text.ts";
import type { GraphTask } from "./task_facts.ts";

/** More boxes than this is no picture any more. */
const MAX_TASKS = 60;
const MAX_OUTPUTS = 12;
const MAX_LABEL_LENGTH = 60;

/** Lines of Mermaid. Ids are made here; labels are quoted, and of what could mean anything there only the code stands in them. */
export function diagram(graph: readonly GraphTask[], outputs: readonly string[]): readonly string[] {
  const lines = ["flowchart LR"];
  const ids = new Map<string, string>();
  for (const { name, status } of graph.slice(0, MAX_TASKS)) {
    const id = `n${ids.size}`;
    ids.set(name, id);
    lines.push(`  ${id}["${label(name)}<br/>${label(status.replaceAll("_", " "))}"]`);
  }
  for (const { name, needs } of graph) {
    for (const need of needs) {
      const [from, to] = [ids.get(need), ids.get(name)];
      if (from !== undefined && to !== undefined) lines.push(`  ${from} --> ${to}`);
    }
  }
  outputs.slice(0, MAX_OUTPUTS).forEach((path, index) => {
    lines.push(`  n0 --> f${index}(["${label(path)}"])`);
  });
  const more = outputs.length - MAX_OUTPUTS;
  if (more > 0) lines.push(`  n0 --> more["${label(`and ${more} more`)}"]`);
  lines.push("  style n0 stroke-width:3px");
  return lines;
}

/** Source: Mermaid, "Flowcharts: entity codes to escape characters". */
export function label(text: string): string {
  const line = oneLine(text);
  const chars = [...line];
  const shown = chars.length > MAX_LABEL_LENGTH ? [...chars.slice(0, MAX_LABEL_LENGTH - 1), "…"] : chars;
  return shown.map((char) => /[\p{L}\p{N} _./-]/u.test(char) ? char : `#${char.codePointAt(0)};`).join("") ||
    "#32;";
}
