/** A task as it stands now: what is recorded, held against the definition, the files and the repository. Changes nothing. */

import { differences } from "../model/difference.ts";
import type { Failure } from "../model/failure.ts";
import type { Project } from "../model/project.ts";
import { ok, type Result } from "../model/result.ts";
import type { GitFacts, RunRecord } from "../model/run.ts";
import type { TaskRecord } from "../model/task_record.ts";
import type { Task } from "../model/task.ts";
import { gitFacts } from "../git/git.ts";
import type { RunStore } from "../store/run_store.ts";
import { knownFiles, lookAt, lookAtAll } from "./look_at_files.ts";
import { planDigest } from "./plan_digest.ts";
import { prepareTask } from "./create_plan.ts";
import type { CriterionView, DocumentView, OutputView, PlanView, TaskView } from "../model/task_view.ts";
import type { Workspace } from "./workspace.ts";

export async function readTask(
  workspace: Workspace,
  project: Project,
  task: Task,
): Promise<Result<TaskView, Failure>> {
  const runs = workspace.store();
  if (!runs.ok) return runs;
  const tasks = workspace.tasks();
  if (!tasks.ok) return tasks;
  const stored = tasks.value.read(task.name);
  if (!stored.ok) return stored;
  const record = stored.value;
  const workingDir = workspace.host.paths.resolve(project.root, task.workingDir);
  const plan = await readPlan(workspace, project, task, record, runs.value);
  const build = readRun(runs.value, record?.last_build?.run);
  const lastRun = readRun(runs.value, record?.last_run);
  const outputs = await readOutputs(workspace, workingDir, build);
  if (!outputs.ok) return outputs;
  const documents = await readDocuments(workspace, workingDir, task, plan?.run);
  if (!documents.ok) return documents;
  const criteria = readCriteria(task, record, build);
  const drifted = plan !== undefined && plan.drift.length > 0;
  const wasCutOff = record?.status === "in_progress" && lastRun?.status === "interrupted";
  const status = record === undefined ? "unplanned" : wasCutOff ? "interrupted" : record.status;
  const movedOn = movedOnReason(record, build, await gitFacts(workspace.host, workingDir));
  const stale = staleReasons(plan, record, build, outputs.value);
  const view = {
    task,
    record,
    status,
    reason: record === undefined
      ? unplannedReason(task)
      : wasCutOff
      ? `the build ${lastRun.id} was cut off: ${lastRun.reason}`
      : record.reason,
    stale: movedOn === undefined ? stale : [...stale, movedOn],
    movedOn,
    plan,
    build,
    outputs: outputs.value,
    documents: documents.value,
    criteria,
  } as const;
  return ok({ ...view, next: nextStep(view, drifted) });
}

function unplannedReason(task: Task): string {
  return task.declaredStatus === undefined
    ? "nothing is recorded of it yet"
    : `nothing is recorded of it yet; the configuration says ${task.declaredStatus.replace("_", " ")}`;
}

async function readPlan(
  workspace: Workspace,
  project: Project,
  task: Task,
  record: TaskRecord | undefined,
  runs: RunStore,
): Promise<PlanView | undefined> {
  if (record?.plan == null) return undefined;
  const run = readRun(runs, record.plan.run);
  if (run === undefined) return undefined;
  const { definition, definitionSha256 } = await prepareTask(workspace, project, task, "plan.create", []);
  const drift = definitionSha256 === record.plan.definition_sha256
    ? []
    : differences(run.definition, definition);
  const isIntact = await planDigest(workspace.host.digests, run) === record.plan.sha256;
  return { run, sha256: record.plan.sha256, drift, isIntact };
}

/** undefined where there is none, or none that can be read: the task says then what is missing. */
function readRun(runs: RunStore, id: TaskRecord["last_run"] | undefined): RunRecord | undefined {
  if (id === undefined || id === null) return undefined;
  const run = runs.read(id);
  return run.ok ? run.value.record : undefined;
}

