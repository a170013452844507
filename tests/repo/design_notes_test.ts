/** The notes in docs/design have one form: title, date, context, choice, what was refused, and the consequences. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";

const NOTES = fromFileUrl(new URL("../../docs/design/", import.meta.url)).replaceAll("\\", "/");
const SECTIONS = ["Context", "Choice", "Refused", "Consequences"];

/** A choice of several parts can have a section for each: `## Choice: the guide`. */
function sectionsOf(text: string): readonly string[] {
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) =>
    heading!.replace(/^Choice: .+$/, "Choice")
  );
  return headings.filter((heading, index) => heading !== "Choice" || headings[index - 1] !== "Choice");
}

for (const { name } of [...Deno.readDirSync(NOTES)].sort((a, b) => a.name.localeCompare(b.name))) {
  Deno.test(`design notes: ${name} has the form of all notes`, () => {
    const text = Deno.readTextFileSync(join(NOTES, name));
    const [title, blank, date] = text.split("\n");
    assertEquals(/^# (\d{4}): \S/.exec(title!)?.[1], name.slice(0, 4));
    assertEquals(blank, "");
    assertEquals(/^\d{4}-\d\d-\d\d$/.test(date!), true, `the third line is a date, and not "${date}"`);
    assertEquals(sectionsOf(text), SECTIONS);
  });
}
