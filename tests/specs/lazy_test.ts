/** The parts of a bundle load built-ins of Node, and each other, when they are used. */

import { assertEquals, assertThrows } from "@std/assert";
import { lazyPart } from "../../scripts/build/lazy.ts";
import { EventEmitter, whenCalled, whenUsed } from "../../scripts/build/lazy_builtins.ts";

function check(name: string, given: string, expected: string): void {
  Deno.test(`lazy: ${name}`, () => assertEquals(lazyPart(given), expected));
}

const HEAD = 'import * as __lazy from "./lazy_builtins.js";\n';

check(
  "a part that loads nothing is as it was",
  'import { a } from "./b.js";\na();\n',
  'import { a } from "./b.js";\na();\n',
);
check("a part is named by an expression", 'await import("./b.js");\n', 'await import("./b.js" + "");\n');
check(
  "a built-in as a whole",
  'f();\nimport fs from "node:fs";\n',
  `${HEAD}var fs = __lazy.whenUsed("node:fs");\nf();\n`,
);
check(
  "functions and classes of built-ins, under names of their own",
  'import { stripVTControlCharacters as strip, stripVTControlCharacters } from "node:util";\n' +
    'import { EventEmitter } from "node:events";\n',
  `${HEAD}var strip = __lazy.whenCalled("node:util", "stripVTControlCharacters");\n` +
    'var stripVTControlCharacters = __lazy.whenCalled("node:util", "stripVTControlCharacters");\n' +
    "var EventEmitter = __lazy.EventEmitter;\n",
);
check(
  "what a bundle of CommonJS requires",
  'import { createRequire as c } from "node:module";\nvar __require = c(import.meta.url);\n__require("node:os");\n',
  `${HEAD}var __require = __lazy.whenUsed;\n\n__require("node:os");\n`,
);
check(
  "what is only loaded by who needs it stays",
  'import { createHash } from "node:crypto";\n',
  'import { createHash } from "node:crypto";\n',
);

for (
  const unknown of [
    'import { promisify } from "node:util";\n',
    'import * as fs from "node:fs";\n',
    'import fs, { stat } from "node:fs";\n',
    'import "node:fs";\n',
    'export { stat } from "node:fs";\n',
  ]
) {
  Deno.test(`lazy: an import that is not known to be safe to delay is refused: ${unknown.trim()}`, () => {
    const error = assertThrows(() => lazyPart(unknown)) as Error;
    assertEquals(error.message.startsWith("Cannot put off "), true, error.message);
  });
}

Deno.test("lazy: a substitute for a built-in module exports the values of the built-in", () => {
  assertEquals(whenUsed("node:path")["sep"], Deno.build.os === "windows" ? "\\" : "/");
  assertEquals(whenCalled("node:util", "stripVTControlCharacters")("\x1b[1mbold\x1b[22m"), "bold");
});

Deno.test("lazy: the emitter calls its listeners in order with the emitter as `this`, and returns the list on request", () => {
  const emitter = new EventEmitter();
  const heard: unknown[] = [];
  const hear = (name: string) =>
    function (this: unknown, ...values: unknown[]) {
      heard.push([name, this === emitter, ...values]);
    };
  assertEquals([emitter.emit("a", 1), emitter.listenerCount("a")], [false, 0]);
  emitter.on("a", hear("first")).on("a", hear("second"));
  assertEquals([emitter.emit("a", 1, 2), emitter.listenerCount("a"), emitter.emit("b")], [true, 2, false]);
  assertEquals(heard, [["first", true, 1, 2], ["second", true, 1, 2]]);
});