async function readOutputs(
  workspace: Workspace,
  workingDir: string,
  build: RunRecord | undefined,
): Promise<Result<readonly OutputView[], Failure>> {
  const views: OutputView[] = [];
  const known = knownFiles(build?.outputs ?? []);
  for (const built of build?.outputs ?? []) {
    const now = await lookAt(workspace.host, workingDir, built.path, known);
    if (!now.ok) return now;
    const state = !built.present
      ? now.value.present ? "appeared" : "missing_then"
      : !now.value.present
      ? "gone"
      : now.value.sha256 === built.sha256
      ? "as_built"
      : "changed";
    views.push({ built, now: state });
  }
  return ok(views);
}

async function readDocuments(
  workspace: Workspace,
  workingDir: string,
  task: Task,
  plan: RunRecord | undefined,
): Promise<Result<readonly DocumentView[], Failure>> {
  const planned = knownFiles(plan?.documents ?? []);
  const looked = await lookAtAll(workspace.host, workingDir, task.documents, planned);
  if (!looked.ok) return looked;
  return ok(looked.value.map(({ declared: _, ...now }) => {
    const then = planned.get(now.path);
    const sincePlan = then === undefined
      ? undefined
      : !then.present
      ? now.present ? "appeared" : "missing"
      : !now.present
      ? "gone"
      : then.sha256 === now.sha256
      ? "unchanged"
      : "changed";
    return { path: now.path, now, sincePlan };
  }));
}

/** What each criterion is worth for the last build; for an earlier one it is worth nothing. */
export function readCriteria(
  task: Task,
  record: TaskRecord | undefined,
  build: RunRecord | undefined,
): readonly CriterionView[] {
  return task.acceptance.map((criterion) => {
    const check = build?.checks.find(({ id }) => id === criterion.id);
    const confirmation = record?.confirmations.findLast((each) =>
      each.criterion === criterion.id && each.build === build?.id
    );
    const state = criterion.check === undefined
      ? confirmation === undefined ? "open" : "confirmed"
      : check === undefined || check.status === "not_run"
      ? "open"
      : check.status === "succeeded"
      ? "passed"
      : "failed";
    return { criterion, state, check, confirmation };
  });
}

function staleReasons(
  plan: PlanView | undefined,
  record: TaskRecord | undefined,
  build: RunRecord | undefined,
  outputs: readonly OutputView[],
): readonly string[] {
  const reasons: string[] = [];
  if (record?.plan != null && plan === undefined) {
    reasons.push(`the record of its plan ${record.plan.run} cannot be read`);
  }
  if (plan !== undefined && !plan.isIntact) reasons.push(`the record of its plan ${plan.run.id} was altered`);
  if (plan !== undefined && plan.drift.length > 0) {
    reasons.push(`the definition changed since the plan: ${plan.drift.map(({ field }) => field).join(", ")}`);
  }
  if (build === undefined || !standsOnBuild(record)) return reasons;
  for (const { built, now } of outputs) {
    if (now === "changed") reasons.push(`${built.path} changed since the build`);
    if (now === "gone") reasons.push(`${built.path} is gone since the build`);
  }
  return reasons;
}

function movedOnReason(
  record: TaskRecord | undefined,
  build: RunRecord | undefined,
  git: GitFacts | null,
): string | undefined {
  const then = build?.git?.commit ?? null;
  const now = git?.commit ?? null;
  if (!standsOnBuild(record) || then === null || now === null || then === now) return undefined;
  return `the repository is at ${now.slice(0, 12)}, the build was made at ${then.slice(0, 12)}`;
}

function standsOnBuild(record: TaskRecord | undefined): boolean {
  return record?.status === "done" || record?.status === "in_progress";
}

function nextStep(view: Omit<TaskView, "next">, drifted: boolean): string | undefined {
  const { name } = view.task;
  if (view.record?.plan == null || view.plan === undefined || drifted || !view.plan.isIntact) {
    return `plan create ${name}`;
  }
  switch (view.status) {
    case "unplanned":
      return `plan create ${name}`;
    case "interrupted":
      return `recover ${view.record.last_run}`;
    case "planned":
    case "failed":
      return `build run ${name}`;
    case "in_progress": {
      const open = view.criteria.find(({ criterion, state }) =>
        criterion.check === undefined && state === "open"
      );
      return open === undefined ? undefined : `plan accept ${name} ${open.criterion.id}`;
    }
    case "done":
      if (view.stale.length > 0) return `build run ${name}`;
      return view.record.documented === null ? `doc generate ${name}` : undefined;
  }
}
