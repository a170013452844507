/** Finds the configured job that a name, an alias or the default of the configuration refers to. */

import type { Failure } from "../../model/failure.ts";
import type { Job, JobGroup } from "../../model/job.ts";
import { nextCommand, type NextSteps } from "../../model/next_step.ts";
import { byName } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { suggest } from "../../model/suggest.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The job with this name or alias, or the default of the configuration if none is named. */
export function findRequestedJob(project: Project, name: string | undefined): Result<Job, Failure> {
  return name === undefined ? defaultJob(project) : findJob(project, name);
}

function defaultJob(project: Project): Result<Job, Failure> {
  const job = project.defaultJob === undefined ? undefined : project.jobs.get(project.defaultJob);
  if (job !== undefined) return ok(job);
  return fail({
    code: "job_not_named",
    known: jobNames(project),
    config_path: project.configPath === "" ? undefined : project.configPath,
  });
}

/** The names of all jobs, those without a command included; sorted. */
export function jobNames({ jobs, groups }: Project): readonly string[] {
  return groups.size === 0 ? [...jobs.keys()] : [...jobs.keys(), ...groups.keys()].sort(byName);
}

/** Whether several jobs are requested, or one with needs. Wrong names are reported when the jobs are run. */
export async function isOfGraph(
  workspace: Workspace,
  names: readonly string[],
  heading: string | undefined,
): Promise<boolean> {
  const project = await workspace.project();
  if (!project.ok) return false;
  if (names.length > 1 || heading !== undefined) return true;
  const { aliases, groups, jobs, defaultJob } = project.value;
  const [name] = names;
  const own = name === undefined ? defaultJob : aliases.get(name) ?? name;
  return own !== undefined && (groups.has(own) || (jobs.get(own)?.needs.length ?? 0) > 0);
}

/** A request for one job that names a group, which has no command. */
export function groupFailure(action: string, { name, needs }: JobGroup, ...next: NextSteps): Failure {
  const fact = `it has no command, and so no runs of its own; it runs ${needs.join(", ")}`;
  return { code: "refused", action, value: name, fact, next: [...next, nextCommand("graph", name)] };
}

/** The job with this name or alias, or a failure that lists the known ones. */
export function findJob(project: Project, name: string): Result<Job, Failure> {
  const own = project.aliases.get(name) ?? name;
  const job = project.jobs.get(own);
  if (job !== undefined) return ok(job);
  const group = project.groups.get(own);
  if (group !== undefined) return fail(groupFailure("use job", group));
  return fail({
    code: "job_not_found",
    name,
    known: jobNames(project),
    suggestion: suggest(name, [...jobNames(project), ...project.aliases.keys()]),
    is_task: project.tasks.has(name),
    config_path: project.configPath === "" ? undefined : project.configPath,
  });
}
