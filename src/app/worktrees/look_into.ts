/** Examines a work tree for everything that would be lost or disturbed by removing it. Changes nothing. */

import { nextAdvice } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { GitCalls } from "../../git/git_calls.ts";
import { examineWorktree, type WorktreeContent, type WorktreePlace } from "../../git/worktree_content.ts";
import type { Worktree } from "../../git/worktree_list.ts";
import { adminDirOf, gitDirOf } from "../../git/worktrees.ts";
import { isSamePlace } from "../workspace/same_place.ts";
import { isWithin } from "../workspace/state_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { coveredFiles } from "./covered_files.ts";
import type { FoundWorktree } from "./find_worktree.ts";
import { type KeepReason, keepReasons } from "./keep_reasons.ts";
import { recordsThere, runsIn } from "./records_there.ts";
import type { RepositoryPlace } from "./worktree_act.ts";

export interface Looked {
  readonly content: WorktreeContent;
  /** Ignored files that exist nowhere else. */
  readonly ignored: readonly string[];
  readonly reasons: readonly KeepReason[];
}

/** A work tree that git has. */
export type ExistingWorktree = FoundWorktree & { readonly worktree: Worktree };

/** git's own folder for the work tree; a work tree that lost its `.git` has to be repaired first. */
export function placeOf(
  { host }: Workspace,
  { files: { commonDir } }: RepositoryPlace,
  git: GitCalls,
  { worktree, main }: ExistingWorktree,
): Result<WorktreePlace, Failure> {
  const facts = host.files.entry(worktree.path);
  const isGone = !facts.ok;
  const gitDir = worktree === main
    ? commonDir
    : (isGone ? undefined : gitDirOf(host, worktree.path)) ?? adminDirOf(host, commonDir, worktree.path);
  const above = host.paths.dirname(worktree.path);
  if (isGone && !host.files.entry(above).ok) {
    return git.refused(
      `the folder that it was in is gone, too: ${above}`,
      nextAdvice("mount or restore this folder, then run the command again"),
    );
  }
  if (gitDir === undefined) {
    return git.refused(
      "git has no folder for it",
      nextAdvice("git worktree list, and git worktree repair"),
    );
  }
  if (!isGone && gitDirOf(host, worktree.path) === undefined) {
    return git.refused(
      `its folder ${worktree.path} lacks the file .git`,
      nextAdvice("git worktree repair, then run the command again"),
    );
  }
  return ok({ path: worktree.path, gitDir, commonDir, isGone });
}

/** `act`: our own, which may be recorded there. `isHalfRemoved`: git was interrupted while it deleted the files, so the deletions look like changes. */
export async function lookInto(
  workspace: Workspace,
  { project, within }: RepositoryPlace,
  git: GitCalls,
  { worktree, main }: ExistingWorktree,
  place: WorktreePlace,
  act: RunId,
  isHalfRemoved: boolean,
): Promise<Result<Looked, Failure>> {
  const { host } = workspace;
  const content = await examineWorktree(host, git, place);
  if (!content.ok) return content;
  const root = host.paths.join(worktree.path, within);
  const sources = [project.root, ...(main.isBare ? [] : [host.paths.join(main.path, within)])]
    .filter((source) => !isSamePlace(host.files, source, root));
  const covered = coveredFiles(host, { project, root, sources, top: worktree.path }, content.value.ignored);
  const ignored = content.value.ignored.filter((name) => !covered.has(name));
  const there = await recordsThere(workspace, root);
  const real = host.files.realPath(worktree.path);
  const here = host.files.realPath(workspace.currentFolder);
  const processes = real.ok ? await host.processes.findWorkingIn(real.value) : [];
  const reasons = keepReasons({
    path: worktree.path,
    isMain: worktree === main || isSamePlace(host.files, worktree.path, main.path),
    isHere: real.ok && here.ok && isWithin(host.paths, real.value, here.value),
    locked: worktree.locked,
    running: (there === undefined ? [] : runsIn(workspace, there, worktree.path))
      .map(({ record: { id } }) => id).filter((id) => id !== act),
    processes: (processes ?? []).filter(({ pid }) => pid !== host.environment.pid),
    ignored,
    isHalfRemoved,
  }, content.value);
  return ok({ content: content.value, ignored, reasons });
}
