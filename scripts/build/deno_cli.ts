/**
 * Distinguishes a file that behaves as the Deno command line from one that is a program: the first must never
 * pose as the second.
 */

import { join } from "@std/path/posix";
import { filesBelow } from "./files.ts";
import { callTool, Problem } from "./tool.ts";

/**
 * From the help of the Deno command line; the base for `deno compile` has no command line, and so no help.
 */
const MARKS = [
  "A modern JavaScript and TypeScript runtime",
  "Run a JavaScript or TypeScript program, or a task",
];

/** Smaller than any runtime, and larger than everything else that is built. */
const SMALLEST_RUNTIME_BYTES = 10_000_000;

/** Whether the bytes of a file contain the Deno command line; works for files of any system. */
export async function holdsDenoCli(path: string): Promise<boolean> {
  const { size } = await Deno.stat(path);
  if (size < SMALLEST_RUNTIME_BYTES) return false;
  const bytes = await Deno.readFile(path);
  return MARKS.every((mark) => indexOf(bytes, new TextEncoder().encode(mark)) >= 0);
}

/** `Uint8Array` finds a single byte quickly, but has no search for several. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

/** A file that answers as Deno does is Deno. */
export async function answersAsDeno(program: string): Promise<boolean> {
  const said = await callTool(program, ["--version"], { timeoutMs: 30_000 });
  return /^deno \d/m.test(said.stdout);
}

/**
 * Refuses every file of a folder that behaves as the Deno command line. The only exception is the runtime of
 * the portable form: it has its own name and folder, and is called with the program as its argument.
 */
export async function refuseDenoCli(folder: string, runtimes: readonly string[]): Promise<void> {
  for (const path of await filesBelow(folder)) {
    if (runtimes.includes(path) || !await holdsDenoCli(join(folder, path))) continue;
    throw new Problem(
      `Cannot leave "${path}" in ${folder}: it behaves as the Deno command line, not as Orchastration`,
    );
  }
}
