/** A job with its definition resolved for this machine and moment. */

import { definitionOfJob } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import type { Job } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Variables } from "../../model/variables.ts";
import { type ResolvedDefinition, resolveDefinition } from "../../config/resolve.ts";
import type { Host } from "../../host/host.ts";
import { type DefinitionToRecord, recordedDefinition } from "../recording/prepare_run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { readGivenArguments } from "./extra_args.ts";
import { findRequestedJob } from "./find_job.ts";

/** Resolved once a call, and passed on as one value. */
export interface ResolvedJob {
  readonly project: Project;
  readonly job: Job;
  readonly resolved: ResolvedDefinition;
  /** The words after `--` that are added to its command. */
  readonly extraArgs: readonly string[];
}

/** The part of a request that the definition depends on. */
export interface GivenToJob {
  /** Overrides every other variable. */
  readonly env: Variables;
  /** The words after `--`. */
  readonly extraArgs: readonly string[];
}

export async function resolveJob(
  workspace: Workspace,
  { name, ...given }: GivenToJob & { readonly name: string | undefined },
): Promise<Result<ResolvedJob, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const job = findRequestedJob(project.value, name);
  if (!job.ok) return job;
  return await resolveFoundJob(workspace, project.value, job.value, given);
}

/** The job resolved now, with the arguments of the caller; a failure if the job does not accept them. */
export async function resolveFoundJob(
  workspace: Workspace,
  project: Project,
  job: Job,
  { env: flags, extraArgs: words }: GivenToJob,
): Promise<Result<ResolvedJob, Failure>> {
  const given = readGivenArguments(job, words);
  if (!given.ok) return given;
  const { values: args, extraArgs } = given.value;
  const options = { flags, commandAt: ["command"], args };
  const resolved = await resolveDefinition(workspace.resolveMachine, project, job, options);
  return ok({ project, job, resolved, extraArgs });
}

/** The recorded form of each resolved definition, so that a job is digested once a call. */
const recordedJobs = new WeakMap<ResolvedDefinition, Promise<DefinitionToRecord>>();

/** The definition of the job as it is recorded and compared. */
export function recordedJob(
  host: Host,
  { job, resolved }: Pick<ResolvedJob, "job" | "resolved">,
): Promise<DefinitionToRecord> {
  const known = recordedJobs.get(resolved) ?? recordedDefinition(host, job, definitionOfJob(job), resolved);
  recordedJobs.set(resolved, known);
  return known;
}
