/** A task as it stands now: what is recorded, held against the definition, the files and the repository. Changes nothing. */

import type { Failure } from "../model/failure.ts";
import type { RunId } from "../model/ids.ts";
import type { Project } from "../model/project.ts";
import { ok, type Result } from "../model/result.ts";
import type { GitFacts, RunRecord } from "../model/run.ts";
import { maskText } from "../model/secrets.ts";
import type { TaskRecord } from "../model/task_record.ts";
import { criterionViews, settled } from "../model/task_status.ts";
import type { DocumentView, NeedView, OutputView, PlanView, TaskView } from "../model/task_view.ts";
import type { Task } from "../model/task.ts";
import { definitionOfTask } from "../model/definition.ts";
import type { Host } from "../host/host.ts";
import { gitFacts } from "../git/git.ts";
import type { RunStore } from "../store/run_store.ts";
import type { TaskStore } from "../store/task_store.ts";
import { knownFiles, lookAt, lookAtAll } from "./look_at_files.ts";
import { readPlan } from "./plan_fit.ts";
import { resolveDefinition } from "./prepare_run.ts";
import type { Workspace } from "./workspace.ts";

/** What git says of a folder. */
export type GitReader = (folder: string) => Promise<GitFacts | null>;

/** For a call that reads several tasks: git is asked once for each folder. */
export function gitOnce(host: Host): GitReader {
  const asked = new Map<string, Promise<GitFacts | null>>();
  return (folder) => {
    const facts = asked.get(folder) ?? gitFacts(host, folder);
    asked.set(folder, facts);
    return facts;
  };
}

export async function readTask(
  workspace: Workspace,
  project: Project,
  task: Task,
  git: GitReader = gitOnce(workspace.host),
): Promise<Result<TaskView, Failure>> {
  const { host } = workspace;
  const runs = workspace.store();
  if (!runs.ok) return runs;
  const tasks = workspace.tasks();
  if (!tasks.ok) return tasks;
  const stored = tasks.value.read(task.name);
  if (!stored.ok) return stored;
  const build = readRun(runs.value, stored.value?.last_build?.run);
  const record = stored.value && settled(stored.value, build);
  const workingDir = host.paths.resolve(project.root, task.workingDir);
  const { secrets } = await resolveDefinition(host, task, definitionOfTask(task));
  const plan = await readPlan(host, task, record?.plan, runs.value);
  const needs = task.needs.map((name) => readNeed(tasks.value, runs.value, name));
  const outputs = await readOutputs(host, workingDir, build);
  const documents = await readDocuments(host, workingDir, task, secrets, plan?.run);
  const evidence = { task, record, plan, build, outputs, needs };
  const movedOn = await movedOnReason(evidence, () => git(workingDir));
  const stale = staleReasons(evidence);
  const shown = maskTask(task, secrets);
  const view = {
    task: shown,
    record,
    ...standing(record, build, task),
    stale: movedOn === undefined ? stale : [...stale, movedOn],
    movedOn,
    plan,
    build,
    outputs,
    documents,
    criteria: criterionViews(shown.acceptance, record, build),
    needs,
  };
  return ok({ ...view, next: nextStep(view) });
}

/** undefined where there is none, or none that can be read: the task says then what is missing. */
function readRun(runs: RunStore, id: RunId | undefined): RunRecord | undefined {
  if (id === undefined) return undefined;
  const run = runs.read(id);
  return run.ok ? run.value.record : undefined;
}

function standing(
  record: TaskRecord | undefined,
  build: RunRecord | undefined,
  task: Task,
): Pick<TaskView, "status" | "reason"> {
  if (record === undefined) {
    return {
      status: "unplanned",
      reason: task.declaredStatus === undefined
        ? "nothing is recorded of it yet"
        : `nothing is recorded of it yet; the configuration says ${task.declaredStatus.replace("_", " ")}`,
    };
  }
  if (record.status === "in_progress" && build?.status === "interrupted") {
    return { status: "interrupted", reason: `the build ${build.id} was cut off: ${build.reason}` };
  }
  return { status: record.status, reason: record.reason };
}

function readNeed(tasks: TaskStore, runs: RunStore, name: string): NeedView {
  const stored = tasks.read(name);
  if (!stored.ok) return { name, status: "unknown", build: undefined };
  if (stored.value === undefined) return { name, status: "unplanned", build: undefined };
  const build = readRun(runs, stored.value.last_build?.run);
  return { name, status: settled(stored.value, build).status, build };
}

async function readOutputs(
  host: Host,
  workingDir: string,
  build: RunRecord | undefined,
): Promise<readonly OutputView[]> {
  const views: OutputView[] = [];
  const known = knownFiles(build?.outputs ?? []);
  for (const built of build?.outputs ?? []) {
    const now = await lookAt(host, workingDir, built.path, known, "inside");
    const state = !built.present
      ? now.present ? "appeared" : "missing_then"
      : now.type === "unreadable"
      ? "unreadable"
      : !now.present
      ? "gone"
      : now.sha256 === built.sha256
      ? "as_built"
      : "changed";
    views.push({ built, now: state });
  }
  return views;
}

