/** Restores a removed work tree from its salvage once: a call after one that was cut short does the rest. */

import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { shellWord } from "../../model/shell_word.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { finishCheckout } from "../../git/finish_checkout.ts";
import type { GitCalls } from "../../git/git_calls.ts";
import { giveBack, leftToGive, savedChanges } from "../../git/give_back.ts";
import { type Salvage, SALVAGE_REFS } from "../../git/salvage.ts";
import { hasSucceeded } from "../../git/tool.ts";
import { examineWorktree } from "../../git/worktree_content.ts";
import { parseWorktrees, type Worktree } from "../../git/worktree_list.ts";
import { gitDirOf } from "../../git/worktrees.ts";
import { linkTask } from "../github/link_task.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import { isSamePlace } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { salvagesOf } from "./salvages.ts";
import { askingGit, recordWorktreeAct, repositoryOf, type RepositoryPlace } from "./worktree_act.ts";

const RESTORE = "restore the work tree of task";
const OTHER_PATH = nextAdvice("choose another path with --path <path>");

export interface RestoreRequest {
  /** A task for its newest salvage, `<task>/<time>`, or the whole ref. */
  readonly reference: string;
  /** Relative to the current folder; undefined: where it was. */
  readonly path: string | undefined;
}

export interface RestoredWorktree extends Restored {
  readonly run: RunRecord;
  readonly salvage: Salvage;
}

interface Restored {
  readonly path: string;
  /** "completed": an earlier call was cut short. "there": everything was restored before. */
  readonly how: "made" | "completed" | "there";
  /** The branch that is checked out; undefined: HEAD is detached at the former commit. */
  readonly branch: string | undefined;
  /** Why the branch was not checked out. */
  readonly why: string | undefined;
  /** How many files differ from the commit. */
  readonly files: number;
}

export async function restoreWorktree(
  workspace: Workspace,
  request: RestoreRequest,
): Promise<Result<RestoredWorktree, Failure>> {
  const place = await repositoryOf(workspace, "restore a work tree of");
  if (!place.ok) return place;
  const salvages = await salvagesOf(workspace, place.value, "restore a work tree of");
  if (!salvages.ok) return salvages;
  const { reference } = request;
  const salvage = salvages.value.findLast(({ ref, task }) =>
    ref === reference || ref === `${SALVAGE_REFS}/${reference}` || task === reference
  );
  if (salvage === undefined) {
    return fail({
      code: "refused",
      action: RESTORE,
      value: reference,
      fact: "nothing was saved under this name",
      next: [nextCommand("git worktree list", "--salvaged")],
    });
  }
  if (!place.value.project.tasks.has(salvage.task)) {
    return fail({
      code: "refused",
      action: RESTORE,
      value: salvage.task,
      fact: "the configuration has no such task any more",
      next: [nextAdvice(`git worktree add --detach <path> ${shellWord(salvage.ref)}`)],
    });
  }
  return await withNamedTask(
    workspace,
    salvage.task,
    (held) => restoreFor(workspace, request, place.value, salvage, held),
  );
}

async function restoreFor(
  workspace: Workspace,
  request: RestoreRequest,
  repository: RepositoryPlace,
  salvage: Salvage,
  held: HeldTask,
): Promise<Result<RestoredWorktree, Failure>> {
  const { known: { task, record: before }, tasks } = held;
  const path = request.path === undefined
    ? salvage.path
    : workspace.host.paths.resolve(workspace.currentFolder, request.path);
  const begun = await worktreeAt(workspace, repository, path, salvage);
  if (!begun.ok) return begun;
  return await recordWorktreeAct(workspace, repository, held, {
    runAction: "git.worktree.restore",
    action: RESTORE,
    description: `restore the work tree of the task from ${salvage.ref}`,
    reason: reasonOf,
    logged: { message: "work tree restored", event: "worktree_restored" },
  }, async (git, record) => {
    const restored = await restore(workspace, repository, git, path, salvage, begun.value);
    if (!restored.ok) return restored;
    const link = before?.links.worktree;
    const isKnown = restored.value.how === "there" && link?.path === path;
    const made = isKnown ? link : { path, base: null, run: record.id, made_at: record.start_time };
    const linked = await linkTask(tasks, task, before, record, { worktree: made });
    return linked.ok ? ok({ ...restored.value, salvage }) : linked;
  });
}

