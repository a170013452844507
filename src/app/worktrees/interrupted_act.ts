/** Finds an earlier act on a work tree that was cut short while git changed something. */

import { runIdOf } from "../../model/ids.ts";
import type { RunAction, ToolEffect } from "../../model/run.ts";
import type { RunStore } from "../../store/run_store.ts";

/** It is searched for in this many acts. */
const MAX_ACTS = 20;

/**
 * `words`: of the call of git that was the last one; `cut`: what the record says of its effect; `until`: acts after which
 * nothing of it is left.
 */
export function wasInterrupted(
  runs: RunStore,
  task: string,
  { action, words, cut, until }: {
    readonly action: RunAction;
    readonly words: readonly string[];
    readonly cut: readonly ToolEffect[];
    readonly until: readonly RunAction[];
  },
): boolean {
  const timestamps = runs.timestamps(task);
  for (const timestamp of timestamps.ok ? timestamps.value.slice(0, MAX_ACTS) : []) {
    const run = runs.read(runIdOf(task, timestamp));
    if (!run.ok) continue;
    const { action: its, status, tools } = run.value.record;
    if (until.includes(its)) return false;
    if (its !== action) continue;
    if (status === "succeeded") return false;
    const last = tools?.at(-1);
    if (last !== undefined && cut.includes(last.effect) && words.every((word) => last.argv.includes(word))) {
      return true;
    }
  }
  return false;
}
