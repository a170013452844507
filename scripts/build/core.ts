/**
 * Decides which modules form one part of the bundle: everything that each command needs, so that start-up
 * reads few files.
 */

import { dirname, join, relative } from "@std/path/posix";
import { filesBelow } from "./files.ts";

/**
 * Together with everything these import. `list` is small, and the command that people wait for most often.
 */
const ROOTS = ["cli/cli.ts", "host/deno_host.ts", "cli/commands/list.ts", "app/jobs/list_jobs.ts"];
const CORE = "core_of_the_bundle.ts";

/**
 * Changes a copy of the sources. The bundler puts modules that the same entries need into one part, and each
 * `import()` makes an entry, which would give forty small parts. Where every entry needs the core, it becomes
 * one part.
 */
export async function makeCoreOnePart(src: string): Promise<void> {
  const entries = await dynamicImportsBelow(src);
  await Deno.writeTextFile(join(src, CORE), ROOTS.map((root) => `import "./${root}";\n`).join(""));
  for (const path of entries) {
    const source = await Deno.readTextFile(join(src, path));
    const toCore = relative(dirname(path), CORE);
    await Deno.writeTextFile(join(src, path), `import "./${toCore}";\n${source}`);
  }
}

/** The files named by literal `import()` calls. */
async function dynamicImportsBelow(src: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const path of await filesBelow(src)) {
    const source = await Deno.readTextFile(join(src, path));
    for (const [, specifier] of source.matchAll(/\bimport\(\s*"(\.[^"]+)"/g)) {
      found.add(join(dirname(path), specifier!));
    }
  }
  return found;
}
