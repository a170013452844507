/** Counts the running detached runs, and decides whether one more may begin. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { RunStore } from "../../store/run_store.ts";
import { runningNow } from "../runs/named_runs.ts";

/** The oldest ones, which are most likely forgotten. */
const NAMED = 3;

/** Runs that were detached themselves: a node of a graph and a check belong to another run. */
function detachedNow(store: RunStore): Result<readonly RunRecord[], Failure> {
  const running = runningNow(store, undefined);
  return running.ok ? ok(running.value.filter(({ detached }) => detached === true)) : running;
}

export function requireRoom(store: RunStore, value: string, max: number): Result<void, Failure> {
  const { files, layout } = store.parts;
  // Each running run has a lock file, so records are read only where there may be too many.
  const locks = files.list(layout.locks);
  const most = locks.ok ? locks.value.filter((name) => name.startsWith("run-")).length : 0;
  if (most < max) return ok(undefined);
  const going = detachedNow(store);
  if (!going.ok) return going;
  if (going.value.length < max) return ok(undefined);
  const oldest = going.value.toReversed().slice(0, NAMED).map(({ id }) => id);
  return fail({
    code: "refused",
    action: "detach",
    value,
    fact:
      `${going.value.length} detached runs are running, and max_detached in [defaults] is ${max}; the oldest: ${
        oldest.join(", ")
      }`,
    next: [nextCommand("stop", oldest[0]!), nextCommand("runs list", "--status", "running")],
  });
}
