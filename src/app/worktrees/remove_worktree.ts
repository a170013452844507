/**
 * Removes the work tree of a task, and never work that exists only there: everything is examined, and once more after it was
 * saved.
 */

import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { timestampOf } from "../../model/ids.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { GitCalls } from "../../git/git_calls.ts";
import type { Salvage } from "../../git/salvage.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { findWorktree, type FoundWorktree } from "./find_worktree.ts";
import { wasInterrupted } from "./interrupted_act.ts";
import type { KeepReason } from "./keep_reasons.ts";
import { lookInto, placeOf } from "./look_into.ts";
import { saveWorktree, unsavedReasons } from "./save_worktree.ts";
import { recordWorktreeAct, repositoryOf, type RepositoryPlace } from "./worktree_act.ts";

const ACTION = "remove the work tree of task";

export interface RemoveWorktreeRequest {
  readonly name: string;
  readonly salvage: boolean;
}

export interface RemovedWorktree extends Removed {
  readonly run: RunRecord;
}

interface Removed {
  readonly path: string;
  /** "" for none. */
  readonly branch: string;
  /** False if git had no work tree any more. */
  readonly wasThere: boolean;
  readonly salvage: Salvage | undefined;
}

export async function removeWorktree(
  workspace: Workspace,
  request: RemoveWorktreeRequest,
): Promise<Result<RemovedWorktree, Failure>> {
  const place = await repositoryOf(workspace, "remove a work tree of");
  if (!place.ok) return place;
  return await withNamedTask(
    workspace,
    request.name,
    (held) => removeFor(workspace, request, place.value, held),
  );
}

async function removeFor(
  workspace: Workspace,
  request: RemoveWorktreeRequest,
  repository: RepositoryPlace,
  held: HeldTask,
): Promise<Result<RemovedWorktree, Failure>> {
  const { known: { project, task, record: before }, runs, tasks } = held;
  const isHalfRemoved = wasInterrupted(runs, task.name, {
    action: "git.worktree.remove",
    words: ["worktree", "remove"],
    // git says that it failed, too, where it could not delete a file after others.
    cut: ["unknown", "none"],
    until: ["git.worktree.create", "git.worktree.restore"],
  });
  const link = before?.links.worktree;
  const removed = await recordWorktreeAct(workspace, repository, held, {
    runAction: "git.worktree.remove",
    action: ACTION,
    description: `remove the work tree of the task${request.salvage ? ", and save what is in it" : ""}`,
    reason: reasonOf,
    logged: { message: "work tree removed", event: "worktree_removed" },
  }, async (git, record) => {
    const branch = before?.links.branch?.name ?? `${project.branchPrefix}${task.name}`;
    const place = { task: task.name, branch, link, folder: repository.files.top, action: ACTION };
    const found = await findWorktree(workspace, git, place);
    if (!found.ok) return found;
    return found.value.worktree === undefined
      // git removed it, and we died before that was recorded.
      ? ok({ path: link!.path, branch, wasThere: false, salvage: undefined })
      : await remove(workspace, repository, git, request, found.value, record, isHalfRemoved);
  });
  if (!removed.ok || before === undefined || link === undefined) return removed;
  // After the act is recorded as ended: as long as it is not, a second call finds by the link that nothing is left to do.
  const { worktree: _, ...links } = before.links;
  const unlinked = await tasks.write({
    ...before,
    last_run: before.status === "in_progress" ? before.last_run : removed.value.run.id,
    links,
  });
  return unlinked.ok ? removed : unlinked;
}

async function remove(
  workspace: Workspace,
  repository: RepositoryPlace,
  git: GitCalls,
  { name: task, salvage: saves }: RemoveWorktreeRequest,
  { worktree, main }: FoundWorktree,
  record: RunRecord,
  isHalfRemoved: boolean,
): Promise<Result<Removed, Failure>> {
  const { host } = workspace;
  const found = { worktree: worktree!, main };
  const { path, branch } = found.worktree;
  const place = placeOf(workspace, repository, git, found);
  if (!place.ok) return place;
  const look = () => lookInto(workspace, repository, git, found, place.value, record.id, isHalfRemoved);
  const looked = await look();
  if (!looked.ok) return looked;
  const { reasons } = looked.value;
  const blocking = reasons.filter(({ canBeSaved }) => !(saves && canBeSaved));
  if (blocking.length > 0) return kept(task, blocking);
  const stamp = timestampOf(Date.parse(record.start_time));
  const saved = reasons.length > 0
    ? await saveWorktree(host, git, place.value, looked.value, { task, stamp })
    : ok(undefined);
  if (!saved.ok) return saved;
  // The final check, which no flag skips, so that later changes are not lost either.
  const again = await look();
  if (!again.ok) return again;
  const still = await unsavedReasons(host, git, place.value, again.value, saved.value);
  if (!still.ok) return still;
  if (still.value.length > 0) return kept(task, still.value);
  const force = saved.value !== undefined || again.value.content.hasSubmodules || isHalfRemoved;
  const removed = await git.change(repository.files.commonDir, [
    ...["worktree", "remove", ...(force ? ["--force"] : []), "--", path],
  ]);
  return removed.ok ? ok({ path, branch, wasThere: true, salvage: saved.value?.made }) : removed;
}

function kept(name: string, reasons: readonly KeepReason[]): Result<never, Failure> {
  const stubborn = reasons.find(({ canBeSaved }) => !canBeSaved);
  return fail({
    code: "worktree_kept",
    name,
    reasons: reasons.map(({ kind, fact, way }) => ({ kind, fact, way })),
    next: [
      stubborn === undefined
        ? nextCommand("git worktree remove", name, "--salvage")
        : nextAdvice(stubborn.way),
    ],
  });
}

function reasonOf({ path, branch, wasThere, salvage }: Removed): string {
  const parts = [
    salvage === undefined ? undefined : `everything was saved in ${salvage.ref} (${salvage.commit})`,
    wasThere ? `the work tree ${path} was removed` : `the work tree ${path} was gone already`,
    branch === "" ? undefined : `the branch ${branch} stays`,
  ];
  return parts.filter((part) => part !== undefined).join("; ");
}
