/** Our Markdown read back: what was rendered is what is shown, hostile text included, in time that grows with its length alone. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { code, heading, paragraph, strong, text } from "../../src/doc/page.ts";
import { oneLine } from "../../src/doc/plain_text.ts";
import { renderMarkdown } from "../../src/doc/markdown.ts";
import { type ReadBlock, type ReadLine, readMarkdown } from "../../src/doc/read_markdown.ts";

function shown(line: ReadLine): string {
  return line.map((part) => part.text).join("");
}

function textOf(block: ReadBlock): string {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return shown(block.line);
    case "list":
      return block.items.map(shown).join("\n");
    case "table":
      return [block.head, ...block.rows].map((row) => row.map(shown).join("\t")).join("\n");
    case "fence":
      return block.lines.join("\n");
  }
}

const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.stringMatching(/^[`*_[\]()<>&|\\#@$~!a-z :./-]{0,60}$/),
  fc.constantFrom(
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "**`<b>`**",
    "&lt;img&gt;",
    "GH-1 @ada #2",
  ),
);

Deno.test("each text of a document is read as it was, in paragraphs, headings, lists, tables and code", () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1, maxLength: 4 }), (values) => {
      const given = values.map((value) => oneLine(value)).filter((value) => value !== "");
      if (given.length === 0) return;
      const lines = given.map((value) => [text(value)]);
      const page = {
        title: given[0]!,
        blocks: [
          heading(given[0]!),
          paragraph(strong("Words:"), code(given[0]!)),
          { kind: "list" as const, items: lines },
          { kind: "table" as const, head: ["a", "b"], rows: lines.map((line) => [line, [code("c")]]) },
        ],
      };
      const [title, second, words, list, table] = readMarkdown(renderMarkdown(page));
      assertEquals([textOf(title!), textOf(second!)], [given[0], given[0]]);
      const [first, space, last] = (words as Extract<ReadBlock, { kind: "paragraph" }>).line;
      assertEquals([first, space?.text, last], [
        { kind: "strong", text: "Words:" },
        " ",
        { kind: "code", text: given[0] },
      ]);
      assertEquals((list as Extract<ReadBlock, { kind: "list" }>).items.map(shown), given);
      assertEquals(
        (table as Extract<ReadBlock, { kind: "table" }>).rows.map((row) => shown(row[0]!)),
        given,
      );
    }),
  );
});

Deno.test("a backslash keeps the next backtick from beginning code, and does not keep one from ending code", () => {
  const lineOf = (markdown: string) => {
    const [block] = readMarkdown(markdown);
    return (block as Extract<ReadBlock, { kind: "paragraph" }>).line;
  };
  assertEquals(lineOf("\\``#_` and `a\\` b"), [
    { kind: "text", text: "`" },
    { kind: "code", text: "#_" },
    { kind: "text", text: " and " },
    { kind: "code", text: "a\\" },
    { kind: "text", text: " b" },
  ]);
  assertEquals(lineOf("\\`` never ends"), [{ kind: "text", text: "`` never ends" }]);
});

Deno.test("fences end with their own backticks, and comments, links and addresses are text", () => {
  const read = readMarkdown([
    "<!-- orchastration:begin, made by orchastration doc generate x -->",
    "````sh",
    "```",
    "# no heading",
    "````",
    "See [the **file**](../a%20b.md), <https://example.org/x>, <https://a.b/?q> and [no](link here).",
    "1. one",
    "2. two",
    "```text",
    "never closed",
  ].join("\n"));
  assertEquals(read, [
    { kind: "fence", language: "sh", lines: ["```", "# no heading"] },
    {
      kind: "paragraph",
      line: [
        { kind: "text", text: "See the " },
        { kind: "strong", text: "file" },
        { kind: "text", text: ", " },
        { kind: "url", text: "https://example.org/x" },
        { kind: "text", text: ", <https://a.b/?q> and [no](link here)." },
      ],
    },
    { kind: "list", items: [[{ kind: "text", text: "one" }], [{ kind: "text", text: "two" }]] },
    { kind: "fence", language: "text", lines: ["never closed"] },
  ]);
});

Deno.test("a document of a megabyte of any mark is read at once", () => {
  for (
    const mark of [
      "`",
      "` `` ",
      "[",
      "[x](",
      "**",
      "<code>",
      "<https://",
      "&#",
      "\\",
      "|",
      "- ",
      "# ",
      "```\n",
      "|-|\n",
    ]
  ) {
    const startedAt = performance.now();
    readMarkdown(mark.repeat(Math.ceil(500_000 / mark.length)));
    const tookMs = performance.now() - startedAt;
    assert(tookMs < 5000, `${mark}: ${tookMs}`);
  }
});
