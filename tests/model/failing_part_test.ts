/** The part of a log that explains a failure: plain lines, telling lines, and the choice within a bound. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FailingPartFinder, partText } from "../../src/model/failing_part.ts";
import { plainLine, shortLine } from "../../src/model/plain_line.ts";
import { weightOf } from "../../src/model/telling_lines.ts";

function partOf(lines: readonly string[], maxBytes: number) {
  const finder = new FailingPartFinder();
  for (const line of lines) finder.line(line);
  return finder.part(maxBytes);
}

Deno.test("plain line: sequences and control characters are removed, and overwritten text has its last state", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["\x1b[1;31mred\x1b[0m and \x9b32mgreen", "red and green"],
    ["\x1b]8;;https://example.org\x07link\x1b]8;;\x1b\\", "link"],
    ["10%\r50%\r100% done\r", "100% done"],
    ["tab\tstays, bell\x07 and \u202ereversed go  ", "tab\tstays, bell and reversed go"],
    ["\x1b(B\x1b7\x1b8plain", "plain"],
    ["", ""],
  ];
  for (const [text, expected] of cases) assertEquals(plainLine(text), expected);
});

Deno.test("plain line: a long line is cut in its middle with a mark, and never within a character", () => {
  assertEquals(shortLine("x".repeat(240)), "x".repeat(240));
  assertEquals(shortLine("hi", 1), "h … 1 character … ");
  assertEquals(shortLine("ab".repeat(100), 40), `${"ab".repeat(15)} … 160 characters … ${"ab".repeat(5)}`);
  assert(shortLine("😀".repeat(500), 41).isWellFormed());
});

Deno.test("telling lines: a count of zero has no weight", () => {
  for (
    const line of ["0 errors", "12 passed, 0 failed", "# fail 0", "no errors", "Errors: 0", "step 12", ""]
  ) {
    assertEquals(weightOf(line), 0, line);
  }
  assert(weightOf("1 failed, 0 errors") > 0);
});

Deno.test("telling lines: an error has more weight than its place, and a place more than a mention", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["AssertionError: 1 is not 2", 3],
    ["src/a.ts(1,14): error TS2322: Type 'string' is not assignable", 3],
    ["E       assert 6 == 7", 3],
    ["a.c:1:18: error: unknown type name 'widget'", 3],
    ["thread 'main' panicked at src/main.rs:2:5:", 3],
    ["not ok 12 - adds", 2],
    ["--- FAIL: TestLamp (0.00s)", 2],
    ["make: *** [Makefile:3: all] Error 2", 2],
    ["a.rb:2:in `<main>': row 20 has no owner (ArgumentError)", 3],
    ["no such depot: harbour at a.pl line 2.", 3],
    ["warning: unused variable", 1],
  ];
  for (const [line, weight] of cases) assertEquals(weightOf(line), weight, line);
});

Deno.test("failing part: the first error has priority over its consequences and over the end", () => {
  const lines = [
    ...Array.from({ length: 500 }, (_, n) => `step ${n}`),
    "Error: the first",
    ...Array.from({ length: 500 }, (_, n) => `Error: number ${n}`),
  ];
  const { lines: shown, totalLines } = partOf(lines, 300);
  assertEquals(totalLines, 1001);
  assert(shown.some(({ text }) => text === "Error: the first"), JSON.stringify(shown));
  assert(shown.some(({ text }) => text === "Error: number 499"), JSON.stringify(shown));
});

Deno.test("failing part: the last lines of stderr are shown, however much of stdout follows", () => {
  const finder = new FailingPartFinder();
  finder.line("no such depot", true);
  for (let n = 0; n < 500; n++) finder.line(`row ${n}`);
  assertEquals(finder.part(300).lines[0]?.text, "no such depot");
});

Deno.test("failing part: a failure that is printed twice is shown once", () => {
  const lines = Array.from({ length: 50 }, () => ["Error: the same", ...Array(20).fill("between")]).flat();
  const { lines: shown } = partOf(lines, 2000);
  assertEquals(shown.filter(({ text }) => text === "Error: the same").length <= 3, true);
});

Deno.test("failing part: for any log the result is bounded, in order, made of its lines, and gaps are marked", () => {
  const line = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.constantFrom("Error: no", "FAIL a", "not ok 1", "", "step", "  at f (a.js:1)"),
  );
  fc.assert(fc.property(fc.array(line, { maxLength: 200 }), fc.nat(2000), (texts, maxBytes) => {
    const plain = texts.map(plainLine);
    const part = partOf(plain, maxBytes);
    const text = partText(part);
    assert(new TextEncoder().encode(text).length <= maxBytes + 8, "it is larger than the bound");
    let before = 0;
    for (const { number, text } of part.lines) {
      assert(number > before, "it is out of order");
      assertEquals(text, shortLine(plain[number - 1]!));
      before = number;
    }
    assertEquals(part.totalLines, texts.length);
  }));
});
