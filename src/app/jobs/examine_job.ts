/** Whether a resolved job has to be run: its problems, and the present state of its inputs. Starts nothing. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import type { RunStore } from "../../store/run_store.ts";
import { type DryRun, dryRunNode } from "../inputs/dry_run.ts";
import { InputsOfRun } from "../inputs/inputs_of_run.ts";
import { unresolved } from "../workspace/config_problem.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { jobNeedFacts } from "./job_needs.ts";
import { type GivenToJob, recordedJob, type ResolvedJob, resolveJob } from "./resolve_job.ts";

export interface FreshOrNot {
  /** Run it even if none of its inputs changed. */
  readonly fresh: boolean;
}

/** A job with the present state of its inputs. */
export interface ExaminedJob extends ResolvedJob {
  readonly store: RunStore;
  /** undefined if it has no inputs, so that it always runs. */
  readonly inputs: InputsOfRun | undefined;
}

/** A failure if the request cannot be carried out. Starts nothing. */
export async function examineJob(
  workspace: Workspace,
  found: ResolvedJob,
  request: FreshOrNot,
): Promise<Result<ExaminedJob, Failure>> {
  const { job, resolved: { problems } } = found;
  const store = await workspace.store();
  if (!store.ok) return store;
  if (problems.length > 0) return await unresolved(workspace, [{ table: "jobs", name: job.name, problems }]);
  const inputs = await examineInputs(workspace.host, store.value, found, request);
  return inputs.ok ? ok({ ...found, store: store.value, inputs: inputs.value }) : inputs;
}

export async function examineInputs(
  host: Host,
  store: RunStore,
  { project, job, resolved, extraArgs }: ResolvedJob,
  { fresh }: FreshOrNot,
): Promise<Result<InputsOfRun | undefined, Failure>> {
  if (job.inputs === undefined) return ok(undefined);
  const { definition } = await recordedJob(host, { job, resolved });
  return await InputsOfRun.look(host, store, {
    project,
    subject: "job",
    action: "job.run",
    command: job,
    resolved,
    definition,
    extraArgs,
    needs: await jobNeedFacts(host, store, project, job),
    fresh: fresh ? "flag" : undefined,
  });
}

/** The dry run of `runJob`. */
export async function dryRunJob(
  workspace: Workspace,
  request: GivenToJob & FreshOrNot & { readonly name: string | undefined },
): Promise<Result<DryRun, Failure>> {
  const found = await resolveJob(workspace, request);
  if (!found.ok) return found;
  const examined = await examineJob(workspace, found.value, request);
  if (!examined.ok) return examined;
  const { job, inputs } = examined.value;
  return ok({ nodes: [dryRunNode(job.name, "job", inputs, false)], edges: [] });
}
