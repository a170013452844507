/**
 * Which modules the real program runs for a command line. V8's coverage names each one that was evaluated; that a module is only read, as Deno
 * does with what an `import()` could need, does not count.
 */

import { fromFileUrl, join, toFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** Evaluated before the program. */
const WATCHER = `
const note = (name) => Deno.writeTextFileSync(Deno.env.get("TEST_TOUCHED"), name + "\\n", { append: true });
// Whoever touches it has Deno load node:process, and reaches all other built-ins through it.
const { get } = Object.getOwnPropertyDescriptor(globalThis, "process");
Object.defineProperty(globalThis, "process", {
  configurable: true,
  get() {
    note("node:process");
    return get.call(globalThis);
  },
});
if (Deno.env.get("TEST_UNTIL") === "spawn") {
  Deno.Command.prototype.spawn = () => {
    note("spawn");
    Deno.exit(${"0"});
  };
}
`;

/** What Node's built-ins are replaced by: a module of a name that shows up among the others. */
const BUILTINS = ["child_process", "crypto", "events", "fs", "os", "path", "process", "sqlite", "util"];

export interface Loaded {
  /**
   * Sorted: files of ours relative to \`src\`, packages as \`npm:<name>\`, built-ins as \`node:<name>\`.
   */
  readonly modules: readonly string[];
  readonly code: number;
  readonly stderr: string;
}
