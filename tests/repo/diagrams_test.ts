/** The pictures in docs/diagrams belong to their sources, and can be shown by any viewer of SVG. */

import { assert, assertEquals } from "@std/assert";
import { DIAGRAMS, diagrams, picture } from "../../scripts/tools/diagrams.ts";
import { parseDiagrams } from "../support/mermaid.ts";

/** The width of a page on GitHub. */
const MAX_WIDTH = 900;

const ALL = await diagrams();

Deno.test("diagrams: Mermaid parses every source, and every source has a picture", async () => {
  assert(ALL.length >= 3);
  assertEquals(await parseDiagrams(ALL.map(({ source }) => source)), ALL.map(() => null));
  const pictures = [...Deno.readDirSync(DIAGRAMS)].map(({ name }) => name).filter((name) =>
    name.endsWith(".svg")
  );
  assertEquals(pictures.toSorted(), ALL.map(({ name }) => `${name}.svg`));
});

for (const { name, sha256 } of ALL) {
  Deno.test(`diagrams: ${name}.svg was made from the current sources (deno task diagrams makes it)`, () => {
    assertEquals(/ data-made-of="sha256:(\w+)"/.exec(picture(name))?.[1], sha256);
  });

  Deno.test(`diagrams: ${name}.svg needs nothing else, has a title and two sets of colours, and is not too wide`, () => {
    const svg = picture(name);
    const outside = svg.matchAll(/foreignObject|<script|<image|@import|url\((?!#)|href="(?!#)|https?:[^"]*/g);
    assertEquals([...new Set([...outside].map(([found]) => found))], ["http://www.w3.org/2000/svg"]);
    assert(/<title [^>]*>[^<]+<\/title><desc [^>]*>[^<]+<\/desc>/.test(svg));
    assert(svg.includes("prefers-color-scheme: dark"));
    assert(Number(/ width="(\d+)"/.exec(svg)![1]) <= MAX_WIDTH);
  });
}
