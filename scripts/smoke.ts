/** Tries a built program as a person would, in an empty home: `smoke.ts <path of the program>`. Says what it found. */

import { resolve } from "@std/path/posix";
import { Unexpected, withBench } from "./smoke/bench.ts";
import { CHECKS } from "./smoke/checks.ts";
import { Problem, runScript } from "./build/tool.ts";

if (import.meta.main) {
  await runScript(async () => {
    const [path, ...others] = Deno.args;
    if (path === undefined || others.length > 0) {
      throw new Problem("Cannot try a program: expected one path", "scripts/smoke.ts dist/orchastration");
    }
    const program = Deno.build.os === "windows" ? path : resolve(Deno.cwd(), path);
    const failed = await tryAll(program);
    if (failed > 0) throw new Problem(`Cannot call "${program}" good: ${failed} checks failed`);
  });
}

async function tryAll(program: string): Promise<number> {
  const checks = CHECKS.filter(({ on }) => on === undefined || Deno.build.os !== "windows");
  let failed = 0;
  await withBench(program, async (bench) => {
    // One after the other: the last ones look at what the first ones left.
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
  console.log(`smoke test: ${checks.length - failed} of ${checks.length} checks passed`);
  return failed;
}
