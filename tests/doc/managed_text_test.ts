/** The generated part of a file: it is found, updated, and never taken from a person. */

import { assertEquals } from "@std/assert";
import { managedPart, withManagedPart } from "../../src/doc/managed_text.ts";

const OLD = managedPart("doc generate sample", "# old\n");
const NEW = managedPart("doc generate sample", "# new\n\nmore\n");
const BEGIN = OLD.split("\n")[0]!;
const END = "<!-- orchastration:end -->";

function check(existing: string | undefined, expected: string, force = false): void {
  const result = withManagedPart(existing, NEW, force);
  assertEquals(
    result.ok ? result.value : result.failure.kind === "damaged" ? result.failure.fact : "unmarked",
    expected,
  );
}

Deno.test("a file that is missing or empty becomes the managed part", () => {
  check(undefined, NEW);
  check("", NEW);
  check("\n \n", NEW);
});

Deno.test("text before and after the managed part is preserved, byte for byte", () => {
  check(`\ufeff# Mine\n\n${OLD}\ttail without end`, `\ufeff# Mine\n\n${NEW}\ttail without end`);
  check(OLD.trimEnd(), NEW);
  check(`a\r\n${OLD.replaceAll("\n", "\r\n")}b\r\n`, `a\r\n${NEW.replaceAll("\n", "\r\n")}b\r\n`);
  check(
    `I speak of <!-- orchastration:begin --> here.\n${OLD}`,
    `I speak of <!-- orchastration:begin --> here.\n${NEW}`,
  );
});

Deno.test("marks after a byte order mark are found, and the byte order mark stays", () => {
  check(`\ufeff${OLD}tail\n`, `\ufeff${NEW}tail\n`);
  check(`\ufeff${END}\n`, "the mark orchastration:begin is missing");
});

Deno.test("a managed part with the same content is left unchanged, whatever its layout", () => {
  const said = managedPart(
    "x",
    "# A\n\nsome words\n\n- one\n\n| a | b |\n| --- | --- |\n| c | d |\n\n```\n  x\n```",
  );
  const same = (existing: string) =>
    assertEquals(withManagedPart(existing, said, false), { ok: true, value: existing });
  same(said.trimEnd());
  same(said.replaceAll("\n", "\r\n").replace("# A\r\n", "# A\n"));
  same(said.replace("some words", "some\nwords  "));
  same(said.replace("- one", "* one"));
  same(said.replace("| a | b |\n| --- | --- |", "| a   |  b |\n|:----|----:|"));
  same(said.replace("  x\n", "  x  \n"));
  same(said.replace("-->\n# A", "-->\n\n# A\n\n"));
  const other = (existing: string) =>
    assertEquals(withManagedPart(existing, said, false), { ok: true, value: said });
  other(said.replace("some words", "some word s"));
  other(said.replace("  x", " x"));
  other(said.replace("# A", "#A"));
  other(said.replace("| c | d |", "| c | |"));
});

Deno.test("a file without marks is not changed, unless --force adds the managed part", () => {
  check("# Mine\n", "unmarked");
  check("# Mine\n\n\n", `# Mine\n\n${NEW}`, true);
  check("# Mine\r\n", `# Mine\r\n\r\n${NEW.replaceAll("\n", "\r\n")}`, true);
});

Deno.test("damaged marks are reported, also with --force", () => {
  for (const force of [false, true]) {
    check(`${BEGIN}\ntext\n`, "the mark orchastration:end is missing", force);
    check(`text\n${END}\n`, "the mark orchastration:begin is missing", force);
    check(`${END}\n${BEGIN}\n`, "the mark orchastration:end comes before orchastration:begin", force);
    check(`${OLD}${OLD}`, "it contains the mark orchastration:begin more than once", force);
    check(`${OLD}${END}\n`, "it contains the mark orchastration:end more than once", force);
  }
});
