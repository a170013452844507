/** Executes a task by its plan, looks at what it left behind, checks its criteria, and records all of it. */

import { differences } from "../model/difference.ts";
import type { Failure } from "../model/failure.ts";
import type { Project } from "../model/project.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { CheckRecord, Outcome, OutputRecord, RunRecord } from "../model/run.ts";
import type { TaskRecord } from "../model/task_record.ts";
import type { Task } from "../model/task.ts";
import type { RunStore } from "../store/run_store.ts";
import { checkCriteria } from "./check_criteria.ts";
import { planTask, prepareTask, requirePlan } from "./create_plan.ts";
import { findTask } from "./find_task.ts";
import { changesSince, knownFiles, lookAtAll } from "./look_at_files.ts";
import { planDigest } from "./plan_digest.ts";
import { readCriteria, readTask } from "./read_task.ts";
import { recordRun, type RunObserver } from "./record_run.ts";
import { type HeldTask, withTask } from "./with_task.ts";
import type { Workspace } from "./workspace.ts";

export interface BuildTaskRequest {
  readonly name: string;
  readonly extraArgs: readonly string[];
  /** Plan first where there is no plan that fits. */
  readonly plan: boolean;
  /** Build what the task needs and is not done, first. */
  readonly withNeeds: boolean;
}

export interface BuildReport {
  readonly run: RunRecord;
  readonly record: TaskRecord;
}

export interface BuildObserver extends RunObserver {
  /** Before each task of a call that builds several. */
  building(name: string): void;
}

/** The report of the task itself, or of the task that it needs and that could not be built. */
export async function buildTask(
  workspace: Workspace,
  request: BuildTaskRequest,
  observer: BuildObserver,
): Promise<Result<BuildReport, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const task = findTask(project.value, request.name);
  if (!task.ok) return task;
  const order = await orderOf(workspace, project.value, task.value, request);
  if (!order.ok) return order;
  for (const need of order.value) {
    observer.building(need.name);
    const built = await buildOne(workspace, project.value, need, { ...request, extraArgs: [] }, observer);
    if (!built.ok || built.value.record.status !== "done") return built;
  }
  if (order.value.length > 0) observer.building(request.name);
  return await buildOne(workspace, project.value, task.value, request, observer);
}

/** What has to be built first, in order; a failure where something is missing and it was not asked to build it. */
async function orderOf(
  workspace: Workspace,
  project: Project,
  task: Task,
  request: BuildTaskRequest,
): Promise<Result<readonly Task[], Failure>> {
  const missing: { name: string; status: string; reason: string }[] = [];
  const order: Task[] = [];
  // Cycles are problems of the configuration, so this ends.
  const visit = async (name: string): Promise<Result<void, Failure>> => {
    const need = project.tasks.get(name)!;
    if (order.includes(need)) return ok(undefined);
    for (const deeper of need.needs) {
      const visited = await visit(deeper);
      if (!visited.ok) return visited;
    }
    const view = await readTask(workspace, project, need);
    if (!view.ok) return view;
    const { status, stale, reason } = view.value;
    if (
      status === "done" && stale.length === 0 &&
      !need.needs.some((each) => order.some((o) => o.name === each))
    ) {
      return ok(undefined);
    }
    order.push(need);
    missing.push({ name, status: stale.length > 0 ? "stale" : status, reason: stale[0] ?? reason });
    return ok(undefined);
  };
  for (const name of task.needs) {
    const visited = await visit(name);
    if (!visited.ok) return visited;
  }
  if (missing.length > 0 && !request.withNeeds) {
    return fail({ code: "needs_not_done", name: task.name, needs: missing });
  }
  return ok(order);
}

async function buildOne(
  workspace: Workspace,
  project: Project,
  task: Task,
  request: BuildTaskRequest,
  observer: RunObserver,
): Promise<Result<BuildReport, Failure>> {
  return await withTask(workspace, task.name, async (held) => {
    const ready = await readyToBuild(workspace, project, task, request, held);
    return ready.ok
      ? await build(workspace, project, task, request.extraArgs, ready.value, held, observer)
      : ready;
  });
}

/** The task's record with a plan that fits the definition. */
async function readyToBuild(
  workspace: Workspace,
  project: Project,
  task: Task,
  request: BuildTaskRequest,
  { runs, tasks }: HeldTask,
): Promise<Result<TaskRecord, Failure>> {
  const stored = tasks.read(task.name);
  if (!stored.ok) return stored;
  const fits = stored.value === undefined || stored.value.plan === null
    ? requirePlan(task, stored.value)
    : await planFits(workspace, project, task, stored.value.plan, runs);
  if (fits.ok) return ok(stored.value!);
  if (!request.plan) return fits;
  const planned = await planTask(workspace, project, task, runs, tasks, true);
  return planned.ok ? ok(planned.value.record) : planned;
}

async function planFits(
  workspace: Workspace,
  project: Project,
  task: Task,
  link: NonNullable<TaskRecord["plan"]>,
  runs: RunStore,
): Promise<Result<unknown, Failure>> {
  const next = `orchastration plan create ${task.name}`;
  const refused = (fact: string) =>
    fail({ code: "refused", action: "build task", value: task.name, fact, next } as const);
  const plan = runs.read(link.run);
  if (!plan.ok) return refused(`the record of its plan ${link.run} cannot be read`);
  if (await planDigest(workspace.host.digests, plan.value.record) !== link.sha256) {
    return refused(`the record of its plan ${link.run} was altered after it was made`);
  }
  const { definition, definitionSha256 } = await prepareTask(workspace, project, task, "build.run", []);
  if (definitionSha256 === link.definition_sha256) return ok(undefined);
  return fail({
    code: "definition_drifted",
    name: task.name,
    plan: link.run,
    differences: differences(plan.value.record.definition, definition),
  });
}

