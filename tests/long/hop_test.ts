/**
 * Processes that fork and end again and again, ended in each of the three ways: no process is alive after the
 * run without being named. A part of `deno task soak`, which takes all combinations many times.
 */

import { assert } from "@std/assert";
import { describeHop, type Hop, HOP_ENDINGS, hopPrograms, runHop } from "../support/hop.ts";

const AT_ONCE = 4;

Deno.test({
  name: "spec: a process that keeps forking is gone after the run, or reported as a survivor",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const programs = Object.values(await hopPrograms(folder));
      assert(programs.length > 0, "expected python3 or a C compiler");
      const hops = programs.flatMap((program) =>
        HOP_ENDINGS.flatMap((ended) => [
          { program, ended, pauseMs: 0, ownSession: true, clearsEnvironment: true },
          { program, ended, pauseMs: 0, ownSession: false, clearsEnvironment: false },
          { program, ended, pauseMs: 10, ownSession: true, clearsEnvironment: false },
          { program, ended, pauseMs: 50, ownSession: false, clearsEnvironment: true },
        ])
      );
      await inTurns(hops);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function inTurns(hops: readonly Hop[]): Promise<void> {
  const waiting = [...hops];
  const failures: string[] = [];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let hop = waiting.shift(); hop !== undefined; hop = waiting.shift()) {
      try {
        await runHop(hop);
      } catch (error) {
        failures.push(`${describeHop(hop)}: ${error}`);
      }
    }
  }));
  assert(failures.length === 0, failures.join("\n"));
}
