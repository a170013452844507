/** The parts that the acts on work trees share: the repository, the lock of the task, the record, and git as it is recorded. */

import { nextAdvice } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Project } from "../../model/project.ts";
import type { RunAction, RunRecord } from "../../model/run.ts";
import { maskText } from "../../model/secrets.ts";
import { gitEnvironment } from "../../git/git.ts";
import { GitCalls } from "../../git/git_calls.ts";
import { NO_JOURNAL } from "../../git/tool.ts";
import { type Worktree as WorktreeFiles, worktreeOf } from "../../git/worktrees.ts";
import { actOf, markedEnvironment } from "../github/tool_act.ts";
import { recordAct } from "../recording/record_act.ts";
import { prepareTask } from "../tasks/create_plan.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { requireWritable } from "../tasks/plan_fit.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The project in its repository. */
export interface RepositoryPlace {
  readonly project: Project;
  readonly files: WorktreeFiles;
  /** The project root, relative to the top of its work tree. */
  readonly within: string;
}

export async function repositoryOf(
  workspace: Workspace,
  action: string,
): Promise<Result<RepositoryPlace, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const { host } = workspace;
  const { root } = project.value;
  const real = host.files.realPath(root);
  const files = real.ok ? worktreeOf(host, real.value) : undefined;
  if (real.ok && files !== undefined) {
    return ok({ project: project.value, files, within: host.paths.relative(files.top, real.value) });
  }
  const isBare = ["HEAD", "objects"].every((name) => host.files.entry(host.paths.join(root, name)).ok);
  const [fact, way] = isBare
    ? ["it is a bare repository, which has no files to work on", "change to one of its work trees"]
    : ["it is not in a work tree of git", "git init, or change to a folder of a repository"];
  return fail({ code: "refused", action, value: root, fact, next: [nextAdvice(way)] });
}

/** git for questions whose answers are not recorded. */
export function askingGit(
  { host }: Workspace,
  { files: { top } }: RepositoryPlace,
  action: string,
  value = top,
): Result<GitCalls, Failure> {
  const env = gitEnvironment(host.environment.all());
  const setting = { machine: host, workingDir: top, env, secrets: [], journal: NO_JOURNAL };
  return GitCalls.open(setting, { action, value });
}

/** What an act tells of itself. */
export interface WorktreeAct<T> {
  readonly runAction: RunAction;
  /** What a message names: "remove the work tree of task". */
  readonly action: string;
  /** For the record. */
  readonly description: string;
  /** For the record, as one sentence. */
  reason(done: T): string;
  readonly logged: { readonly message: string; readonly event: string };
}

/** `act` may also write the record of the task, whose lock is held. */
export async function recordWorktreeAct<T>(
  workspace: Workspace,
  { files: { top } }: RepositoryPlace,
  { known, runs }: HeldTask,
  { runAction, action, description, reason, logged }: WorktreeAct<T>,
  act: (git: GitCalls, record: RunRecord) => Promise<Result<T, Failure>>,
): Promise<Result<T & { readonly run: RunRecord }, Failure>> {
  const { host } = workspace;
  const { task, project } = known;
  const writable = requireWritable(known, action);
  if (!writable.ok) return writable;
  const prepared = await prepareTask(workspace, known, runAction, { extraArgs: [], git: "head" });
  const { secrets } = prepared;
  let result: T | undefined;
  const run = await recordAct(
    workspace,
    runs,
    task.name,
    prepared,
    (record) => actOf(record, maskText(description, secrets)),
    async (record, journal) => {
      const env = markedEnvironment(gitEnvironment(host.environment.all()), record);
      const setting = { machine: host, workingDir: top, env, secrets, journal };
      const git = GitCalls.open(setting, { action, value: task.name });
      if (!git.ok) return git;
      const done = await act(git.value, record);
      if (!done.ok) return done;
      result = done.value;
      return ok({ status: "succeeded", reason: maskText(reason(done.value), secrets) });
    },
  );
  if (!run.ok) return run;
  (await workspace.log(project.logging)).info(logged.message, {
    event: logged.event,
    run: run.value.id,
    task: task.name,
  });
  return ok({ ...result!, run: run.value });
}
