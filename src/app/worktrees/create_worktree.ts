/** Creates the branch and the work tree of a task once, ready to use. */

import { nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunId } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run.ts";
import { maskText } from "../../model/secrets.ts";
import type { WorktreeLink } from "../../model/task_record.ts";
import type { Branch, Branches } from "../../git/git_branch.ts";
import { finishCheckout } from "../../git/finish_checkout.ts";
import { gitEnvironment } from "../../git/git.ts";
import { GitCalls } from "../../git/git_calls.ts";
import { worktreeOf } from "../../git/worktrees.ts";
import { lookForWorktree, openBranches } from "../github/create_branch.ts";
import { linkTask } from "../github/link_task.ts";
import { actOf, markedEnvironment } from "../github/tool_act.ts";
import { recordAct } from "../recording/record_act.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { prepareTask } from "../tasks/create_plan.ts";
import { requireWritable } from "../tasks/plan_fit.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import { requireRecordable } from "../workspace/config_problem.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type Copied, copyFiles } from "./copy_files.ts";
import { runSetup, type SetupJob, type SetupPorts } from "./run_setup.ts";
import { workspaceIn } from "./workspace_there.ts";
import { usualPlace } from "./worktree_place.ts";

const ACTION = "make a work tree for task";

export interface CreateWorktreeRequest {
  readonly name: string;
  /** undefined: HEAD, or the branch as it is. */
  readonly base: string | undefined;
  /** Relative to the current folder; undefined: beside the repository. */
  readonly path: string | undefined;
}

export interface WorktreeReport extends Made {
  readonly run: RunRecord;
}

interface Made {
  readonly branch: Branch;
  readonly path: string;
  /** "completed": it existed in part, because its creation was interrupted. */
  readonly how: "made" | "completed" | "there";
  readonly base: string | null;
  readonly copied: Copied;
  readonly setup: readonly SetupJob[];
}

export async function createWorktree(
  workspace: Workspace,
  request: CreateWorktreeRequest,
  ports: SetupPorts,
): Promise<Result<WorktreeReport, Failure>> {
  const create = (held: HeldTask) => createFor(workspace, request, held, ports);
  return await withNamedTask(workspace, request.name, create, { isNamed: true });
}

async function createFor(
  workspace: Workspace,
  request: CreateWorktreeRequest,
  { known, runs, tasks }: HeldTask,
  ports: SetupPorts,
): Promise<Result<WorktreeReport, Failure>> {
  const { project, task, configured } = known;
  const writable = requireWritable(known, ACTION);
  if (!writable.ok) return writable;
  const folder = await requireRecordable(workspace, "tasks", task.name, configured);
  if (!folder.ok) return folder;
  const prepared = await prepareTask(workspace, known, "git.worktree.create");
  const within = placeInRepository(workspace, task.name, project.root, prepared.workingDir);
  if (!within.ok) return within;
  const name = known.record?.links.branch?.name ?? `${project.branchPrefix}${task.name}`;
  let made: Made | undefined;
  const run = await recordAct(
    workspace,
    runs,
    task.name,
    prepared,
    (record) => actOf(record, `make a work tree of the branch ${maskText(name, prepared.secrets)}`),
    async (record, journal) => {
      const branches = openBranches(workspace, task, name, prepared, record, journal);
      if (!branches.ok) return branches;
      const env = markedEnvironment(gitEnvironment(workspace.host.environment.all()), record);
      const { workingDir, secrets } = prepared;
      const git = GitCalls.open(
        { machine: workspace.host, workingDir, env, secrets, journal },
        { action: ACTION, value: task.name },
      );
      if (!git.ok) return git;
      const done = await make(
        workspace,
        git.value,
        branches.value,
        request,
        name,
        known.record?.links.worktree,
        record.id,
      );
      if (!done.ok) return done;
      const { branch, link } = done.value;
      const linked = await linkTask(tasks, task, known.record, record, {
        branch: { name, commit: branch.commit, run: record.id },
        worktree: link,
      });
      if (!linked.ok) return linked;
      const root = workspace.host.paths.join(link.path, within.value);
      const copied = copyFiles(workspace.host, project.root, root, project.worktree.copy);
      const there = await workspaceIn(workspace, project.configPath, root);
      const setup = await runSetup(there, project.worktree.setup, link.made_at, ports);
      made = { branch, path: link.path, how: done.value.how, base: link.base, copied, setup };
      const failed = setup.some(({ status }) => status === "failed");
      const reason = maskText(reasonOf(made), prepared.secrets);
      return ok({ status: failed ? "failed" : "succeeded", reason });
    },
  );
  if (!run.ok) return run;
  (await workspace.log(project.logging)).info("work tree ready", {
    event: "worktree_created",
    run: run.value.id,
    task: task.name,
    branch: name,
  });
  return ok({ run: run.value, ...made! });
}

