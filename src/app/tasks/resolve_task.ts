/** A task as it comes to be run here and now, with the checks of its criteria. */

import type { CommandDefinition } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import type { Criterion, Task } from "../../model/task.ts";
import type { Variables } from "../../model/variables.ts";
import type { Host } from "../../host/host.ts";
import { type ResolvedDefinition, resolveDefinition } from "../../config/resolve.ts";

export interface ResolvedTask {
  readonly command: ResolvedDefinition;
  /** By the id of their criterion. */
  readonly checks: ReadonlyMap<string, ResolvedDefinition>;
  /** Of all of them; those that they share are there several times. */
  readonly problems: ResolvedDefinition["problems"];
}

/** `flags`: variables that are laid over every other. */
export async function resolveTask(
  host: Host,
  project: Project,
  task: Task,
  flags: Variables,
): Promise<ResolvedTask> {
  const command = await resolveDefinition(host, project, task, { flags, commandAt: ["command"] });
  const checks = new Map<string, ResolvedDefinition>();
  for (const [index, criterion] of task.acceptance.entries()) {
    const check = checkOf(task, criterion);
    if (check === undefined) continue;
    const commandAt = ["acceptance", index, "check"];
    checks.set(criterion.id, await resolveDefinition(host, project, check, { flags, commandAt }));
  }
  return { command, checks, problems: [command, ...checks.values()].flatMap(({ problems }) => problems) };
}

/** A check runs where its task runs, with the same variables and secrets; undefined where a person has to confirm. */
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
    retry: undefined,
    successExitCodes: [0],
    confirm: undefined,
  };
}
