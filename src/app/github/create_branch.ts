/** Creates the branch of a task once, and notes it in the task's record. */

import { nextAdvice, nextCommand, type NextStep, placeholder } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { holdsSecret, maskText } from "../../model/secrets.ts";
import { shellWord } from "../../model/shell_word.ts";
import type { Task } from "../../model/task.ts";
import type { Host } from "../../host/host.ts";
import { gitEnvironment } from "../../git/git.ts";
import { type Branch, Branches } from "../../git/git_branch.ts";
import { Tool, type ToolJournal } from "../../git/tool.ts";
import { requireRecordable } from "../workspace/config_problem.ts";
import { prepareTask } from "../tasks/create_plan.ts";
import { linkTask } from "./link_task.ts";
import { requireWritable } from "../tasks/plan_fit.ts";
import type { PreparedRun } from "../recording/prepare_run.ts";
import { recordAct } from "../recording/record_act.ts";
import { actOf, markedEnvironment } from "./tool_act.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface CreateBranchRequest {
  readonly name: string;
  /** undefined: the configured prefix and the task's name. */
  readonly branch: string | undefined;
  /** undefined: HEAD. */
  readonly base: string | undefined;
  readonly switch: boolean;
  /** The path of a new work tree, relative to the current folder. */
  readonly worktree: string | undefined;
}

export interface BranchReport {
  readonly run: RunRecord;
  readonly branch: Branch;
  /** undefined where none was requested. */
  readonly switched: "switched" | "there_already" | undefined;
  readonly worktree: { readonly path: string; readonly isNew: boolean } | undefined;
}

type Made = Omit<BranchReport, "run">;

export async function createBranch(
  workspace: Workspace,
  request: CreateBranchRequest,
): Promise<Result<BranchReport, Failure>> {
  return await withNamedTask(
    workspace,
    request.name,
    (held) => branchOf(workspace, request, held),
  );
}

async function branchOf(
  workspace: Workspace,
  request: CreateBranchRequest,
  { known, runs, tasks }: HeldTask,
): Promise<Result<BranchReport, Failure>> {
  const { project, task, configured } = known;
  const writable = requireWritable(known, "create a branch for task");
  if (!writable.ok) return writable;
  const name = request.branch ?? `${project.branchPrefix}${task.name}`;
  const folder = await requireRecordable(workspace, "tasks", task.name, configured);
  if (!folder.ok) return folder;
  if (request.branch !== undefined && holdsSecret(request.branch, configured.secrets)) {
    return fail({
      code: "refused",
      action: "create branch",
      value: maskText(request.branch, configured.secrets),
      fact: `the name contains the value of a secret of task ${task.name}, which git would keep and show`,
      next: [nextCommand("git branch create", task.name, "--name", placeholder("another name"))],
    });
  }
  const prepared = await prepareTask(workspace, known, "git.branch.create");
  const base = request.base === undefined ? "HEAD" : maskText(request.base, prepared.secrets);
  let made: Made | undefined;
  const run = await recordAct(
    workspace,
    runs,
    task.name,
    prepared,
    (record) => actOf(record, `make the branch ${name} from ${base}`),
    async (record, journal) => {
      const branches = openBranches(workspace, task, name, prepared, record, journal);
      if (!branches.ok) return branches;
      const done = await make(
        workspace,
        branches.value,
        task.name,
        name,
        request,
        (branch) =>
          linkTask(tasks, task, known.record, record, {
            branch: { name, commit: branch.commit, run: record.id },
          }),
      );
      if (!done.ok) return done;
      made = done.value;
      return ok({ status: "succeeded", reason: reasonOf(made, prepared.secrets) });
    },
  );
  if (!run.ok) return run;
  (await workspace.log(project.logging)).info(made!.branch.isNew ? "branch created" : "branch found", {
    event: "branch_created",
    run: run.value.id,
    task: task.name,
    branch: name,
  });
  return ok({ run: run.value, ...made! });
}

/** git in the working folder of the task, for its branch. */
export function openBranches(
  { host }: Workspace,
  task: Task,
  name: string,
  { secrets, workingDir: folder }: PreparedRun,
  record: RunRecord,
  journal: ToolJournal,
): Result<Branches, Failure> {
  const facts = host.files.stat(folder);
  const action = "create branch";
  if (!facts.ok || facts.value.kind !== "directory") {
    const reason = facts.ok ? "it is not a directory" : facts.failure.reason;
    const next = [nextAdvice(`make it, or set another working_dir for the task ${task.name}`)];
    const fact = `working_dir ${maskText(folder, secrets)}: ${reason}`;
    return fail({ code: "refused", action, value: name, fact, next });
  }
  const env = markedEnvironment(gitEnvironment(host.environment.all()), record);
  const git = Tool.find("git", { machine: host, workingDir: folder, env, secrets, journal });
  return git.ok
    ? ok(new Branches(git.value, folder, name))
    : fail({ code: "tool_missing", tool: "git", action, value: name, fact: git.failure });
}

