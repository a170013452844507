/** Runs every check on one program, and prints a line for each. */

import { resolve } from "@std/path/posix";
import { Problem } from "../build/tool.ts";
import { Unexpected, withBench } from "./bench.ts";
import { CHECKS } from "./checks.ts";

/** Throws a problem where a check failed. */
export async function tryAll(path: string, isNode = false): Promise<void> {
  const program = Deno.build.os === "windows" ? await Deno.realPath(path) : resolve(Deno.cwd(), path);
  const checks = CHECKS.filter(({ on }) =>
    on === undefined || (on === "posix" ? Deno.build.os !== "windows" : on === Deno.build.os)
  );
  let failed = 0;
  await withBench(program, isNode, async (bench) => {
    // In order: the last checks examine what the first ones left.
    for (const { name, run } of checks) {
      const startedAtMs = performance.now();
      try {
        await run(bench);
        console.log(`ok      ${name} (${Math.round(performance.now() - startedAtMs)}ms)`);
      } catch (error) {
        if (!(error instanceof Unexpected)) throw error;
        failed++;
        console.log(`not ok  ${name}\n  ${error.message.replaceAll("\n", "\n  ")}`);
      }
    }
  });
  console.log(`smoke test: ${checks.length - failed} of ${checks.length} checks hold`);
  if (failed > 0) throw new Problem(`Cannot call "${path}" good: ${failed} checks failed`);
}
