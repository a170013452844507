/**
 * Bundles the program into one folder of JavaScript that needs nothing but Deno. Equal sources give equal
 * bytes.
 */

import { join } from "@std/path/posix";
import { makeCoreOnePart } from "./core.ts";
import { copyFolder, filesBelow, makeParent } from "./files.ts";
import type { Revision } from "./revision.ts";
import { lazyPart } from "./lazy.ts";
import { needTool, Problem, withScratch } from "./tool.ts";

/** The file of the bundle that starts the program. */
export const START = "start.js";
const START_SOURCE = "scripts/build/start.ts";
/** The file in which a worker thread of the program starts, beside the main file. */
const WORKER_SOURCE = "scripts/build/deno_digest_worker.ts";
const LAZY_SOURCE = "scripts/build/lazy_builtins.ts";
const SOURCES = [START_SOURCE, WORKER_SOURCE, LAZY_SOURCE];
/** The page of `ui` and `report`: a bundle for browsers, whose text becomes part of the program. */
const PAGE_SOURCE = "src/web/page/main.tsx";
const PAGE_SCRIPT = "src/web/page_script.ts";
const NO_SCRIPT = 'export const BUILT_SCRIPT: string = "";';
const NO_COMMIT = 'export const COMMIT: string = "";';

/** Bundles the sources of `root` into the folder `into`. */
export async function bundleProgram(root: string, into: string, revision: Revision): Promise<void> {
  await needTool("check the types", Deno.execPath(), ["check", "--quiet", ...SOURCES], {
    cwd: root,
  });
  await withScratch(async (scratch) => {
    await copyFolder(join(root, "src"), join(scratch, "src"));
    for (const path of ["deno.json", "deno.lock", ...SOURCES, "scripts/build/restore_environment.ts"]) {
      await makeParent(join(scratch, path));
      await Deno.copyFile(join(root, path), join(scratch, path));
    }
    await makeCoreOnePart(join(scratch, "src"));
    const version = join(scratch, "src/version.ts");
    await Deno.writeTextFile(version, withCommit(await Deno.readTextFile(version), revision.commit));
    await putPage(scratch);
    // In a separate folder the packages have the same paths on every machine, and paths are part of the
    // bundle.
    await needTool("bundle the program", Deno.execPath(), [
      ...["bundle", "--quiet", "--frozen", "--node-modules-dir=auto", "--platform", "deno"],
      ...["--code-splitting", "--outdir", into, ...SOURCES],
    ], { cwd: scratch });
  });
  for (const path of await filesBelow(into)) {
    const part = join(into, path);
    await Deno.writeTextFile(part, lazyPart(await Deno.readTextFile(part)));
  }
  // The times of files become part of an executable.
  for (const path of await filesBelow(into)) {
    await Deno.utime(join(into, path), revision.secondsSinceEpoch, revision.secondsSinceEpoch);
  }
}

async function putPage(scratch: string): Promise<void> {
  const made = join(scratch, "page.js");
  await needTool("bundle the page", Deno.execPath(), [
    ...["bundle", "--quiet", "--frozen", "--node-modules-dir=auto", "--platform", "browser", "--minify"],
    ...["--output", made, PAGE_SOURCE],
  ], { cwd: scratch });
  const path = join(scratch, PAGE_SCRIPT);
  const source = await Deno.readTextFile(path);
  if (source.split(NO_SCRIPT).length !== 2) {
    throw new Error(`Cannot put the page into ${PAGE_SCRIPT}: it does not have the line ${NO_SCRIPT}`);
  }
  const literal = JSON.stringify(await Deno.readTextFile(made));
  await Deno.writeTextFile(
    path,
    source.replace(NO_SCRIPT, () => `export const BUILT_SCRIPT: string = ${literal};`),
  );
}

/** Only text that git or a packager would use for a commit is inserted into the source. */
function withCommit(source: string, commit: string): string {
  if (!/^[\w.+-]*$/.test(commit)) {
    throw new Problem(`Cannot use commit "${commit}": expected letters, digits, ".", "+", "-" and "_"`);
  }
  if (source.split(NO_COMMIT).length !== 2) {
    throw new Error(`Cannot write the commit: src/version.ts does not have the line ${NO_COMMIT}`);
  }
  return source.replace(NO_COMMIT, `export const COMMIT: string = "${commit}";`);
}
