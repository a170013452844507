/** Programs of the machine that a test can do without. */

import { join } from "@std/path";

/** Its path; undefined where it is not on the PATH. */
export function findTool(name: string): string | undefined {
  if (name === "deno") return Deno.execPath();
  const isWindows = Deno.build.os === "windows";
  const names = isWindows ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of (Deno.env.get("PATH") ?? "").split(isWindows ? ";" : ":")) {
    for (const file of folder === "" ? [] : names) {
      const path = join(folder, file);
      try {
        if (Deno.statSync(path).isFile) return path;
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
          throw error;
        }
      }
    }
  }
  return undefined;
}
