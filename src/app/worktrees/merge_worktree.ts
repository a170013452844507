/** Merges the branch of a task that is done for exactly the files that are merged. Never resolves a conflict. */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice, nextCommand, placeholder } from "../../model/next_step.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { shellWord } from "../../model/shell_word.ts";
import type { WorktreeLink } from "../../model/task_record.ts";
import type { GitCalls } from "../../git/git_calls.ts";
import { hasSucceeded } from "../../git/tool.ts";
import type { Worktree } from "../../git/worktree_list.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { findWorktree } from "./find_worktree.ts";
import { wasInterrupted } from "./interrupted_act.ts";
import { moveForward } from "./move_forward.ts";
import { countCommits, type Merging, requireChecked } from "./require_checked.ts";
import { recordWorktreeAct, repositoryOf, type RepositoryPlace } from "./worktree_act.ts";

const ACTION = "merge the work tree of task";

export interface MergeWorktreeRequest {
  readonly name: string;
  /** The branch that gets the commits; undefined: the one that the work tree was made from. */
  readonly into: string | undefined;
  /** Keeps the commits of the task together under a merge commit. */
  readonly withCommit: boolean;
}

export interface MergedWorktree extends Merged {
  readonly run: RunRecord;
}

interface Merged {
  readonly branch: string;
  readonly into: string;
  /** The commit of the branch. */
  readonly commit: string;
  /** The commit of `into` afterwards. */
  readonly at: string;
  /** 0 where all of them had been merged before. */
  readonly commits: number;
  /** The work tree of the task. */
  readonly path: string;
  /** The work tree of the base, where `git submodule update` has something to do. */
  readonly movedSubmodules: string | undefined;
}

export async function mergeWorktree(
  workspace: Workspace,
  request: MergeWorktreeRequest,
): Promise<Result<MergedWorktree, Failure>> {
  const place = await repositoryOf(workspace, "merge a work tree of");
  if (!place.ok) return place;
  return await withNamedTask(
    workspace,
    request.name,
    (held) => mergeFor(workspace, request, place.value, held),
  );
}

async function mergeFor(
  workspace: Workspace,
  request: MergeWorktreeRequest,
  repository: RepositoryPlace,
  held: HeldTask,
): Promise<Result<MergedWorktree, Failure>> {
  const { known: { project, task, record }, runs } = held;
  const branch = record?.links.branch?.name ?? `${project.branchPrefix}${task.name}`;
  const wasCut = wasInterrupted(runs, task.name, {
    action: "git.worktree.merge",
    words: ["merge", "--ff-only"],
    cut: ["unknown"],
    until: [],
  });
  return await recordWorktreeAct(workspace, repository, held, {
    runAction: "git.worktree.merge",
    action: ACTION,
    description: `merge the branch ${branch} of the task`,
    reason: reasonOf,
    logged: { message: "work tree merged", event: "worktree_merged" },
  }, async (git): Promise<Result<Merged, Failure>> => {
    const merging = await whatToMerge(workspace, repository, git, request, branch, record?.links.worktree);
    if (!merging.ok) return merging;
    const { commonDir } = repository.files;
    const { into, at, commit, path } = merging.value;
    const commits = await countCommits(git, commonDir, `${at}..${commit}`);
    if (!commits.ok) return commits;
    // Merged before, or nothing was committed yet.
    if (commits.value === 0) {
      return ok({ branch, into, commit, at, commits: 0, path, movedSubmodules: undefined });
    }
    const checked = await requireChecked(workspace, repository, git, merging.value);
    if (!checked.ok) return checked;
    const result = request.withCommit ? await makeCommit(git, commonDir, merging.value) : ok(commit);
    if (!result.ok) return result;
    const moved = await moveForward(workspace.host, git, commonDir, merging.value, result.value, wasCut);
    if (!moved.ok) return moved;
    return ok({ branch, into, commit, at: result.value, commits: commits.value, path, ...moved.value });
  });
}

async function whatToMerge(
  workspace: Workspace,
  { files: { top, commonDir } }: RepositoryPlace,
  git: GitCalls,
  { name: task, into }: MergeWorktreeRequest,
  branch: string,
  link: WorktreeLink | undefined,
): Promise<Result<Merging, Failure>> {
  const found = await findWorktree(workspace, git, { task, branch, link, folder: top, action: ACTION });
  if (!found.ok) return found;
  const { worktree, main } = found.value;
  if (worktree === undefined || worktree.isGone) {
    const fact = "its folder is gone, and what is merged has to be checked there";
    const verb = worktree === undefined ? "git worktree create" : "git worktree remove";
    return git.refused(fact, nextCommand(verb, task));
  }
  const { path, head: commit } = worktree;
  if (worktree.branch !== branch || commit === undefined) {
    const there = worktree.branch === "" ? "no branch" : `the branch ${worktree.branch}`;
    return git.refused(
      `its work tree ${path} has ${there} checked out, and not ${branch}`,
      nextAdvice(`git -C ${shellWord(path)} switch ${shellWord(branch)}`),
    );
  }
  const base = await baseOf(git, commonDir, { task, into, branch, link, main });
  return base.ok ? ok({ task, branch, path, commit, ...base.value }) : base;
}

/** The branch that gets the commits, with its commit. */
async function baseOf(
  git: GitCalls,
  commonDir: string,
  { task, into: asked, branch, link, main }: {
    readonly task: string;
    readonly into: string | undefined;
    readonly branch: string;
    readonly link: WorktreeLink | undefined;
    readonly main: Worktree;
  },
): Promise<Result<{ readonly into: string; readonly at: string }, Failure>> {
  const wanted = asked === undefined ? [link?.base ?? "", main.branch] : [asked];
  for (const into of wanted.filter((each) => each !== "" && each !== branch)) {
    const at = await git.try(commonDir, [
      ...["rev-parse", "--verify", "-q", "--end-of-options", `refs/heads/${into}^{commit}`],
    ]);
    if (!at.ok) return at;
    if (hasSucceeded(at.value)) return ok({ into, at: at.value.stdout.trim() });
  }
  const fact = asked === undefined
    ? "the branch that it was made from is not known"
    : asked === branch
    ? `${asked} is the branch of the task itself`
    : `there is no branch ${asked}`;
  return git.refused(fact, nextCommand("git worktree merge", task, "--into", placeholder("branch")));
}

/** With the files of the branch, whichever form the history has. */
async function makeCommit(
  git: GitCalls,
  commonDir: string,
  { branch, into, commit, at }: Merging,
): Promise<Result<string, Failure>> {
  const message = `Merge branch '${branch}' into ${into}`;
  const made = await git.change(commonDir, [
    ...["commit-tree", `${commit}^{tree}`, "-p", at, "-p", commit, "-m", message],
  ]);
  return made.ok ? ok(made.value.trim()) : made;
}

function reasonOf({ branch, into, commit, commits, at }: Merged): string {
  return commits === 0
    ? `${into} has every commit of ${branch} already`
    : `${branch} (${commit}) was merged into ${into}, which is at ${at} now`;
}