async function readDocuments(
  host: Host,
  workingDir: string,
  task: Task,
  secrets: readonly string[],
  plan: RunRecord | undefined,
): Promise<readonly DocumentView[]> {
  const planned = knownFiles(plan?.documents ?? []);
  const looked = await lookAtAll(host, workingDir, task.documents, planned, "anywhere");
  return looked.map(({ declared: _, ...facts }) => {
    const now = { ...facts, path: maskText(facts.path, secrets) };
    const then = planned.get(now.path);
    const sincePlan = then === undefined
      ? undefined
      : now.type === "unreadable"
      ? "unreadable"
      : !then.present
      ? now.present ? "appeared" : "missing"
      : !now.present
      ? "gone"
      : then.sha256 === now.sha256
      ? "unchanged"
      : "changed";
    return { path: now.path, now, sincePlan };
  });
}

/** What a task is shown as: the values of its secrets may stand in what is configured, and nowhere else. */
function maskTask(task: Task, secrets: readonly string[]): Task {
  const mask = (text: string) => maskText(text, secrets);
  const maskArgv = ([program, ...args]: readonly [string, ...string[]]): readonly [string, ...string[]] => [
    mask(program),
    ...args.map(mask),
  ];
  return {
    ...task,
    description: task.description && mask(task.description),
    command: maskArgv(task.command),
    env: Object.fromEntries(Object.entries(task.env).map(([name, value]) => [name, mask(value)])),
    outputs: task.outputs.map(mask),
    documents: task.documents.map(mask),
    acceptance: task.acceptance.map((criterion) => ({
      ...criterion,
      text: mask(criterion.text),
      check: criterion.check && maskArgv(criterion.check),
    })),
  };
}

interface Evidence {
  readonly task: Task;
  readonly record: TaskRecord | undefined;
  readonly plan: PlanView | undefined;
  readonly build: RunRecord | undefined;
  readonly outputs: readonly OutputView[];
  readonly needs: readonly NeedView[];
}

function staleReasons(evidence: Evidence): readonly string[] {
  const { record, plan, build, outputs, needs } = evidence;
  const reasons: string[] = [];
  const planned = record?.plan ?? undefined;
  if (planned !== undefined && plan === undefined) {
    reasons.push(`the record of its plan ${planned.run} cannot be read`);
  }
  if (plan !== undefined && !plan.isIntact) reasons.push(`the record of its plan ${plan.run.id} was altered`);
  if (plan !== undefined && plan.drift.length > 0) {
    reasons.push(`the definition changed since the plan: ${plan.drift.map(({ field }) => field).join(", ")}`);
  }
  const built = builtBy(record);
  if (built !== undefined && build === undefined) {
    reasons.push(`the record of its build ${built} cannot be read`);
  }
  if (!standsOnBuild(evidence)) return reasons;
  for (const { built, now } of outputs) {
    if (now === "changed") reasons.push(`${built.path} changed since the build`);
    if (now === "gone") reasons.push(`${built.path} is gone since the build`);
    if (now === "unreadable") reasons.push(`${built.path} cannot be read any more`);
  }
  for (const { name, status, build: last } of needs) {
    if (status !== "done") reasons.push(`${name}, which it needs, is ${status.replace("_", " ")}`);
    // What ended after this build began was not there for it.
    else if (last !== undefined && (last.end_time ?? last.start_time) > build!.start_time) {
      reasons.push(`${name}, which it needs, was built again in ${last.id}`);
    }
  }
  return reasons;
}

/** Git is asked only where its answer can matter. */
async function movedOnReason(
  evidence: Evidence,
  git: () => Promise<GitFacts | null>,
): Promise<string | undefined> {
  const then = evidence.build?.git?.commit ?? undefined;
  if (!standsOnBuild(evidence) || then === undefined) return undefined;
  const now = (await git())?.commit ?? undefined;
  if (now === undefined || then === now) return undefined;
  return `the repository is at ${now.slice(0, 12)}, the build was made at ${then.slice(0, 12)}`;
}

/** The build that the status stands on; undefined for a status that is not one of a build, or a bad one. */
function builtBy(record: TaskRecord | undefined): RunId | undefined {
  return record?.status === "done" || record?.status === "in_progress" ? record.last_build?.run : undefined;
}

function standsOnBuild({ record, build }: Evidence): boolean {
  return builtBy(record) !== undefined && build?.status === "succeeded";
}

function nextStep(view: Omit<TaskView, "next">): string | undefined {
  const { name } = view.task;
  const { record, plan, build } = view;
  if (record?.status === "in_progress" && build?.status === "running") return `logs ${build.id} --follow`;
  if (view.status === "interrupted" && build!.recovery === null) return `recover ${build!.id}`;
  if (record === undefined || plan === undefined || !plan.isIntact || plan.drift.length > 0) {
    return `plan create ${name}`;
  }
  const again = view.stale.some((reason) => reason !== view.movedOn);
  switch (view.status) {
    case "unplanned":
      return `plan create ${name}`;
    case "interrupted":
    case "planned":
    case "failed":
      return `build run ${name}`;
    case "in_progress": {
      const open = view.criteria.find(({ criterion, state }) =>
        criterion.check === undefined && state === "open"
      );
      return again || open === undefined ? `build run ${name}` : `plan accept ${name} ${open.criterion.id}`;
    }
    case "done":
      if (view.stale.length > 0) return `build run ${name}`;
      return record.documented === null ? `doc generate ${name}` : undefined;
  }
}
