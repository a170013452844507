/** Lists the salvages of removed work trees, and restores them. */

import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { shellWord } from "../../model/shell_word.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { maskText } from "../../model/secrets.ts";
import { gitEnvironment } from "../../git/git.ts";
import { parseWorktrees } from "../../git/git_branch.ts";
import { GitCalls } from "../../git/git_calls.ts";
import { giveBack } from "../../git/give_back.ts";
import { listSalvages, type Salvage, SALVAGE_REFS } from "../../git/salvage.ts";
import { hasSucceeded, NO_JOURNAL } from "../../git/tool.ts";
import { linkTask } from "../github/link_task.ts";
import { actOf } from "../github/tool_act.ts";
import { recordAct } from "../recording/record_act.ts";
import { prepareTask } from "../tasks/create_plan.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { requireWritable } from "../tasks/plan_fit.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { repositoryOf, type RepositoryPlace } from "./list_worktrees.ts";
import { openGit } from "./remove_worktree.ts";

export interface SalvageListing {
  /** Oldest first. */
  readonly salvages: readonly Salvage[];
}

const LIST = "list what was saved in";
const RESTORE = "restore the work tree of task";

export async function listSaved(workspace: Workspace): Promise<Result<SalvageListing, Failure>> {
  const place = await repositoryOf(workspace, LIST);
  if (!place.ok) return place;
  const salvages = await salvagesOf(workspace, place.value, LIST);
  return salvages.ok ? ok({ salvages: salvages.value }) : salvages;
}

async function salvagesOf(
  { host }: Workspace,
  { files: { top } }: RepositoryPlace,
  action: string,
): Promise<Result<readonly Salvage[], Failure>> {
  const env = gitEnvironment(host.environment.all());
  const setting = { machine: host, workingDir: top, env, secrets: [], journal: NO_JOURNAL };
  const git = GitCalls.open(setting, { action, value: top });
  return git.ok ? await listSalvages(git.value, top) : git;
}

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
  /** The branch that is checked out; undefined: HEAD is detached at the former commit. */
  readonly branch: string | undefined;
  /** Why the branch was not checked out. */
  readonly why: string | undefined;
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
  { known, runs, tasks }: HeldTask,
): Promise<Result<RestoredWorktree, Failure>> {
  const { host } = workspace;
  const { task } = known;
  const writable = requireWritable(known, RESTORE);
  if (!writable.ok) return writable;
  const path = request.path === undefined
    ? salvage.path
    : host.paths.resolve(workspace.currentFolder, request.path);
  const names = host.files.list(path);
  if (names.ok ? names.value.length > 0 : names.failure.kind !== "not_found") {
    return fail({
      code: "refused",
      action: RESTORE,
      value: task.name,
      fact: names.ok ? `the folder ${path} is not empty` : `${path}: ${names.failure.reason}`,
      next: [nextAdvice("choose another path with --path <path>")],
    });
  }
  const prepared = await prepareTask(workspace, known, "git.worktree.restore", {
    extraArgs: [],
    git: "head",
  });
  let restored: Restored | undefined;
  const run = await recordAct(
    workspace,
    runs,
    task.name,
    prepared,
    (record) => actOf(record, `restore the work tree of the task from ${salvage.ref}`),
    async (record, journal) => {
      const git = openGit(workspace, repository, task.name, record, prepared.secrets, journal, RESTORE);
      if (!git.ok) return git;
      const done = await restore(workspace, git.value, repository.files.commonDir, path, salvage);
      if (!done.ok) return done;
      restored = done.value;
      const linked = linkTask(tasks, task, known.record, record, {
        worktree: { path, base: null, run: record.id, made_at: record.start_time },
      });
      if (!linked.ok) return linked;
      const reason = `the work tree ${path} was restored from ${salvage.ref} (${salvage.commit}), ` +
        `with ${restored.files} changed files`;
      return ok({ status: "succeeded", reason: maskText(reason, prepared.secrets) });
    },
  );
  return run.ok ? ok({ run: run.value, salvage, ...restored! }) : run;
}

async function restore(
  workspace: Workspace,
  git: GitCalls,
  commonDir: string,
  path: string,
  salvage: Salvage,
): Promise<Result<Restored, Failure>> {
  const why = await whyDetached(git, commonDir, salvage);
  if (!why.ok) return why;
  const isDetached = why.value !== undefined || salvage.branch === "";
  const start = isDetached
    ? ["--detach", "--", path, salvage.head === "" ? salvage.commit : salvage.head]
    : ["--", path, salvage.branch];
  const added = await git.change(commonDir, ["worktree", "add", ...start]);
  if (!added.ok) return added;
  const files = await giveBack(workspace.host, git, path, salvage);
  if (!files.ok) return files;
  return ok({ path, branch: isDetached ? undefined : salvage.branch, why: why.value, files: files.value });
}

/** Why the former branch is not checked out; undefined if it is, or there was none. */
async function whyDetached(
  git: GitCalls,
  commonDir: string,
  { branch, head }: Salvage,
): Promise<Result<string | undefined, Failure>> {
  if (branch === "") return ok(undefined);
  const now = await git.try(commonDir, ["rev-parse", "--verify", "-q", `refs/heads/${branch}^{commit}`]);
  if (!now.ok) return now;
  if (!hasSucceeded(now.value)) return ok(`the branch ${branch} is gone`);
  if (now.value.stdout.trim() !== head) return ok(`the branch ${branch} has moved on`);
  const listed = await git.ask(commonDir, ["worktree", "list", "--porcelain"]);
  if (!listed.ok) return listed;
  const other = parseWorktrees(listed.value).find((each) => each.branch === branch);
  return ok(other === undefined ? undefined : `the branch ${branch} is checked out in ${other.path}`);
}
