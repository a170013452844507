/** Finishes a work tree that git was killed while making: it stays locked by git then. Knows no tasks. */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import type { GitMachine } from "./git.ts";
import { type GitCalls, LOCK_WAY } from "./git_calls.ts";
import { nextAdvice } from "../model/next_step.ts";
import type { Worktree } from "./worktree_list.ts";
import { gitDirOf } from "./worktrees.ts";
import { filesOf } from "./written_files.ts";

/** git's note on a work tree that it is creating; it stays if git was killed meanwhile. */
const UNFINISHED = "initializing";

/** "empty": git has an entry, and nothing in the folder yet, so that it has to be added again. */
export type Finished = "whole" | "finished" | "empty";

/** Overwrites no file but one that git was killed while writing. */
export async function finishCheckout(
  machine: GitMachine,
  git: GitCalls,
  worktree: Worktree | undefined,
): Promise<Result<Finished, Failure>> {
  if (worktree?.locked !== UNFINISHED) return ok("whole");
  const { files, paths } = machine;
  const { path } = worktree;
  const gitDir = gitDirOf(machine, path);
  if (gitDir === undefined) {
    const names = files.list(path);
    if (!names.ok || names.value.length === 0) return ok("empty");
    return git.refused(
      `${path} has files, and lacks the file .git`,
      nextAdvice("git worktree repair, then run the command again"),
    );
  }
  const lock = paths.join(gitDir, "index.lock");
  if (files.entry(lock).ok) {
    return git.refused(`git is creating it, or was killed meanwhile: ${lock} exists`, nextAdvice(LOCK_WAY));
  }
  if (!files.entry(paths.join(gitDir, "index")).ok) {
    const read = await makeIndex(machine, git, path);
    if (!read.ok) return read;
  }
  const rest = await checkOutRest(machine, git, path);
  if (!rest.ok) return rest;
  // Last, so that a call after one that was killed here begins again.
  const unlocked = await git.change(path, ["worktree", "unlock", "--", path]);
  return unlocked.ok ? ok("finished") : unlocked;
}

/** git leaves files out of a sparse checkout only where it writes the others itself, so those that are there go first. */
async function makeIndex(
  machine: GitMachine,
  git: GitCalls,
  path: string,
): Promise<Result<void, Failure>> {
  const { files, paths } = machine;
  const sparse = await git.try(path, ["config", "--type=bool", "--get", "core.sparseCheckout"]);
  if (!sparse.ok) return sparse;
  const isSparse = sparse.value.stdout.trim() === "true";
  if (isSparse) {
    const names = await git.list(path, ["ls-tree", "-r", "-z", "--name-only", "HEAD"]);
    if (!names.ok) return names;
    const written = await filesOf(machine, git, path, names.value, "HEAD");
    if (!written.ok) return written;
    for (const name of written.value) files.remove(paths.join(path, name));
  }
  const read = await git.change(path, ["read-tree", ...(isSparse ? ["-m", "-u"] : []), "HEAD"]);
  return read.ok ? ok(undefined) : read;
}

async function checkOutRest(
  machine: GitMachine,
  git: GitCalls,
  path: string,
): Promise<Result<void, Failure>> {
  const changed = await git.list(path, [
    ...["-c", "diff.autoRefreshIndex=true", "diff", "-z", "--name-only"],
    ...["--no-ext-diff", "--no-renames", "--ignore-submodules"],
  ]);
  if (!changed.ok) return changed;
  const cut = await filesOf(machine, git, path, changed.value, "HEAD");
  if (!cut.ok) return cut;
  const put = await git.change(
    path,
    ["checkout-index", "--force", "--quiet", "--index", "-z", "--stdin"],
    [...cut.value].map((name) => `${name}\0`).join(""),
  );
  return put.ok ? ok(undefined) : put;
}
