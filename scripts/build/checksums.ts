/**
 * SHA256SUMS of a folder, written by the program itself in the format of `sha256sum --check` and
 * `orchastration hash --check`.
 */

import { join } from "@std/path/posix";
import { filesBelow, removeIfThere } from "./files.ts";
import { needTool, withScratch } from "./tool.ts";

export const CHECKSUMS = "SHA256SUMS";
/** The output folder of scripts/package.ts, which has its own list. */
export const PACKAGES = "packages";

const SOURCE = decodeURIComponent(new URL("../../src/main.ts", import.meta.url).pathname)
  .replace(/^\/([A-Za-z]:)/, "$1");

/** `program` is a file that Deno can run; the sources, where there is no bundle. */
export async function writeList(folder: string, program = SOURCE): Promise<void> {
  await removeIfThere(join(folder, CHECKSUMS));
  const files = (await filesBelow(folder)).filter((file) => !file.startsWith(`${PACKAGES}/`));
  await withScratch(async (home) => {
    const list = await needTool("hash what was built", Deno.execPath(), [
      ...["run", "-A", "--no-prompt", "--quiet", program, "hash", "--algorithm", "sha256"],
      ...files.flatMap((file) => ["--file", file]),
    ], { cwd: folder, env: { XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, ORCHASTRATION_CONFIG: "" } });
    await Deno.writeTextFile(join(folder, CHECKSUMS), list);
  });
}
