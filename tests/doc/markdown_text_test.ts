/** Text from anybody in Markdown: it is displayed unchanged, and as nothing else. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { codeSpan, escapeInline, fence, tableCell } from "../../src/doc/markdown_text.ts";
import { oneLine } from "../../src/doc/plain_text.ts";
import { hostile } from "./hostile.ts";

/**
 * The result of a Markdown parser for one line without structure: its text, and the part of it that is no
 * code.
 */
function read(markdown: string): { readonly text: string; readonly plain: string } {
  let text = "";
  let plain = "";
  for (let at = 0; at < markdown.length;) {
    const rest = markdown.slice(at);
    const escaped = /^\\([!-/:-@[-`{-~])/.exec(rest);
    const entity = /^&(?:#(\d+)|lt|gt|amp);/.exec(rest);
    const html = /^<code>([^<`]*)<\/code>/.exec(rest);
    const ticks = /^`+/.exec(rest)?.[0];
    if (escaped !== null) {
      text += escaped[1];
      plain += "x";
      at += 2;
    } else if (entity !== null) {
      text += decoded(entity[0]);
      plain += "x";
      at += entity[0].length;
    } else if (html !== null) {
      text += html[1]!.replace(/&#\d+;/g, decoded);
      plain += " ";
      at += html[0].length;
    } else if (ticks !== undefined) {
      const after = rest.slice(ticks.length);
      const close = [...after.matchAll(/`+/g)].find(([run]) => run.length === ticks.length);
      assert(close !== undefined, `no end of the code in ${markdown}`);
      const code = after.slice(0, close.index);
      text += /^ .*[^ ].* $/.test(code) ? code.slice(1, -1) : code;
      plain += " ";
      at += ticks.length * 2 + code.length;
    } else {
      text += rest[0];
      plain += rest[0];
      at++;
    }
  }
  return { text, plain };
}

function decoded(entity: string): string {
  const named: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
  return named[entity] ?? String.fromCharCode(Number(entity.slice(2, -1)));
}

function assertInert(markdown: string, given: string): void {
  const { text, plain } = read(markdown);
  assertEquals(text, oneLine(given));
  assertEquals(/[`*[\]<>|~$@#\\]/.exec(plain), null, markdown);
  assertEquals(/(?:^|[^A-Za-z0-9])_|_(?:$|[^A-Za-z0-9])/.exec(plain), null, markdown);
  assertEquals(/https?:\/\/|www\.|\bGH-\d/i.exec(plain), null, markdown);
  assertEquals(/^(?:[-+*] |\d+[.)] |---|===)/.exec(markdown), null, markdown);
  assertEquals(/[\n\r|]/.exec(markdown), null, markdown);
}

Deno.test("a line of untrusted text is rendered as that text, and has no effect", () => {
  fc.assert(fc.property(hostile, (given) => assertInert(escapeInline(given), given)), { numRuns: 2000 });
});

Deno.test("a table cell is rendered as its text, and is never empty", () => {
  fc.assert(fc.property(hostile, (given) => {
    const cell = tableCell(given);
    if (oneLine(given) === "") assertEquals(cell, "—");
    else assertInert(cell, given);
  }));
});

Deno.test("untrusted text in a code span is rendered as that text", () => {
  fc.assert(
    fc.property(hostile, (given) => {
      const code = codeSpan(given);
      if (oneLine(given) === "") assertEquals(code, "—");
      else {
        const { text, plain } = read(code);
        assertEquals([text, plain], [oneLine(given), " "]);
        assertEquals(/[\n\r|]/.exec(code), null);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("nothing within a fence ends the fence or the managed part of the file", () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 6 }), (given) => {
      const lines = fence(given, "text").split("\n");
      const ticks = lines.at(-1)!;
      assertEquals([/^`{3,}$/.test(ticks), lines[0]], [true, `${ticks}text`]);
      for (const line of lines.slice(1, -1)) {
        const run = /^ {0,3}(`{3,})\s*$/.exec(line)?.[1] ?? "";
        assert(run.length < ticks.length, line);
        assert(!/^\s*<!--\s*orchastration:/.test(line), line);
        assert(!/(?![\t\u200c\u200d])[\p{Cc}\p{Cf}]/u.test(line), line);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a long line of a log is cut and marked as cut", () => {
  assertEquals(fence(["x".repeat(5000)]), `\`\`\`\n${"x".repeat(500)}…\n\`\`\``);
});

Deno.test("text that people wrote is shown unchanged", () => {
  const cases: readonly (readonly [given: string, markdown: string])[] = [
    ["plain words, and sample_task.", "plain words, and sample_task."],
    ["asked by @ada: Fixes #1", "asked by `@ada`: Fixes `#1`"],
    ["see https://x.example/a_b and GH-7", "see `https://x.example/a_b` and `GH-7`"],
    ["C# and @ home", "C&#35; and &#64; home"],
    ["*bold* <b>tag</b> [link](x)", "\\*bold\\* &lt;b&gt;tag&lt;/b&gt; \\[link\\](x)"],
    ["a | b", "a &#124; b"],
    ["two\nlines\tand \x1b[31mred\x1b[0m", "two lines and red"],
    ["right\u202eleft", "right\\\\u202eleft"],
    ["1. one", "1\\. one"],
    ["-la", "-la"],
    ["- item", "\\- item"],
  ];
  for (const [given, markdown] of cases) assertEquals(escapeInline(given), markdown);
  assertEquals(codeSpan("a | `b`"), "<code>a &#124; &#96;b&#96;</code>");
  assertEquals(codeSpan("`b`"), "`` `b` ``");
});
