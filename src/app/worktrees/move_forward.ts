/** Moves a branch forward to a commit, also where an earlier call was killed while git wrote the files. */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { shellWord } from "../../model/shell_word.ts";
import type { Host } from "../../host/host.ts";
import type { GitCalls } from "../../git/git_calls.ts";
import { SUBMODULE } from "../../git/salvage.ts";
import { parseWorktrees } from "../../git/worktree_list.ts";
import { gitDirOf } from "../../git/worktrees.ts";
import { filesOf } from "../../git/written_files.ts";
import type { Merging } from "./require_checked.ts";

export interface MovedForward {
  /** The work tree of the base, if submodules that are checked out there got other commits: git leaves their files. */
  readonly movedSubmodules: string | undefined;
}

/** `wasCut`: an earlier call was killed while git merged. Only forward, so that git refuses where the branch has moved meanwhile. */
export async function moveForward(
  host: Host,
  git: GitCalls,
  commonDir: string,
  { branch, into, at }: Merging,
  to: string,
  wasCut: boolean,
): Promise<Result<MovedForward, Failure>> {
  const listed = await git.ask(commonDir, ["worktree", "list", "--porcelain"]);
  if (!listed.ok) return listed;
  const there = parseWorktrees(listed.value).find((each) => each.branch === into && !each.isBare);
  if (there === undefined || there.isGone) {
    const words = ["update-ref", "-m", `merge ${branch}`, `refs/heads/${into}`, to, at];
    const moved = await git.change(commonDir, words);
    return moved.ok ? ok({ movedSubmodules: undefined }) : moved;
  }
  const { path } = there;
  const gitDir = gitDirOf(host, path);
  // A git that is still at work would be disturbed; the merge is then refused because of its lock.
  const isLocked = gitDir !== undefined && host.files.entry(host.paths.join(gitDir, "index.lock")).ok;
  if (wasCut && !isLocked) {
    const back = await takeBack(host, git, path, at, to);
    if (!back.ok) return back;
  }
  const merged = await git.change(path, ["merge", "--ff-only", "--quiet", to]);
  if (merged.ok) {
    const moved = await movesSubmodule(host, git, path, at, to);
    return moved.ok ? ok({ movedSubmodules: moved.value ? path : undefined }) : moved;
  }
  // git has not changed anything then, and its words say what is in the way.
  const isInTheWay = merged.failure.code === "tool_failed" &&
    merged.failure.fact.includes("would be overwritten");
  const way = `commit, stash or move what git status shows in ${shellWord(path)}, then run the command again`;
  return isInTheWay ? fail({ ...merged.failure, next: [nextAdvice(way)] }) : merged;
}

async function movesSubmodule(
  { files, paths }: Host,
  git: GitCalls,
  path: string,
  at: string,
  to: string,
): Promise<Result<boolean, Failure>> {
  const merged = await git.list(path, ["diff-tree", "-r", "-z", "--raw", "--no-renames", at, to]);
  if (!merged.ok) return merged;
  return ok(
    merged.value.some((entry, index) =>
      entry.startsWith(`:${SUBMODULE} ${SUBMODULE} `) &&
      files.entry(paths.join(path, merged.value[index + 1] ?? "", ".git")).ok
    ),
  );
}

/**
 * Takes back what a killed merge has written, because git would refuse to overwrite it. Only files that have nothing that the
 * merged commit lacks; everything else stays, for git to judge.
 */
async function takeBack(
  host: Host,
  git: GitCalls,
  path: string,
  at: string,
  to: string,
): Promise<Result<void, Failure>> {
  const merged = await git.list(path, ["diff-tree", "-r", "-z", "--name-only", "--no-renames", at, to]);
  if (!merged.ok) return merged;
  const known = await git.list(path, ["diff-files", "-z", "--name-only", "--ignore-submodules"]);
  if (!known.ok) return known;
  const added = await git.list(path, ["ls-files", "-z", "--others"]);
  if (!added.ok) return added;
  const ofMerge = new Set(merged.value);
  const names = [...known.value, ...added.value].filter((name) => ofMerge.has(name));
  const written = await filesOf(host, git, path, names, to);
  if (!written.ok) return written;
  const { files, paths } = host;
  for (const name of added.value) if (written.value.has(name)) files.remove(paths.join(path, name));
  const changed = known.value.filter((name) => written.value.has(name));
  if (changed.length === 0) return ok(undefined);
  const put = await git.change(
    path,
    ["checkout-index", "--force", "--index", "-z", "--stdin"],
    changed.map((name) => `${name}\0`).join(""),
  );
  return put.ok ? ok(undefined) : put;
}
