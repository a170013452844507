/**
 * A task with its definition resolved for this machine and moment. Resolved once a call, and passed on as one
 * value.
 */

import { definitionOfTask } from "../../model/definition.ts";
import { type CommandDefinition, WITHOUT_OPTIONS } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import type { Criterion, Task } from "../../model/task.ts";
import type { Variables } from "../../model/variables.ts";
import { type ResolvedDefinition, resolveDefinition } from "../../config/resolve.ts";
import { type RecordedDefinition, recordedDefinition } from "../recording/prepare_run.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface ResolvedTask {
  readonly project: Project;
  readonly task: Task;
  /** Without the variables of the command line: for plans, documents and the status of the task. */
  readonly configured: ResolvedDefinition;
  /** With the variables of the command line: for running it. */
  readonly command: ResolvedDefinition;
  /** By the id of the criterion. */
  readonly checks: ReadonlyMap<string, ResolvedDefinition>;
  /** Problems of the command and all checks; shared ones occur several times. */
  readonly problems: ResolvedDefinition["problems"];
  /** The form that is compared with the plan: as configured, with the values of secrets replaced. */
  readonly recorded: RecordedDefinition;
}

/** `flags`: variables that override all others. */
export async function resolveTask(
  workspace: Workspace,
  project: Project,
  task: Task,
  flags: Variables = {},
): Promise<ResolvedTask> {
  const machine = workspace.resolveMachine;
  const configured = await resolveDefinition(machine, project, task);
  const command = Object.keys(flags).length === 0
    ? configured
    : await resolveDefinition(machine, project, task, { flags, commandAt: ["command"] });
  const checks = new Map<string, ResolvedDefinition>();
  for (const [index, criterion] of task.acceptance.entries()) {
    const check = checkOf(task, criterion);
    if (check === undefined) continue;
    const commandAt = ["acceptance", index, "check"];
    checks.set(criterion.id, await resolveDefinition(machine, project, check, { flags, commandAt }));
  }
  return {
    project,
    task,
    configured,
    command,
    checks,
    problems: [command, ...checks.values()].flatMap(({ problems }) => problems),
    recorded: await recordedDefinition(workspace.host, task, definitionOfTask(task), configured),
  };
}

/**
 * A check runs where its task runs, with the same variables and secrets; undefined where a person has to
 * confirm.
 */
export function checkOf(task: Task, criterion: Criterion): CommandDefinition | undefined {
  if (criterion.check === undefined) return undefined;
  return {
    name: task.name,
    description: criterion.text,
    command: criterion.check,
    workingDir: task.workingDir,
    env: task.env,
    envFiles: task.envFiles,
    timeoutMs: criterion.timeoutMs,
    killGraceMs: task.killGraceMs,
    secrets: task.secrets,
    ...WITHOUT_OPTIONS,
    color: task.color,
  };
}