/** Everything that can be refused is checked before anything is created. */
async function make(
  workspace: Workspace,
  branches: Branches,
  task: string,
  name: string,
  request: CreateBranchRequest,
  link: (branch: Branch) => Promise<Result<void, Failure>>,
): Promise<Result<Made, Failure>> {
  const checked = await branches.check();
  if (!checked.ok) return checked;
  const commit = await branches.resolve(request.base);
  if (!commit.ok) return commit;
  if (request.switch) {
    const here = await branches.isCheckedOut();
    if (!here.ok) return here;
    const clean = here.value ? ok(undefined) : await branches.requireClean();
    if (!clean.ok) return clean;
  }
  const path = request.worktree === undefined
    ? undefined
    : workspace.host.paths.resolve(workspace.currentFolder, request.worktree);
  const place = path === undefined
    ? ok(undefined)
    : await lookForWorktree(workspace, branches, { task, name, path, option: "--worktree" });
  if (!place.ok) return place;
  const branch = await branches.create(commit.value);
  if (!branch.ok) return branch;
  // Before it is noted in the record, so that a branch without its work tree is not left behind.
  const added = path !== undefined && place.value === "free"
    ? await branches.addWorktree(path)
    : ok(undefined);
  if (!added.ok) {
    const isGone = await branches.takeBack(branch.value);
    if (isGone.ok && isGone.value) return added;
  }
  const linked = await link(branch.value);
  if (!linked.ok) return linked;
  if (!added.ok) return added;
  const switched = request.switch ? await branches.switchTo() : ok(undefined);
  if (!switched.ok) return switched;
  return ok({
    branch: branch.value,
    switched: switched.value,
    worktree: path === undefined ? undefined : { path, isNew: place.value === "free" },
  });
}

export interface WantedWorktree {
  readonly task: string;
  /** The branch. */
  readonly name: string;
  readonly path: string;
  /** The option that names another path. */
  readonly option: string;
}

/** Whether the path is free for a work tree, or already holds the wanted one. */
export async function lookForWorktree(
  { host }: Workspace,
  branches: Branches,
  { task, name, path, option }: WantedWorktree,
): Promise<Result<"free" | "there", Failure>> {
  const refused = (fact: string, next: NextStep) =>
    fail({ code: "refused", action: "make a work tree of branch", value: name, fact, next: [next] } as const);
  const listed = await branches.worktrees();
  if (!listed.ok) return listed;
  const real = host.files.realPath(path);
  const at = (each: string) => {
    const other = host.files.realPath(each);
    return real.ok && other.ok && real.value === other.value;
  };
  const gone = listed.value.find((each) =>
    each.isGone && (each.branch === name || isSameName(host, each.path, path))
  );
  if (gone !== undefined) {
    const what = gone.branch === name ? "its work tree" : "a work tree";
    return refused(
      `${what} in ${gone.path} was removed by hand, but git still has its entry`,
      // git's entry may hold staged files and commits; it is examined there, and not by `git worktree prune`.
      gone.branch === name ? nextCommand("git worktree remove", task) : nextAdvice(
        `choose another path with ${option} <path>, or git worktree remove ${shellWord(gone.path)}`,
      ),
    );
  }
  const ofBranch = listed.value.find(({ branch }) => branch === name);
  if (ofBranch !== undefined && at(ofBranch.path)) return ok("there");
  if (ofBranch !== undefined) {
    return refused(`it is already checked out in ${ofBranch.path}`, nextAdvice(`work in ${ofBranch.path}`));
  }
  const names = host.files.list(path);
  if (names.ok && names.value.length === 0) return ok("free");
  if (!names.ok && names.failure.kind === "not_found") return ok("free");
  return refused(
    names.ok ? `the folder ${path} is not empty` : `${path}: ${names.failure.reason}`,
    nextAdvice(`choose another path with ${option} <path>`),
  );
}

/** For a missing folder, only its parents can be resolved. */
function isSameName({ files, paths }: Host, one: string, other: string): boolean {
  const real = (path: string) => {
    const folder = files.realPath(paths.dirname(path));
    return folder.ok ? paths.join(folder.value, paths.basename(path)) : path;
  };
  return real(one) === real(other);
}

function reasonOf({ branch, switched, worktree }: Made, secrets: readonly string[]): string {
  const parts = [
    branch.isNew
      ? `the branch ${branch.name} was created at ${branch.commit}`
      : `the branch ${branch.name} existed already, at ${branch.commit}`,
    switched === "switched" ? "it was switched to" : undefined,
    worktree?.isNew ? `a work tree of it was made in ${maskText(worktree.path, secrets)}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join("; ");
}