async function build(
  workspace: Workspace,
  project: Project,
  task: Task,
  extraArgs: readonly string[],
  ready: TaskRecord,
  { runs, tasks, lock }: HeldTask,
  observer: RunObserver,
): Promise<Result<BuildReport, Failure>> {
  const { host } = workspace;
  const workingDir = host.paths.resolve(project.root, task.workingDir);
  const earlier = ready.last_build === null ? undefined : runs.read(ready.last_build.run);
  const known = knownFiles(earlier?.ok ? earlier.value.record.outputs : []);
  const before = await lookAtAll(host, workingDir, task.outputs, known);
  if (!before.ok) return before;
  const prepared = await prepareTask(workspace, project, task, "build.run", extraArgs);
  let record = ready;
  const store = (next: TaskRecord): Result<void, Failure> => {
    const written = tasks.write(next);
    if (written.ok) record = next;
    return written;
  };
  const run = await recordRun(workspace, runs, project, {
    command: task,
    prepared: {
      ...prepared,
      recordFor: (id, startedAtMs) => ({
        ...prepared.recordFor(id, startedAtMs),
        plan: { run: ready.plan!.run, sha256: ready.plan!.sha256 },
      }),
    },
    interactive: false,
    leaveRunning: false,
    turn: undefined,
    async begin(run) {
      lock.note(JSON.stringify({ run: run.id, pid: host.environment.pid, since: run.start_time }));
      return await Promise.resolve(
        store({ ...record, status: "in_progress", reason: `being built in ${run.id}`, last_run: run.id }),
      );
    },
    async conclude(outcome, emit, stops) {
      if (outcome.status === "not_started") return ok(outcome);
      // Looked at anew: size and time alone are no evidence.
      const after = await lookAtAll(host, workingDir, task.outputs, new Map());
      if (!after.ok) return after;
      const outputs = changesSince(knownFiles(before.value), after.value);
      const missing = outputs.filter(({ present }) => !present);
      let concluded: Outcome = outcome;
      let checks: readonly CheckRecord[] = task.acceptance.map(notRun);
      if (outcome.status === "succeeded" && missing.length > 0) {
        concluded = {
          status: "failed",
          exit_code: outcome.exit_code,
          because: missingWords(outputs, missing),
        };
      } else if (outcome.status === "succeeded") {
        const checked = await checkCriteria(workspace, runs, project, task, observer, stops);
        if (!checked.ok) return checked;
        checks = checked.value;
        concluded = stops.first === undefined ? afterChecks(outcome, checks) : {
          status: "cancelled",
          cause: stops.first.cause,
          end: { kind: "exited", exit_code: outcome.exit_code },
        };
      }
      const gathered = await emit({ kind: "evidence_gathered", outputs, checks });
      return gathered.ok ? ok(concluded) : gathered;
    },
  }, observer);
  if (!run.ok) return run;
  const ended = statusAfter(task, record, run.value);
  const stored = store({
    ...record,
    ...ended,
    last_build: {
      run: run.value.id,
      status: run.value.status,
      exit_code: run.value.exit_code,
      end_time: run.value.end_time,
    },
  });
  return stored.ok ? ok({ run: run.value, record }) : stored;
}

function notRun({ id, text }: Task["acceptance"][number]): CheckRecord {
  return {
    id,
    text,
    run: null,
    status: "not_run",
    exit_code: null,
    stdout_sha256: null,
    stderr_sha256: null,
  };
}

function missingWords(outputs: readonly OutputRecord[], missing: readonly OutputRecord[]): string {
  const names = missing.map(({ path, type }) =>
    type === "outside" ? `${path} (a link that leaves working_dir)` : path
  );
  const count = outputs.length === 1
    ? "its output is"
    : `${missing.length} of ${outputs.length} outputs ${missing.length === 1 ? "is" : "are"}`;
  return `${count} missing: ${names.join(", ")}`;
}

function afterChecks(
  outcome: Extract<Outcome, { status: "succeeded" }>,
  checks: readonly CheckRecord[],
): Outcome {
  const failed = checks.filter(({ status }) => status !== "succeeded" && status !== "not_run");
  if (failed.length === 0) return outcome;
  const names = failed.map(({ id }) => id).join(", ");
  return { status: "failed", exit_code: outcome.exit_code, because: `acceptance failed: ${names}` };
}

/** The status of the task after a build, and after a confirmation of one. */
export function statusAfter(
  task: Task,
  record: TaskRecord,
  build: RunRecord,
): Pick<TaskRecord, "status" | "reason"> {
  if (build.status !== "succeeded") return { status: "failed", reason: `the build ${build.reason}` };
  const open = readCriteria(task, record, build).filter(({ state }) => state === "open");
  if (open.length > 0) {
    const names = open.map(({ criterion }) => criterion.id).join(", ");
    return { status: "in_progress", reason: `built; ${names} waits to be confirmed by a person` };
  }
  const outputs = build.outputs.length === 0
    ? ""
    : build.outputs.length === 1
    ? " and its output is there"
    : ` and all ${build.outputs.length} outputs are there`;
  const criteria = task.acceptance.length === 0
    ? ""
    : `, ${task.acceptance.length} of ${task.acceptance.length} criteria met`;
  return { status: "done", reason: `the build succeeded${outputs}${criteria}` };
}
