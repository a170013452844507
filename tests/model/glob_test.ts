/** Globs: the quick tests of the usual ones say what their regular expressions say. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { globPattern, globTest } from "../../src/app/files/glob.ts";

/** Normalized paths, many of which nearly match. */
const paths = fc.array(
  fc.constantFrom("src", "a", "b.ts", ".ts", "ts", "a.b.ts", ".hidden", "x\ny", "+(a)", "é"),
  {
    minLength: 1,
    maxLength: 4,
  },
).map((parts) => parts.join("/"));

const part = fc.constantFrom(
  ...[
    "src",
    "a",
    "*",
    "**",
    "*.ts",
    "a*",
    "a*.ts",
    "*a*",
    "***",
    "**a",
    ".*",
    "b.ts",
    "!a",
    "+a",
    "@",
    "^",
    "$",
  ],
  ...["?", "[ab]", "{a,b}", "+(a)", "a)", "a|b", "a]", "\\*", "", ".", "..", "é*"],
);
const globs = fc.tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 4 }))
  .map(([isAbsolute, parts]) => (isAbsolute ? "/" : "") + parts.join("/"));

Deno.test("the test of a glob accepts the paths that its regular expression accepts", () => {
  const both = (glob: string, path: string) =>
    assertEquals(globTest(glob)(path), globPattern(glob).test(path), JSON.stringify({ glob, path }));
  fc.assert(
    fc.property(
      globs,
      paths,
      fc.boolean(),
      (glob, path, isAbsolute) => both(glob, isAbsolute ? `/${path}` : path),
    ),
    { numRuns: 20_000 },
  );
  const usual = [
    "*",
    "**",
    "src/*",
    "src/**",
    "src/*.ts",
    "src/**/*.ts",
    "**/*.ts",
    "**/b.ts",
    "src/a*b.ts",
    "/src/*",
  ];
  fc.assert(
    fc.property(paths, (path) => {
      for (const glob of usual) for (const each of [path, `src/${path}`, `/src/${path}`]) both(glob, each);
    }),
    { numRuns: 1000 },
  );
});
