/** Merges the branch of a task that is done for exactly the files that are merged. Never resolves a conflict. */

import { isDone } from "../../model/derive_task_status.ts";
import type { Failure } from "../../model/failure.ts";
import { nextAdvice, nextCommand, type NextSteps, placeholder } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { maskText } from "../../model/secrets.ts";
import { shellWord } from "../../model/shell_word.ts";
import type { WorktreeLink } from "../../model/task_record.ts";
import type { TaskView } from "../../model/task_view.ts";
import { parseWorktrees, type Worktree } from "../../git/git_branch.ts";
import type { GitCalls } from "../../git/git_calls.ts";
import { hasSucceeded } from "../../git/tool.ts";
import { actOf } from "../github/tool_act.ts";
import { recordAct } from "../recording/record_act.ts";
import { prepareTask } from "../tasks/create_plan.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { requireWritable } from "../tasks/plan_fit.ts";
import { TaskReader } from "../tasks/task_reader.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { findWorktree } from "./find_worktree.ts";
import { repositoryOf, type RepositoryPlace } from "./list_worktrees.ts";
import { openGit } from "./remove_worktree.ts";
import { workspaceIn } from "./workspace_there.ts";

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
  { known, runs }: HeldTask,
): Promise<Result<MergedWorktree, Failure>> {
  const { project, task, record: before } = known;
  const writable = requireWritable(known, ACTION);
  if (!writable.ok) return writable;
  const prepared = await prepareTask(workspace, known, "git.worktree.merge", { extraArgs: [], git: "head" });
  const branch = before?.links.branch?.name ?? `${project.branchPrefix}${task.name}`;
  let merged: Merged | undefined;
  const run = await recordAct(
    workspace,
    runs,
    task.name,
    prepared,
    (record) => actOf(record, maskText(`merge the branch ${branch} of the task`, prepared.secrets)),
    async (record, journal) => {
      const git = openGit(workspace, repository, task.name, record, prepared.secrets, journal, ACTION);
      if (!git.ok) return git;
      const merger = new Merger(workspace, repository, git.value, request, branch);
      const done = await merger.merge(before?.links.worktree);
      if (!done.ok) return done;
      merged = done.value;
      return ok({ status: "succeeded", reason: maskText(reasonOf(merged), prepared.secrets) });
    },
  );
  if (!run.ok) return run;
  (await workspace.log(project.logging)).info("work tree merged", {
    event: "worktree_merged",
    run: run.value.id,
    task: task.name,
  });
  return ok({ run: run.value, ...merged! });
}

class Merger {
  readonly #workspace: Workspace;
  readonly #repository: RepositoryPlace;
  readonly #git: GitCalls;
  readonly #request: MergeWorktreeRequest;
  readonly #branch: string;

  constructor(
    workspace: Workspace,
    repository: RepositoryPlace,
    git: GitCalls,
    request: MergeWorktreeRequest,
    branch: string,
  ) {
    this.#workspace = workspace;
    this.#repository = repository;
    this.#git = git;
    this.#request = request;
    this.#branch = branch;
  }

