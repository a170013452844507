/** The runs that a task refers to as its plan and its evidence, and which must therefore be kept. */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskStore } from "../../store/task_store.ts";

/**
 * The reason for keeping each of them, as a sentence; empty for the name of a job. Fails where the task's
 * record cannot be read.
 */
export function pinnedRuns(
  tasks: TaskStore,
  runs: RunStore,
  name: string,
): Result<ReadonlyMap<RunId, string>, Failure> {
  const stored = tasks.read(name);
  if (!stored.ok) return stored;
  const pinned = new Map<RunId, string>();
  const latest = runs.latest(name);
  const same = latest.ok ? latest.value.run?.record.same_as : undefined;
  if (same !== undefined) pinned.set(same.run, "it is the run whose result still holds");
  if (stored.value === undefined) return ok(pinned);
  const { plan, last_build, documented, links } = stored.value;
  const pin = (id: RunId | undefined, what: string) => {
    if (id !== undefined && !pinned.has(id)) pinned.set(id, `it is ${what} of task ${name}`);
  };
  pin(plan?.run, "the plan");
  pin(last_build?.run, "the last build");
  const build = last_build === null ? undefined : runs.read(last_build.run);
  for (const check of build?.ok ? build.value.record.checks : []) {
    pin(check.run ?? undefined, "a check of the last build");
  }
  pin(documented?.run, "the last document");
  pin(links.issue?.run, "the issue");
  pin(links.branch?.run, "the branch");
  pin(links.worktree?.run, "the work tree");
  return ok(pinned);
}
