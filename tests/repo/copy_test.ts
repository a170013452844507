/** The copy of commander is what npm has, but for its imports. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { COPY, copyOfCommander } from "../../scripts/copy_commander.ts";

Deno.test("the copy of commander is up to date (deno task commander writes it)", async () => {
  const wanted = Object.fromEntries(await copyOfCommander());
  const found = Object.fromEntries(
    [...Deno.readDirSync(COPY)].map(({ name }) => [name, Deno.readTextFileSync(join(COPY, name))]),
  );
  assertEquals(Object.keys(found).sort(), Object.keys(wanted).sort());
  for (const [name, text] of Object.entries(wanted)) assertEquals(found[name], text, name);
});
