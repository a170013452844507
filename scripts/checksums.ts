/** Writes SHA256SUMS of everything in a folder: `checksums.ts <folder>`. */

import { writeList } from "./build/checksums.ts";
import { Problem, runScript } from "./build/tool.ts";

await runScript(async () => {
  const [folder, ...others] = Deno.args;
  if (folder === undefined || others.length > 0) {
    throw new Problem("Cannot list checksums: expected one folder", "scripts/checksums.ts dist/packages");
  }
  await writeList(folder);
  console.log(`listed ${folder}`);
});