  async merge(link: WorktreeLink | undefined): Promise<Result<Merged, Failure>> {
    const { top } = this.#repository.files;
    const branch = this.#branch;
    const { name: task } = this.#request;
    const found = await findWorktree(this.#workspace, this.#git, {
      task,
      branch,
      link,
      folder: top,
      action: ACTION,
    });
    if (!found.ok) return found;
    const { worktree, main } = found.value;
    if (worktree === undefined || worktree.isGone) {
      const fact = "its folder is gone, and what is merged has to be checked there";
      return this.#refused(fact, [nextCommand("git worktree create", task)]);
    }
    if (worktree.branch !== branch || worktree.head === undefined) {
      const there = worktree.branch === "" ? "no branch" : `the branch ${worktree.branch}`;
      return this.#refused(`its work tree ${worktree.path} has ${there} checked out, and not ${branch}`, [
        nextAdvice(`git -C ${shellWord(worktree.path)} switch ${shellWord(branch)}`),
      ]);
    }
    const { head: commit, path } = worktree;
    const base = await this.#base(link, main);
    if (!base.ok) return base;
    const { into, at } = base.value;
    const commits = await this.#count(`${at}..${commit}`);
    if (!commits.ok) return commits;
    // Merged before, or nothing was committed yet.
    if (commits.value === 0) return ok({ branch, into, commit, at, commits: 0, path });
    const checked = await this.#requireChecked(worktree, into, at);
    if (!checked.ok) return checked;
    const result = await this.#commitFor(commit, into, at);
    if (!result.ok) return result;
    const moved = await this.#move(into, at, result.value);
    return moved.ok ? ok({ branch, into, commit, at: result.value, commits: commits.value, path }) : moved;
  }

  /** The branch that gets the commits, with its commit. */
  async #base(
    link: WorktreeLink | undefined,
    main: Worktree,
  ): Promise<Result<{ readonly into: string; readonly at: string }, Failure>> {
    const { into: asked, name } = this.#request;
    const wanted = asked === undefined ? [link?.base ?? "", main.branch] : [asked];
    for (const into of wanted.filter((each) => each !== "" && each !== this.#branch)) {
      const at = await this.#git.try(this.#repository.files.commonDir, [
        ...["rev-parse", "--verify", "-q", "--end-of-options", `refs/heads/${into}^{commit}`],
      ]);
      if (!at.ok) return at;
      if (hasSucceeded(at.value)) return ok({ into, at: at.value.stdout.trim() });
    }
    const fact = asked === undefined
      ? "the branch that it was made from is not known"
      : asked === this.#branch
      ? `${asked} is the branch of the task itself`
      : `there is no branch ${asked}`;
    return this.#refused(fact, [nextCommand("git worktree merge", name, "--into", placeholder("branch"))]);
  }

  /** The task is done for the files of the commit, and the base has nothing that they lack. */
  async #requireChecked({ path, head }: Worktree, into: string, at: string): Promise<Result<void, Failure>> {
    const commit = head!;
    const { name } = this.#request;
    const { host: { paths } } = this.#workspace;
    const root = paths.join(path, this.#repository.within);
    const { configPath } = this.#repository.project;
    const there = await workspaceIn(this.#workspace, configPath, root);
    const reader = await TaskReader.open(there);
    if (!reader.ok) return reader;
    // As it is typed here, for the other work tree.
    const inTree = (command: string, ...words: readonly string[]) =>
      nextCommand(command, ...words, "--config", reader.value.project.configPath);
    const behind = await this.#count(`${commit}..${at}`);
    if (!behind.ok) return behind;
    if (behind.value > 0) {
      const lacks = `${into} has ${
        counted(behind.value)
      } that ${this.#branch} lacks, so its checks are stale`;
      const way = `git -C ${shellWord(path)} rebase ${shellWord(into)}`;
      return this.#refused(`${lacks}; first ${way}, then check again`, [inTree("build run", name)]);
    }
    const changes = await this.#git.list(path, ["status", "--porcelain=v1", "-z"]);
    if (!changes.ok) return changes;
    const [change] = changes.value;
    if (change !== undefined) {
      return this.#refused(`${change.slice(3)} in ${path} is not committed`, [
        nextAdvice(`git -C ${shellWord(path)} commit, then run the command again`),
      ]);
    }
    const task = await reader.value.find(name);
    if (!task.ok) return task;
    const view = await reader.value.read(task.value.task);
    if (!view.ok) return view;
    if (!isDone(view.value)) {
      const reason = view.value.status === "done" ? view.value.stale[0] : view.value.reason;
      const { next } = view.value;
      const step = next?.kind === "command"
        ? { ...next, words: [...next.words, "--config", reader.value.project.configPath] }
        : inTree("build run", name);
      const status = view.value.status === "done" ? "stale" : view.value.status.replace("_", " ");
      return this.#refused(`it is not done in ${path}: ${status}, ${reason}`, [step]);
    }
    const fits = await this.#fits(view.value, commit);
    if (!fits.ok || fits.value === undefined) return fits.ok ? ok(undefined) : fits;
    return this.#refused(`${fits.value}, so its checks are not those of ${commit.slice(0, 12)}`, [
      inTree("build run", name),
    ]);
  }

  /** Why the build does not prove this commit; undefined where it does. */
  async #fits({ basis, build }: TaskView, commit: string): Promise<Result<string | undefined, Failure>> {
    // The inputs were compared with the files, and these are those of the commit.
    if (basis === "inputs") return ok(undefined);
    const git = build?.git;
    if (git === undefined || git === null || git.commit === null) {
      return ok("its build does not say at which commit it was made");
    }
    const then = git.commit.slice(0, 12);
    if (git.dirty === null) return ok("git did not tell its build in time whether every file was committed");
    if (git.dirty) return ok(`its build was made at ${then} with files that were not committed`);
    if (git.commit === commit) return ok(undefined);
    const trees: string[] = [];
    for (const each of [git.commit, commit]) {
      const tree = await this.#git.try(this.#repository.files.commonDir, [
        ...["rev-parse", "--verify", "-q", "--end-of-options", `${each}^{tree}`],
      ]);
      if (!tree.ok) return tree;
      trees.push(hasSucceeded(tree.value) ? tree.value.stdout.trim() : each);
    }
    return ok(trees[0] === trees[1] ? undefined : `its build was made at ${then}`);
  }

  /** The commit that `into` gets: with the files of the branch, whichever form the history has. */
  async #commitFor(commit: string, into: string, at: string): Promise<Result<string, Failure>> {
    if (!this.#request.withCommit) return ok(commit);
    const message = `Merge branch '${this.#branch}' into ${into}`;
    const made = await this.#git.change(this.#repository.files.commonDir, [
      ...["commit-tree", `${commit}^{tree}`, "-p", at, "-p", commit, "-m", message],
    ]);
    return made.ok ? ok(made.value.trim()) : made;
  }

  /** Only forward, so that git refuses where the branch has moved meanwhile. */
  async #move(into: string, at: string, to: string): Promise<Result<void, Failure>> {
    const { commonDir } = this.#repository.files;
    const listed = await this.#git.ask(commonDir, ["worktree", "list", "--porcelain"]);
    if (!listed.ok) return listed;
    const there = parseWorktrees(listed.value).find((each) => each.branch === into && !each.isBare);
    const moved = there === undefined || there.isGone
      ? await this.#git.change(commonDir, [
        ...["update-ref", "-m", `merge ${this.#branch}`, `refs/heads/${into}`, to, at],
      ])
      : await this.#git.change(there.path, ["merge", "--ff-only", "--quiet", to]);
    return moved.ok ? ok(undefined) : moved;
  }

  async #count(range: string): Promise<Result<number, Failure>> {
    const counted = await this.#git.ask(this.#repository.files.commonDir, [
      ...["rev-list", "--count", "--end-of-options", range, "--"],
    ]);
    return counted.ok ? ok(Number(counted.value.trim())) : counted;
  }

  #refused(fact: string, next: NextSteps): Result<never, Failure> {
    return fail({ code: "refused", action: ACTION, value: this.#request.name, fact, next });
  }
}

function counted(commits: number): string {
  return commits === 1 ? "1 commit" : `${commits} commits`;
}

function reasonOf({ branch, into, commit, commits, at }: Merged): string {
  return commits === 0
    ? `${into} has every commit of ${branch} already`
    : `${branch} (${commit}) was merged into ${into}, which is at ${at} now`;
}
