/** A job with its definition resolved for this machine and moment. */

import { definitionOfJob } from "../../model/definition.ts";
import { executorConflict, type ExecutorName } from "../../model/executor.ts";
import type { Failure } from "../../model/failure.ts";
import type { Job } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
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
  /** Instead of the one that the configuration names. */
  readonly executor?: ExecutorName | undefined;
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
  configured: Job,
  { env: flags, extraArgs: words, executor }: GivenToJob,
): Promise<Result<ResolvedJob, Failure>> {
  const found = executor === undefined ? ok(configured) : withExecutor(project, configured, executor);
  if (!found.ok) return found;
  const job = found.value;
  const given = readGivenArguments(job, words);
  if (!given.ok) return given;
  const { values: args, extraArgs } = given.value;
  const options = { flags, commandAt: ["command"], args };
  const resolved = await resolveDefinition(workspace.resolveMachine, project, job, options);
  return ok({ project, job, resolved, extraArgs });
}

/** The job on this executor; a failure if it cannot run there. */
export function withExecutor(project: Project, job: Job, executor: ExecutorName): Result<Job, Failure> {
  const fact = executor === "local"
    ? undefined
    : project.slurm === undefined
    ? "the configuration has no table [executors.slurm]"
    : executorConflict(job);
  if (fact === undefined) return ok({ ...job, executor });
  return fail({
    code: "refused",
    action: "run",
    value: job.name,
    fact,
    next: [nextCommand("run", job.name)],
  });
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
