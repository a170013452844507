/** The libraries that are copied are what npm has, but for their imports. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { copiesOfLibraries, SRC } from "../../scripts/copy_libraries.ts";

for (const { into, files } of await copiesOfLibraries()) {
  Deno.test(`the copy in src/${into} is up to date (deno task copy writes it)`, () => {
    const found = new Map(
      [...Deno.readDirSync(join(SRC, into))].map(({ name }) =>
        [name, Deno.readTextFileSync(join(SRC, into, name))] as const
      ),
    );
    assertEquals([...found.keys()].sort(), [...files.keys()].sort());
    for (const [name, text] of files) assertEquals(found.get(name), text, name);
  });
}
