/**
 * Mermaid itself accepts every diagram; it runs as a separate program (docs/design/0006-mermaid-in-tests.md).
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { diagramOf, mermaidLines } from "../../src/doc/diagram.ts";
import { parseDiagrams } from "../support/mermaid.ts";
import { hostile } from "./hostile.ts";

Deno.test("Mermaid parses every diagram, and rejects invalid ones", async () => {
  const fixed = [
    "end",
    "subgraph",
    "default",
    "",
    '"',
    "`md`",
    "%%{init: {}}%%",
    "a\nb",
    "click n0 x",
    "o--o",
    "x".repeat(500),
  ];
  const texts = [...fixed, ...fc.sample(hostile, { numRuns: 150, seed: 4 })];
  const diagrams = texts.map((text) =>
    mermaidLines(diagramOf([
      { name: text, status: text, needs: ["need", text] },
      { name: "need", status: "in_progress", needs: ["end"] },
      { name: "end", status: "done", needs: [] },
    ], [text, "dist/*.js"])).join("\n")
  );
  const many = mermaidLines(diagramOf(
    Array.from(
      { length: 100 },
      (_, i) => ({ name: `t${i}`, status: "done", needs: i < 99 ? [`t${i + 1}`] : [] }),
    ),
    Array.from({ length: 40 }, (_, i) => `out/${i}`),
  )).join("\n");
  const problems = await parseDiagrams([...diagrams, many, 'flowchart LR\n n0["a"b"]']);
  assertEquals(problems.slice(0, -1).filter((problem) => problem !== null), []);
  assertEquals(problems.at(-1)?.startsWith("Parse error"), true);
});

Deno.test("the diagram of a task is written as expected", () => {
  assertEquals(
    mermaidLines(diagramOf([
      { name: "site", status: "in_progress", needs: ["assets"] },
      { name: "assets", status: "done", needs: [] },
    ], ["dist/index.html"])),
    [
      "flowchart LR",
      '  n0["site<br/>in progress"]',
      '  n1["assets<br/>done"]',
      '  f0(["dist/index.html"])',
      "  n1 --> n0",
      "  n0 --> f0",
      "  style n0 stroke-width:3px",
    ],
  );
});
