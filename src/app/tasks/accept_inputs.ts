/** `runs accept-unchanged`: for the job or the task with this name. */

import { definitionOfJob, definitionOfTask } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import type { CommandDefinition } from "../../model/job.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { ADD_INPUTS } from "../inputs/explain_run.ts";
import { type AcceptedChange, acceptUnchanged } from "../inputs/accept_unchanged.ts";
import type { InputsOfRun } from "../inputs/inputs_of_run.ts";
import { examineInputs } from "../jobs/examine_job.ts";
import { resolveJob } from "../jobs/resolve_job.ts";
import { prepareRun, type RunTraits } from "../recording/prepare_run.ts";
import { requireFittingPlan } from "./plan_fit.ts";
import { examineTaskInputs } from "./task_inputs.ts";
import { TaskReader } from "./task_reader.ts";
import { withTask } from "./with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface AcceptInputsRequest {
  readonly name: string;
  /** Why the change does not matter. */
  readonly because: string;
}

export async function acceptInputs(
  workspace: Workspace,
  request: AcceptInputsRequest,
): Promise<Result<AcceptedChange, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const { tasks, aliases } = project.value;
  return tasks.has(request.name)
    ? await acceptOfTask(workspace, request)
    : await acceptOfJob(workspace, { ...request, name: aliases.get(request.name) ?? request.name });
}

async function acceptOfJob(
  workspace: Workspace,
  { name, because }: AcceptInputsRequest,
): Promise<Result<AcceptedChange, Failure>> {
  const found = await resolveJob(workspace, { name, env: {}, extraArgs: [] });
  if (!found.ok) return found;
  const { project, job, resolved } = found.value;
  const store = await workspace.store();
  if (!store.ok) return store;
  const looked = await examineInputs(workspace.host, store.value, found.value, { fresh: false });
  if (!looked.ok) return looked;
  if (looked.value === undefined) return withoutInputs(name);
  const traits = traitsOf(job, "job", definitionOfJob(job), because, looked.value);
  const prepared = await prepareRun(workspace.host, project, traits, resolved);
  return await acceptUnchanged(workspace, store.value, job.name, looked.value, prepared);
}

async function acceptOfTask(
  workspace: Workspace,
  { name, because }: AcceptInputsRequest,
): Promise<Result<AcceptedChange, Failure>> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return reader;
  const found = await reader.value.find(name);
  if (!found.ok) return found;
  return await withTask(workspace, found.value, async ({ known, runs, tasks }) => {
    const { project, task, configured } = known;
    const fitting = requireFittingPlan(known, "accept the inputs of task");
    if (!fitting.ok) return fitting;
    const asked = { extraArgs: [], fresh: false, plan: fitting.value.plan.run };
    const looked = await examineTaskInputs(workspace.host, { runs, tasks }, known, asked);
    if (!looked.ok) return looked;
    if (looked.value === undefined) return withoutInputs(name);
    const traits = traitsOf(task, "task", definitionOfTask(task), because, looked.value);
    const prepared = await prepareRun(workspace.host, project, traits, configured);
    const accepted = await acceptUnchanged(workspace, runs, name, looked.value, prepared);
    return accepted.ok ? ok(accepted.value) : accepted;
  });
}

function withoutInputs(name: string): Result<never, Failure> {
  return fail({
    code: "refused",
    action: "accept the inputs of",
    value: name,
    fact: "its definition has no inputs",
    next: [ADD_INPUTS],
  });
}

/** The reason becomes the description of the run. */
function traitsOf(
  command: CommandDefinition,
  subject: "job" | "task",
  definition: RunTraits["definition"],
  because: string,
  inputs: InputsOfRun,
): RunTraits {
  return {
    action: "runs.accept_unchanged",
    subject,
    command: { ...command, description: because },
    definition,
    extraArgs: [],
    interactive: false,
    stdin: "none",
    leaveRunning: false,
    expectedOutputs: command.outputs,
    inputs: inputs.record,
  };
}
