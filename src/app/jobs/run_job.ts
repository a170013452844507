/** Runs a job: from a name to a finished record. */

import { definitionOfJob } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import type { Job } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { ChangeRecord, RunRecord } from "../../model/run.ts";
import type { Variables } from "../../model/variables.ts";
import { suggest } from "../../model/suggest.ts";
import { resolveDefinition } from "../../config/resolve.ts";
import { unresolved } from "../workspace/config_problem.ts";
import { type Confirm, requireConfirmation } from "./confirmation.ts";
import { checkExtraArgs } from "./extra_args.ts";
import { prepareRun } from "../recording/prepare_run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { recordRun, type RunObserver, type RunToRecord } from "../recording/record_run.ts";
import { JobLock } from "../recording/job_lock.ts";

export interface RunJobRequest {
  /** Its own name, or a further one. */
  readonly name: string;
  readonly extraArgs: readonly string[];
  /** Laid over every other variable. */
  readonly env: Variables;
  readonly confirm: Confirm;
  /** Of a run of a watch. */
  readonly watch?: { readonly change: ChangeRecord } & Required<Pick<RunToRecord, "attach">>;
}

export async function runJob(
  workspace: Workspace,
  request: RunJobRequest,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const job = findJob(project.value, request.name);
  if (!job.ok) return job;
  const passable = checkExtraArgs(request.extraArgs, `orchastration run ${request.name} -- <arguments>`);
  if (!passable.ok) return passable;
  return await runFoundJob(workspace, project.value, job.value, request, observer);
}

async function runFoundJob(
  workspace: Workspace,
  project: Project,
  job: Job,
  request: RunJobRequest,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const store = workspace.store();
  if (!store.ok) return store;
  const resolved = await resolveDefinition(workspace.host, project, job, {
    flags: request.env,
    commandAt: ["command"],
  });
  const { problems } = resolved;
  if (problems.length > 0) return await unresolved(workspace, [{ table: "jobs", name: job.name, problems }]);
  const confirmed = await requireConfirmation("job", job, request.confirm);
  if (!confirmed.ok) return confirmed;
  const jobLock = JobLock.take(store.value.parts, job);
  if (!jobLock.ok) return jobLock;
  try {
    const prepared = await prepareRun(workspace.host, project, {
      action: "job.run",
      subject: "job",
      command: job,
      definition: definitionOfJob(job),
      extraArgs: request.extraArgs,
      interactive: job.interactive,
      stdin: job.stdin,
      leaveRunning: job.leaveRunning,
      expectedOutputs: [],
      confirmed: confirmed.value,
      ...(request.watch === undefined ? {} : { watch: request.watch.change }),
    }, resolved);
    return await recordRun(workspace, store.value, project, {
      command: job,
      prepared,
      interactive: job.interactive,
      leaveRunning: job.leaveRunning,
      jobLock: jobLock.value,
      ...(request.watch === undefined ? {} : { attach: request.watch.attach }),
    }, observer);
  } finally {
    jobLock.value?.release();
  }
}

/** The job of this name or further name, or a failure that says what there is. */
export function findJob(project: Project, name: string): Result<Job, Failure> {
  const job = project.jobs.get(project.aliases.get(name) ?? name);
  if (job !== undefined) return ok(job);
  return fail({
    code: "job_not_found",
    name,
    known: [...project.jobs.keys()],
    suggestion: suggest(name, [...project.jobs.keys(), ...project.aliases.keys()]),
    is_task: project.tasks.has(name),
    config_path: project.configPath === "" ? undefined : project.configPath,
  });
}
