/** Decides whether a run can go on without a terminal. Its supervisor calls this before the run begins. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, type Result } from "../../model/result.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { requireRoom } from "./detached_limit.ts";

export async function requireDetachable(
  workspace: Workspace,
  name: string | undefined,
): Promise<Result<void, Failure>> {
  const value = name ?? "run";
  const project = await workspace.project();
  if (!project.ok) return project;
  const { aliases, jobs, maxDetached } = project.value;
  const job = name === undefined ? undefined : jobs.get(aliases.get(name) ?? name);
  if (job?.interactive === true) {
    const fact = "it is interactive, and a detached run has no terminal";
    return fail({ code: "refused", action: "detach", value, fact, next: [nextCommand("run", value)] });
  }
  const store = await workspace.store();
  return store.ok ? requireRoom(store.value, value, maxDetached) : store;
}
