/**
 * The parts that all actions on a task's issue share: gh for its repository, and values that must not be kept
 * or shown.
 */

import { nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { parseRepository, type Repository } from "../../model/repository.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunAction, RunRecord } from "../../model/run.ts";
import { secretValues } from "../../model/secrets.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import type { Task } from "../../model/task.ts";
import { ghEnvironment, GitHub, type Purpose, TOKEN_VARIABLES } from "../../git/gh.ts";
import type { ToolJournal } from "../../git/tool.ts";
import { prepareTask } from "../tasks/create_plan.ts";
import type { ResolvedTask } from "../tasks/resolve_task.ts";
import type { PreparedRun } from "../recording/prepare_run.ts";
import { markedEnvironment } from "./tool_act.ts";
import type { Workspace } from "../workspace/workspace.ts";

export type IssueLink = NonNullable<TaskRecord["links"]["issue"]>;

/** Like any action for a task, with gh's tokens among the masked values. */
export async function prepareGitHubAct(
  workspace: Workspace,
  task: ResolvedTask,
  action: RunAction,
): Promise<PreparedRun> {
  const prepared = await prepareTask(workspace, task, action);
  const tokens = secretValues(TOKEN_VARIABLES, workspace.host.environment.all());
  return { ...prepared, secrets: [...prepared.secrets, ...tokens] };
}

/** `run` is undefined for a call that is not recorded as a run. */
export async function openGitHub(
  { host }: Workspace,
  project: Project,
  repository: Repository,
  purpose: Purpose,
  secrets: readonly string[],
  journal: ToolJournal,
  run: RunRecord | undefined,
): Promise<Result<GitHub, Failure>> {
  const env = ghEnvironment(host.environment.all());
  return await GitHub.open(
    {
      machine: host,
      workingDir: project.root,
      env: run === undefined ? env : markedEnvironment(env, run),
      secrets,
      journal,
    },
    repository,
    purpose,
  );
}

export interface LinkedIssue {
  readonly link: IssueLink;
  readonly repository: Repository;
}

/** The issue named in the task's record. */
export function requireIssue(
  task: Task,
  record: TaskRecord | undefined,
  action: string,
): Result<LinkedIssue, Failure> {
  const link = record?.links.issue ?? null;
  const repository = link === null ? undefined : parseRepository(link.repo);
  if (link !== null && repository !== undefined) return ok({ link, repository });
  return fail({
    code: "refused",
    action,
    value: task.name,
    fact: "its record names no issue",
    next: [nextCommand("git issue create", task.name)],
  });
}
