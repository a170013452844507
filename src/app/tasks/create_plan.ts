/** Records the intent of a task: the promise that a build is held against. */

import { definitionOfTask } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunAction, RunRecord } from "../../model/run.ts";
import { maskDeep } from "../../model/secrets.ts";
import { TASK_FORMAT, type TaskRecord } from "../../model/task_record.ts";
import type { Task } from "../../model/task.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskStore } from "../../store/task_store.ts";
import { type ResolvedDefinition, resolveDefinition } from "../../config/resolve.ts";
import { requireKnownFolder } from "../workspace/config_problem.ts";
import { lookAtAll, NOTHING_KNOWN } from "../files/fingerprint_files.ts";
import { planDigest } from "./plan_digest.ts";
import { readPlan, requireWritable } from "./plan_fit.ts";
import { type PreparedRun, prepareRun, type RunTraits } from "../recording/prepare_run.ts";
import { recordAct } from "../recording/record_act.ts";
import { withNamedTask } from "./with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface CreatePlanRequest {
  readonly name: string;
  /** Also where nothing changed. */
  readonly force: boolean;
}

export interface PlanReport {
  readonly record: TaskRecord;
  /** The promise. */
  readonly plan: RunRecord;
  /** False where the task was planned like this already. */
  readonly isNew: boolean;
}

export async function createPlan(
  workspace: Workspace,
  request: CreatePlanRequest,
): Promise<Result<PlanReport, Failure>> {
  return await withNamedTask(
    workspace,
    request.name,
    (project, task, held) => planTask(workspace, project, task, held.runs, held.tasks, request.force),
  );
}

/** To be called by the holder of the task's lock. */
export async function planTask(
  workspace: Workspace,
  project: Project,
  task: Task,
  runs: RunStore,
  tasks: TaskStore,
  force: boolean,
): Promise<Result<PlanReport, Failure>> {
  const before = tasks.read(task.name);
  if (!before.ok) return before;
  const writable = requireWritable(task, before.value, "plan task");
  if (!writable.ok) return writable;
  if (!force && before.value !== undefined) {
    const plan = await readPlan(workspace.host, project, task, before.value.plan, runs);
    // A plan whose record is gone or altered is no plan to keep.
    if (plan?.isIntact && plan.drift.length === 0) {
      return ok({ record: before.value, plan: plan.run, isNew: false });
    }
  }
  const resolved = await resolveDefinition(workspace.host, project, task);
  // What a variable stands for is no part of the promise; the folder has to be known, to look at the documents.
  const folder = await requireKnownFolder(workspace, "tasks", task.name, resolved);
  if (!folder.ok) return folder;
  const prepared = await prepareTask(workspace, project, task, "plan.create", resolved);
  const { workingDir } = prepared;
  const documents = await lookAtAll(workspace.host, workingDir, task.documents, NOTHING_KNOWN, "anywhere");
  let record: TaskRecord | undefined;
  const plan = await recordAct(
    workspace,
    runs,
    task.name,
    prepared,
    async (run) => {
      const looked = documents.map(({ declared: _, ...file }) => ({ ...file }));
      const promised = { ...run, documents: maskDeep(looked, prepared.secrets) };
      return {
        ...promised,
        plan: { run: run.id, sha256: await planDigest(workspace.host.digests, promised) },
      };
    },
    (run) => {
      record = {
        ...(before.value ?? emptyRecord(task)),
        ...maskDeep({
          description: task.description ?? null,
          outputs: task.outputs,
          documents: task.documents,
        }, prepared.secrets),
        repo: task.repo ?? null,
        status: "planned",
        reason: "not built since the plan",
        last_run: run.id,
        plan: {
          run: run.id,
          sha256: run.plan!.sha256,
          created_at: run.start_time,
          definition_sha256: prepared.definitionSha256,
        },
      };
      const written = tasks.write(record);
      if (!written.ok) return Promise.resolve(written);
      return Promise.resolve(ok({ status: "succeeded", reason: "the intent was recorded" }));
    },
  );
  if (!plan.ok) return plan;
  (await workspace.log(project.logging)).info("task planned", {
    event: "plan_created",
    run: plan.value.id,
    task: task.name,
  });
  return ok({ record: record!, plan: plan.value, isNew: true });
}

/** A task's command as something to be run, or to be promised; settled as it is configured, where it is not said how. */
export async function prepareTask(
  workspace: Workspace,
  project: Project,
  task: Task,
  action: RunAction,
  resolved?: ResolvedDefinition,
  asked: Pick<RunTraits, "extraArgs" | "confirmed"> = { extraArgs: [] },
): Promise<PreparedRun> {
  return await prepareRun(workspace.host, project, {
    action,
    subject: "task",
    command: task,
    definition: definitionOfTask(task),
    ...asked,
    interactive: false,
    stdin: "none",
    leaveRunning: false,
    expectedOutputs: task.outputs,
  }, resolved ?? await resolveDefinition(workspace.host, project, task));
}

/** Of a task of which nothing is recorded yet. */
export function emptyRecord(task: Task): TaskRecord {
  return {
    format: TASK_FORMAT,
    kind: "task",
    name: task.name,
    description: null,
    repo: null,
    status: "planned",
    reason: "",
    last_run: null,
    plan: null,
    outputs: [],
    documents: [],
    confirmations: [],
    links: { issue: null, branch: null },
    last_build: null,
    documented: null,
  };
}
