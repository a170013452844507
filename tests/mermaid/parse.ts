/**
 * Reads a JSON list of Mermaid diagrams on stdin and prints, as a JSON list, why each one cannot be parsed,
 * or null. A separate program with its own lock file, which keeps Mermaid's hundred packages away from ours.
 */

import { parseHTML } from "linkedom";

// Mermaid cleans labels with a DOM, and looks for it when it is loaded.
const { window, document } = parseHTML("<!doctype html><html><body></body></html>");
Object.assign(globalThis, { window, document });
const { default: mermaid } = await import("mermaid");

const diagrams: readonly string[] = JSON.parse(await new Response(Deno.stdin.readable).text());
const problems: (string | null)[] = [];
for (const diagram of diagrams) {
  try {
    await mermaid.parse(diagram);
    problems.push(null);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
}
console.log(JSON.stringify(problems));
