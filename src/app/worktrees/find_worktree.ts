/** Finds the work tree of a task in its repository, from any folder. */

import { nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { WorktreeLink } from "../../model/task_record.ts";
import { parseWorktrees, type Worktree } from "../../git/worktree_list.ts";
import type { GitCalls } from "../../git/git_calls.ts";
import { isSamePlace } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { usualPlace } from "./worktree_place.ts";

export interface FoundWorktree {
  /** undefined: git has none any more, but the record of the task still names one. */
  readonly worktree: Worktree | undefined;
  readonly main: Worktree;
}

export interface WorktreeQuestion {
  readonly task: string;
  readonly branch: string;
  readonly link: WorktreeLink | undefined;
  /** Any folder of the repository. */
  readonly folder: string;
  readonly action: string;
}

/** The work tree that the record names, or else the one with the branch of the task, or else the one at the usual place. */
export async function findWorktree(
  { host }: Workspace,
  git: GitCalls,
  { task, branch, link, folder, action }: WorktreeQuestion,
): Promise<Result<FoundWorktree, Failure>> {
  const listed = await git.ask(folder, ["worktree", "list", "--porcelain"]);
  if (!listed.ok) return listed;
  const all = parseWorktrees(listed.value);
  const [main] = all;
  if (main === undefined) throw new Error("Cannot find a work tree: git lists not even the main one");
  const at = (path: string | undefined) =>
    path === undefined ? undefined : all.find((each) => isSamePlace(host.files, each.path, path));
  const worktree = at(link?.path) ?? all.find((each) => each.branch === branch) ??
    at(usualPlace(host.paths, main, task));
  if (worktree !== undefined || link !== undefined) return ok({ worktree, main });
  return fail({
    code: "refused",
    action,
    value: task,
    fact: `it has none: the branch ${branch} is checked out nowhere`,
    next: [nextCommand("git worktree list"), nextCommand("git worktree create", task)],
  });
}