/** The project root, relative to the top of its work tree; the task has to belong to the same repository. */
function placeInRepository(
  { host }: Workspace,
  task: string,
  root: string,
  workingDir: string,
): Result<string, Failure> {
  const [project, folder] = [host.files.realPath(root), host.files.realPath(workingDir)];
  const ours = project.ok ? worktreeOf(host, project.value) : undefined;
  const its = folder.ok ? worktreeOf(host, folder.value) : undefined;
  // The message of git explains best what is wrong with the folder of the task.
  if (its === undefined) return ok("");
  if (project.ok && ours?.commonDir === its.commonDir) {
    return ok(host.paths.relative(ours.top, project.value));
  }
  return fail({
    code: "refused",
    action: ACTION,
    value: task,
    fact: "its working_dir is in another repository than the configuration",
    next: [nextCommand("git branch create", task, "--worktree", `../${task}`)],
  });
}

interface Place {
  readonly branch: Branch;
  readonly link: WorktreeLink;
  readonly how: Made["how"];
}

async function make(
  workspace: Workspace,
  git: GitCalls,
  branches: Branches,
  request: CreateWorktreeRequest,
  name: string,
  before: WorktreeLink | undefined,
  run: RunId,
): Promise<Result<Place, Failure>> {
  const { host } = workspace;
  const checked = await branches.check();
  if (!checked.ok) return checked;
  const listed = await branches.worktrees();
  if (!listed.ok) return listed;
  const existing = await branches.find();
  if (!existing.ok) return existing;
  const current = await branches.current();
  if (!current.ok) return current;
  const commit = request.base === undefined && existing.value !== undefined
    ? ok(existing.value)
    : await branches.resolve(request.base);
  if (!commit.ok) return commit;
  const [main, ...linked] = listed.value;
  if (main === undefined) throw new Error("Cannot list work trees: git lists not even the main one");
  const there = linked.find(({ branch, isGone }) => branch === name && !isGone);
  const path = request.path === undefined
    ? there?.path ?? usualPlace(host.paths, main, request.name)
    : host.paths.resolve(workspace.currentFolder, request.path);
  const finished = await finishCheckout(host, git, there);
  if (!finished.ok) return finished;
  const isEmpty = finished.value === "empty";
  const wanted = { task: request.name, name, path, option: "--path" };
  const place = isEmpty ? ok("free" as const) : await lookForWorktree(workspace, branches, wanted);
  if (!place.ok) return place;
  const branch = await branches.create(commit.value);
  if (!branch.ok) return branch;
  const added = place.value === "free" ? await branches.addWorktree(path, isEmpty) : ok(undefined);
  if (!added.ok) {
    await branches.takeBack(branch.value);
    return added;
  }
  const isKnown = place.value === "there" && before !== undefined && before.path === path;
  const base = request.base ?? (current.value === name ? undefined : current.value) ?? null;
  return ok({
    branch: branch.value,
    how: finished.value === "finished" ? "completed" : place.value === "there" ? "there" : "made",
    link: isKnown ? before : { path, base, run, made_at: new Date(host.clock.nowMs()).toISOString() },
  });
}

function reasonOf({ branch, path, how, copied, setup }: Made): string {
  const parts = [
    branch.isNew ? `the branch ${branch.name} was created at ${branch.commit}` : undefined,
    how === "there" ? `the work tree ${path} existed already` : undefined,
    how === "completed" ? `the work tree ${path} was completed` : undefined,
    how === "made" ? `the work tree ${path} was made` : undefined,
    copied.copied.length === 0 ? undefined : `copied into it: ${copied.copied.join(", ")}`,
    ...copied.left.map((left) => `not copied: ${left.path} (${left.why})`),
    ...setup.map(setupWords),
  ];
  return parts.filter((part) => part !== undefined).join("; ");
}

export function setupWords({ name, status, run, reason }: SetupJob): string {
  const what = run === undefined ? name : `${name} (${run})`;
  switch (status) {
    case "succeeded":
      return `setup job ${what} succeeded`;
    case "done_before":
      return `setup job ${what} had succeeded before`;
    case "not_run":
      return `setup job ${what} was not run`;
    case "failed":
      return `setup job ${what} did not succeed: ${reason}`;
  }
}
