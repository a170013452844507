/** Whole documents of hostile tasks: they keep their form, and a file that contains one can be updated. */

import { lastingCommand } from "../../src/cli/base/command_line.ts";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { renderIndex, renderTask } from "../../src/doc/render.ts";
import { hostile, hostileFacts } from "./hostile.ts";

/** The Markdown file outside its fences, as lines. */
function linesOutsideFences(markdown: string): readonly string[] {
  const outside: string[] = [];
  let fence = "";
  for (const line of markdown.split("\n")) {
    // The info string of a fence contains no backtick; otherwise the backticks would begin code within a
    // line.
    const ticks = /^(`{3,})[^`]*$/.exec(line)?.[1] ?? "";
    if (fence === "" && ticks !== "") fence = ticks;
    else if (fence !== "" && line === fence) fence = "";
    else if (fence === "") outside.push(line);
  }
  assertEquals(fence, "");
  return outside;
}

Deno.test("a Markdown document keeps its headings, its tables and its marks, whatever the records say", () => {
  const usual = shapeOf("words");
  fc.assert(
    fc.property(hostile.filter((text) => /[a-z]/i.test(text)), (text) => {
      const shape = shapeOf(text);
      assertEquals(shape.headings, usual.headings);
      assertEquals(shape.marks, usual.marks);
      assertEquals(shape.columns, usual.columns);
    }),
    { numRuns: 500 },
  );
});

function shapeOf(text: string) {
  const lines = linesOutsideFences(renderTask(hostileFacts(text), "markdown", lastingCommand).text);
  return {
    headings: lines.filter((line) => /^#/.test(line)),
    marks: lines.filter((line) => line.startsWith("<!--")),
    columns: lines.filter((line) => line.startsWith("|")).map((line) => line.split("|").length),
  };
}

Deno.test("a document that is already in its file is up to date", () => {
  fc.assert(
    fc.property(hostile, hostile, (text, before) => {
      const own = before.replace(/<!--/g, "");
      for (const format of ["markdown", "html", "json"] as const) {
        const document = renderTask(hostileFacts(text), format, lastingCommand);
        const file = document.into(undefined, false);
        assert(file.ok);
        assertEquals(document.into(file.value, false), file);
      }
      const document = renderTask(hostileFacts(text), "markdown", lastingCommand);
      const around = `${own}\n${document.text}${own}`;
      assertEquals(document.into(around, false), { ok: true, value: around });
    }),
    { numRuns: 300 },
  );
});

const ALLOWED =
  ("html|head|meta|title|style|body|main|h1|h2|p|ul|li|table|thead|tbody|tr|th|td|div|span|strong|code|pre|a" +
    "|details|summary|figure|svg|g|rect|circle|path|text")
    .split("|");

Deno.test("an HTML document has only tags of the generator", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const html = renderTask(hostileFacts(text), "html", lastingCommand).text + renderIndex([
        { task: text, facts: { ...hostileFacts(text) }, path: text },
      ], "html").text;
      const body = html.replace(/<style>[\s\S]*?<\/style>/g, "").replace(/<!doctype html>/g, "")
        .replaceAll("<!-- deno-fmt-ignore-file -->", "").replaceAll("<!-- prettier-ignore -->", "");
      for (const [tag, name, attributes] of body.matchAll(/<\/?([a-z0-9]*)([^>]*)>/gi)) {
        assert(ALLOWED.includes(name!), tag);
        assert(!/\son|javascript:/i.test(attributes!), tag);
      }
      assertEquals(/<(?!\/?[a-z])/i.exec(body), null);
      assertEquals(
        /\b(?:src|href)="(?:https?:)?\/\//.exec(body.replace(/href="https:\/\/x\.example[^"]*"/g, "")),
        null,
      );
    }),
    { numRuns: 300 },
  );
});

Deno.test("the index links to its own folder, whatever a path looks like", () => {
  const { text } = renderIndex([{ task: "a", facts: hostileFacts("a"), path: "//elsewhere/a b.md" }], "html");
  assertEquals(/<a href="([^"]*)">/.exec(text)?.[1], "elsewhere/a%20b.md");
});

Deno.test("the JSON of a document begins with its kind", () => {
  const { text } = renderTask(hostileFacts("\u202e</script>"), "json", lastingCommand);
  assertEquals(Object.keys(JSON.parse(text)).slice(0, 2), ["format", "kind"]);
});
