/** Requires that a task is done for exactly the files of the commit that is merged. Changes nothing. */

import { isDone } from "../../model/derive_task_status.ts";
import type { Failure } from "../../model/failure.ts";
import { inWords } from "../../model/in_words.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { ok, type Result } from "../../model/result.ts";
import { shellWord } from "../../model/shell_word.ts";
import type { TaskView } from "../../model/task_view.ts";
import type { GitCalls } from "../../git/git_calls.ts";
import { hasSucceeded } from "../../git/tool.ts";
import { TaskReader } from "../tasks/task_reader.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { RepositoryPlace } from "./worktree_act.ts";
import { workspaceIn } from "./workspace_there.ts";

/** One merge. */
export interface Merging {
  readonly task: string;
  readonly branch: string;
  /** The work tree of the task, with its commit. */
  readonly path: string;
  readonly commit: string;
  /** The branch that gets the commits, with its commit. */
  readonly into: string;
  readonly at: string;
}

/** The task is done for the files of the commit, and the base has nothing that they lack. */
export async function requireChecked(
  workspace: Workspace,
  { within, project: { configPath } }: RepositoryPlace,
  git: GitCalls,
  { task: name, branch, path, commit, into, at }: Merging,
): Promise<Result<void, Failure>> {
  const root = workspace.host.paths.join(path, within);
  const reader = await TaskReader.open(await workspaceIn(workspace, configPath, root));
  if (!reader.ok) return reader;
  // As it is typed here, for the other work tree.
  const config = ["--config", reader.value.project.configPath];
  const check = nextCommand("build run", name, ...config);
  const behind = await countCommits(git, path, `${commit}..${at}`);
  if (!behind.ok) return behind;
  if (behind.value > 0) {
    const lacks = `${into} has ${counted(behind.value)} that ${branch} lacks, so its checks are stale`;
    const way = `git -C ${shellWord(path)} rebase ${shellWord(into)}`;
    return git.refused(`${lacks}; first ${way}, then check again`, check);
  }
  const changes = await git.list(path, ["status", "--porcelain=v1", "-z"]);
  if (!changes.ok) return changes;
  const [change] = changes.value;
  if (change !== undefined) {
    return git.refused(
      `${change.slice(3)} in ${path} is not committed`,
      nextAdvice(`git -C ${shellWord(path)} commit, then run the command again`),
    );
  }
  const task = await reader.value.find(name);
  if (!task.ok) return task;
  const view = await reader.value.read(task.value.task);
  if (!view.ok) return view;
  if (!isDone(view.value)) {
    const isStale = view.value.status === "done";
    const status = isStale ? "stale" : inWords(view.value.status);
    const { next } = view.value;
    const step = next?.kind === "command" ? { ...next, words: [...next.words, ...config] } : check;
    const reason = isStale ? view.value.stale[0] : view.value.reason;
    return git.refused(`it is not done in ${path}: ${status}, ${reason}`, step);
  }
  const other = await whyAnotherCommit(git, path, view.value, commit);
  if (!other.ok || other.value === undefined) return other.ok ? ok(undefined) : other;
  return git.refused(`${other.value}, so its checks are not those of ${commit.slice(0, 12)}`, check);
}

/** Why the build does not prove this commit; undefined where it does. */
async function whyAnotherCommit(
  git: GitCalls,
  folder: string,
  { basis, build }: TaskView,
  commit: string,
): Promise<Result<string | undefined, Failure>> {
  // The inputs were compared with the files, and these are those of the commit.
  if (basis === "inputs") return ok(undefined);
  const facts = build?.git;
  if (facts === undefined || facts === null || facts.commit === null) {
    return ok("its build does not say at which commit it was made");
  }
  const then = facts.commit.slice(0, 12);
  if (facts.dirty === null) return ok("git did not tell its build in time whether every file was committed");
  if (facts.dirty) return ok(`its build was made at ${then} with files that were not committed`);
  if (facts.commit === commit) return ok(undefined);
  const trees: string[] = [];
  for (const each of [facts.commit, commit]) {
    const tree = await git.try(folder, [
      ...["rev-parse", "--verify", "-q", "--end-of-options", `${each}^{tree}`],
    ]);
    if (!tree.ok) return tree;
    trees.push(hasSucceeded(tree.value) ? tree.value.stdout.trim() : each);
  }
  return ok(trees[0] === trees[1] ? undefined : `its build was made at ${then}`);
}

export async function countCommits(
  git: GitCalls,
  folder: string,
  range: string,
): Promise<Result<number, Failure>> {
  const counted = await git.ask(folder, ["rev-list", "--count", "--end-of-options", range, "--"]);
  return counted.ok ? ok(Number(counted.value.trim())) : counted;
}

function counted(commits: number): string {
  return commits === 1 ? "1 commit" : `${commits} commits`;
}
