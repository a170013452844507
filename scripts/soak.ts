/**
 * Stops a process that keeps forking (tests/support/hop.ts) in all combinations, many times: afterwards, nothing of it may
 * be alive without being named as a survivor. `--rounds <n>` per combination, 20 by default; `--minutes <n>`
 * at most, as far as it gets.
 */

import { describeHop, type Hop, HOP_ENDINGS, hopPrograms, runHop } from "../tests/support/hop.ts";

const PAUSES_MS = [0, 2, 5, 10, 20, 50, 100];
/** Most of a run's time is waiting. */
const AT_ONCE = 2 * navigator.hardwareConcurrency;

const rounds = numberAfter("--rounds") ?? 20;
const minutes = numberAfter("--minutes") ?? Infinity;
const folder = await Deno.makeTempDir();
try {
  const programs = await hopPrograms(folder);
  const combinations = Object.values(programs).flatMap((program) =>
    PAUSES_MS.flatMap((pauseMs) =>
      [true, false].flatMap((ownSession) =>
        [true, false].flatMap((clearsEnvironment) =>
          HOP_ENDINGS.map((ended): Hop => ({ program, pauseMs, ownSession, clearsEnvironment, ended }))
        )
      )
    )
  );
  // Every combination once before any of them twice, so that an interrupted soak has tried all of them
  // equally.
  const waiting = Array.from({ length: rounds }, () => combinations).flat();
  const giveUpAtMs = performance.now() + minutes * 60_000;
  let [gone, named] = [0, 0];
  const failures: string[] = [];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (
      let hop = waiting.shift();
      hop !== undefined && performance.now() < giveUpAtMs;
      hop = waiting.shift()
    ) {
      try {
        if ((await runHop(hop)).length === 0) gone++;
        else named++;
      } catch (error) {
        failures.push(`${describeHop(hop)}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }));
  for (const failure of failures) console.error(failure);
  const hops = Object.keys(programs).join(" and ");
  console.log(
    `${gone + named + failures.length} runs of ${combinations.length} combinations in ${hops}: ` +
      `${gone} with nothing alive, ${named} with survivors named, ${failures.length} failed`,
  );
  Deno.exitCode = failures.length > 0 || gone + named === 0 ? 1 : 0;
} finally {
  await Deno.remove(folder, { recursive: true });
}

function numberAfter(flag: string): number | undefined {
  const index = Deno.args.indexOf(flag);
  return index < 0 ? undefined : Number(Deno.args[index + 1]);
}
