/** Records the intent of a task: the plan that its builds are compared with. */

import { definitionOfTask } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunAction, RunRecord } from "../../model/run.ts";
import { maskTexts } from "../../model/mask_texts.ts";
import { FILE_TEXTS, PROMISE_TEXTS } from "../../model/record_texts.ts";
import { TASK_FORMAT, type TaskRecord } from "../../model/task_record.ts";
import type { Task } from "../../model/task.ts";
import { requireRecordable } from "../workspace/config_problem.ts";
import { checkFiles } from "./check_files.ts";
import { fingerprintAll, NOTHING_KNOWN } from "../files/fingerprint_files.ts";
import { planDigest } from "./plan_digest.ts";
import { requireWritable } from "./plan_fit.ts";
import { isExecuted, type PreparedRun, prepareRun, type RunTraits } from "../recording/prepare_run.ts";
import { recordAct } from "../recording/record_act.ts";
import type { ResolvedTask } from "./resolve_task.ts";
import type { HeldTask } from "./known_task.ts";
import { withNamedTask } from "./with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface CreatePlanRequest {
  readonly name: string;
  /** Makes a new plan even where nothing changed. */
  readonly force: boolean;
}

export interface PlanReport {
  readonly record: TaskRecord;
  /** The plan. */
  readonly plan: RunRecord;
  /** False where the same plan already existed. */
  readonly isNew: boolean;
}

export async function createPlan(
  workspace: Workspace,
  request: CreatePlanRequest,
): Promise<Result<PlanReport, Failure>> {
  const plan = (held: HeldTask) => planTask(workspace, held, request.force);
  return await withNamedTask(workspace, request.name, plan, { isNamed: true });
}

/** Called by the holder of the task's lock. */
export async function planTask(
  workspace: Workspace,
  { known, runs, tasks }: HeldTask,
  force: boolean,
  git?: "head",
): Promise<Result<PlanReport, Failure>> {
  const { project, task, configured, record: before, plan: planned } = known;
  const writable = requireWritable(known, "plan task");
  if (!writable.ok) return writable;
  // A plan whose record is missing or altered is not kept.
  if (!force && before !== undefined && planned?.isIntact && planned.drift.length === 0) {
    return ok({ record: before, plan: planned.run, isNew: false });
  }
  // The values of variables are not part of a plan; but the folder must be known, to examine the documents.
  const folder = await requireRecordable(workspace, "tasks", task.name, configured);
  if (!folder.ok) return folder;
  const prepared = await prepareTask(workspace, known, "plan.create", {
    extraArgs: [],
    ...git === undefined ? {} : { git },
  });
  const { workingDir } = prepared;
  const documents = await fingerprintAll(
    workspace.host,
    workingDir,
    task.documents,
    NOTHING_KNOWN,
    "anywhere",
  );
  const named = await checkFiles(workspace.host, task, workingDir, prepared.secrets);
  let record: TaskRecord | undefined;
  const plan = await recordAct(
    workspace,
    runs,
    task.name,
    prepared,
    async (run) => {
      const looked = documents.map(({ declared: _, ...file }) =>
        maskTexts(file, FILE_TEXTS, prepared.secrets)
      );
      const planned = { ...run, documents: looked };
      return {
        ...planned,
        ...(named.length === 0 ? {} : { check_files: named }),
        plan: { run: run.id, sha256: await planDigest(workspace.host.digests, planned) },
      };
    },
    async (run) => {
      record = {
        ...(before ?? emptyRecord(task, run)),
        ...ownerOf(run),
        ...maskTexts(
          {
            description: task.description ?? null,
            outputs: task.outputs,
            documents: task.documents,
          },
          PROMISE_TEXTS,
          prepared.secrets,
        ),
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
      const written = await tasks.write(record);
      return written.ok ? ok({ status: "succeeded", reason: "the intent was recorded" }) : written;
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

/** A task's command, either to run it or to plan it. Variables from the command line count only for a run. */
export async function prepareTask(
  workspace: Workspace,
  { project, task, configured, command }: ResolvedTask,
  action: RunAction,
  asked: Pick<
    RunTraits,
    | "extraArgs"
    | "confirmed"
    | "inputs"
    | "git"
    | "partOf"
    | "outerToken"
    | "places"
    | "variables"
    | "display"
  > = { extraArgs: [] },
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
    slurm: action === "build.run" && task.executor === "slurm" ? project.slurm : undefined,
  }, isExecuted(action) ? command : configured);
}

function ownerOf({ project, intent }: RunRecord): Pick<TaskRecord, "project" | "config_path"> {
  return { project: project ?? null, config_path: intent.config_path };
}

/** Recorded before anything else about this task. */
export function emptyRecord(task: Task, run: RunRecord): TaskRecord {
  return {
    format: TASK_FORMAT,
    kind: "task",
    name: task.name,
    ...ownerOf(run),
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
