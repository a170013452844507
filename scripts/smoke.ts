/**
 * Tries a built program as a person would, in an empty home: `smoke.ts <path of the program>`. Prints the
 * results.
 */

import { Problem, runScript } from "./build/tool.ts";
import { tryAll } from "./smoke/try_all.ts";

await runScript(async () => {
  const [path, ...others] = Deno.args;
  if (path === undefined || others.length > 0) {
    throw new Problem("Cannot try a program: expected one path", "scripts/smoke.ts dist/orchastration");
  }
  await tryAll(path);
});