/** The work tree that is at the path, if it can be one that an earlier call began; undefined: nothing is there. */
async function worktreeAt(
  workspace: Workspace,
  repository: RepositoryPlace,
  path: string,
  { task, branch, head, commit }: Salvage,
): Promise<Result<Worktree | undefined, Failure>> {
  const { files } = workspace.host;
  const git = askingGit(workspace, repository, RESTORE, task);
  if (!git.ok) return git;
  const listed = await git.value.ask(repository.files.top, ["worktree", "list", "--porcelain"]);
  if (!listed.ok) return listed;
  const there = parseWorktrees(listed.value).find((each) => isSamePlace(files, each.path, path));
  if (there?.isGone) {
    return git.value.refused(
      `a work tree in ${there.path} was removed by hand, but git still has its entry`,
      nextCommand("git worktree remove", task),
      OTHER_PATH,
    );
  }
  if (there !== undefined && there.head === (head || commit) && ["", branch].includes(there.branch)) {
    return ok(there);
  }
  const names = files.list(path);
  const isFree = names.ok ? names.value.length === 0 : names.failure.kind === "not_found";
  if (isFree) return ok(there);
  return git.value.refused(
    names.ok ? `the folder ${path} is not empty` : `${path}: ${names.failure.reason}`,
    OTHER_PATH,
  );
}

async function restore(
  { host }: Workspace,
  { files: { commonDir } }: RepositoryPlace,
  git: GitCalls,
  path: string,
  salvage: Salvage,
  begun: Worktree | undefined,
): Promise<Result<Restored, Failure>> {
  const finished = await finishCheckout(host, git, begun);
  if (!finished.ok) return finished;
  const why = await whyDetached(git, commonDir, salvage, path);
  if (!why.ok) return why;
  const isNew = begun === undefined || finished.value === "empty";
  const isDetached = isNew ? why.value !== undefined || salvage.branch === "" : begun.branch === "";
  if (isNew) {
    const force = begun === undefined ? [] : ["--force", "--force"];
    const start = isDetached
      ? ["--detach", "--", path, salvage.head === "" ? salvage.commit : salvage.head]
      : ["--", path, salvage.branch];
    const added = await git.change(commonDir, ["worktree", "add", ...force, ...start]);
    if (!added.ok) return added;
  }
  const saved = await savedChanges(git, path, salvage);
  if (!saved.ok) return saved;
  const done = {
    path,
    branch: isDetached ? undefined : salvage.branch,
    why: why.value,
    files: saved.value.size,
  };
  let names: readonly string[] = [...saved.value.keys()];
  if (!isNew) {
    const gitDir = gitDirOf(host, path)!;
    const content = await examineWorktree(host, git, { path, gitDir, commonDir, isGone: false });
    if (!content.ok) return content;
    const left = await leftToGive(host, git, path, salvage, saved.value, content.value);
    if (!left.ok) return left;
    if (left.value.kind === "nothing") return ok({ ...done, how: "there" });
    if (left.value.kind === "other") {
      return git.refused(`the work tree ${path} exists already, and ${left.value.fact}`, OTHER_PATH);
    }
    names = left.value.names;
  }
  const given = await giveBack(host, git, path, salvage, saved.value, names);
  return given.ok ? ok({ ...done, how: isNew ? "made" : "completed" }) : given;
}

/** Why the former branch is not checked out; undefined if it is, or can be, or there was none. */
async function whyDetached(
  git: GitCalls,
  commonDir: string,
  { branch, head }: Salvage,
  path: string,
): Promise<Result<string | undefined, Failure>> {
  if (branch === "") return ok(undefined);
  const now = await git.try(commonDir, ["rev-parse", "--verify", "-q", `refs/heads/${branch}^{commit}`]);
  if (!now.ok) return now;
  if (!hasSucceeded(now.value)) return ok(`the branch ${branch} is gone`);
  if (now.value.stdout.trim() !== head) return ok(`the branch ${branch} has moved on`);
  const listed = await git.ask(commonDir, ["worktree", "list", "--porcelain"]);
  if (!listed.ok) return listed;
  const other = parseWorktrees(listed.value).find((each) => each.branch === branch && each.path !== path);
  return ok(other === undefined ? undefined : `the branch ${branch} is checked out in ${other.path}`);
}

function reasonOf({ path, how, files, salvage }: Restored & { readonly salvage: Salvage }): string {
  const from = `from ${salvage.ref} (${salvage.commit})`;
  const changed = `${files} changed ${files === 1 ? "file" : "files"}`;
  return how === "there"
    ? `the work tree ${path} was restored ${from} before`
    : `the work tree ${path} was ${how === "made" ? "restored" : "completed"} ${from}, with ${changed}`;
}
