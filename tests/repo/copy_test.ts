/** The libraries that are copied are what npm has, but for what they import. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { copiesOfLibraries, SRC } from "../../scripts/copy_libraries.ts";

const copies = await copiesOfLibraries();

for (const [path, text] of copies) {
  Deno.test(`the copy src/${path} is up to date (deno task copy writes it)`, () => {
    assertEquals(Deno.readTextFileSync(join(SRC, path)), text);
  });
}

Deno.test("there is no copy that nobody makes", () => {
  const found = [...Deno.readDirSync(SRC)].flatMap(({ name: folder, isDirectory }) => {
    if (!isDirectory) return [];
    return [...Deno.readDirSync(join(SRC, folder))].some(({ name }) => name === "copied")
      ? [...Deno.readDirSync(join(SRC, folder, "copied"))].map(({ name }) => `${folder}/copied/${name}`)
      : [];
  });
  assertEquals(found.sort(), [...copies.keys()].sort());
});
