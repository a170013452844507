/** Executes a task by its plan, and records its results. */

import { nextCommand, placeholder } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { ConfirmationRecord, RunRecord } from "../../model/run.ts";
import type { PlanLink, TaskRecord } from "../../model/task_record.ts";
import { criteriaOf } from "../../model/definition.ts";
import { criterionViews, reconcile, taskAfterBuild } from "../../model/task_status.ts";
import type { Variables } from "../../model/variables.ts";
import type { Task } from "../../model/task.ts";
import type { Ended } from "../../engine/execution.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import { orderOf } from "./build_order.ts";
import { type BuildEvidence, concludeBuild } from "./conclude_build.ts";
import { planTask, prepareTask } from "./create_plan.ts";
import { unresolved } from "../workspace/config_problem.ts";
import { type Confirm, requireConfirmation } from "../jobs/confirmation.ts";
import type { BuildObserver } from "./ended_build.ts";
import { checkExtraArgs } from "../jobs/extra_args.ts";
import type { InputsOfRun } from "../inputs/inputs_of_run.ts";
import { recordReuse } from "../inputs/record_reuse.ts";
import { lookAtTaskInputs } from "./task_inputs.ts";
import type { PreparedRun } from "../recording/prepare_run.ts";
import { livingOf } from "../recording/living_processes.ts";
import { knownFiles, lookAtAll } from "../files/fingerprint_files.ts";
import { requireFittingPlan, requireWritable } from "./plan_fit.ts";
import { type HeldTask, type KnownTask, readKnownTask } from "./known_task.ts";
import type { ResolvedTask } from "./resolve_task.ts";
import { TaskReader } from "./task_reader.ts";
import { RecordedRun } from "../recording/recorded_run.ts";
import { withTask } from "./with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface BuildTaskRequest {
  readonly name: string;
  readonly extraArgs: readonly string[];
  /** Overrides every other variable, also for the needs. */
  readonly env: Variables;
  /** Makes a plan first where no plan fits. */
  readonly plan: boolean;
  /** Builds the needs that are not done first. */
  readonly withNeeds: boolean;
  readonly confirm: Confirm;
  /** Built even where none of its inputs changed. */
  readonly fresh: boolean;
}

export interface BuildReport {
  readonly run: RunRecord;
  readonly record: TaskRecord;
  /** Ids of the criteria that wait for a confirmation. */
  readonly open: readonly string[];
}

/** The part of a request that concerns one task. */
interface BuildOrder {
  readonly extraArgs: readonly string[];
  readonly plan: boolean;
  readonly confirmed: ConfirmationRecord | undefined;
  readonly fresh: boolean;
}

type PlannedTask = TaskRecord & { readonly plan: PlanLink };

/** The report of the task itself, or of a need whose build did not succeed. */
export async function buildTask(
  workspace: Workspace,
  request: BuildTaskRequest,
  observer: BuildObserver,
): Promise<Result<BuildReport, Failure>> {
  const opened = await TaskReader.open(workspace, request.env);
  if (!opened.ok) return opened;
  const reader = opened.value;
  const resolved = await reader.find(request.name);
  if (!resolved.ok) return resolved;
  const { task } = resolved.value;
  const passable = checkExtraArgs(
    request.extraArgs,
    nextCommand("build run", request.name, "--", placeholder("arguments")),
  );
  if (!passable.ok) return passable;
  const needs = await orderOf(reader, task, request);
  if (!needs.ok) return needs;
  const all = [...needs.value, task];
  if (needs.value.length > 0 || task.confirm !== undefined) {
    // A task that will be refused causes no question and no build.
    for (const each of all) {
      const fits = request.plan ? ok(undefined) : await lookForPlan(workspace, await reader.resolve(each));
      if (!fits.ok) {
        const { failure } = fits;
        return failure.code === "task_not_planned" && request.withNeeds
          ? fail({ ...failure, with_needs_of: request.name })
          : fits;
      }
    }
  }
  const usable = await requireResolved(workspace, await Promise.all(all.map((each) => reader.resolve(each))));
  if (!usable.ok) return usable;
  // All questions are asked before the first process starts.
  const confirmed = new Map<string, ConfirmationRecord | undefined>();
  for (const each of all) {
    const answer = await requireConfirmation("task", each, request.confirm);
    if (!answer.ok) return answer;
    confirmed.set(each.name, answer.value);
  }
  const build = async (each: Task, extraArgs: readonly string[]) => {
    // The tasks before it may have made or changed its files of variables.
    const now = each === all[0] ? await reader.resolve(each) : await reader.resolveAgain(each);
    const { plan, fresh } = request;
    const order = { extraArgs, plan, fresh, confirmed: confirmed.get(each.name) };
    return await buildOne(workspace, now, order, observer);
  };
  for (const need of needs.value) {
    observer.building(need.name);
    const built = await build(need, []);
    if (!built.ok || !isGood(built.value.run)) return built;
    const { status, reason } = built.value.record;
    if (status !== "done") {
      const { name, plan } = request;
      return fail({ code: "needs_not_done", name, needs: [{ name: need.name, status, reason }], plan });
    }
  }
  if (needs.value.length > 0) observer.building(request.name);
  return await build(task, request.extraArgs);
}

/**
 * Variables without a value are reported before the first process, except those that a task built earlier may
 * provide.
 */
async function requireResolved(
  workspace: Workspace,
  tasks: readonly ResolvedTask[],
): Promise<Result<void, Failure>> {
  const known = tasks.map(({ task, problems }) => ({
    table: "tasks" as const,
    name: task.name,
    problems,
  })).filter(({ problems }, index) => index === 0 || !problems.some(({ at }) => at[0] === "env_file"));
  return known.some(({ problems }) => problems.length > 0)
    ? await unresolved(workspace, known)
    : ok(undefined);
}

async function lookForPlan(workspace: Workspace, task: ResolvedTask): Promise<Result<unknown, Failure>> {
  const runs = await workspace.store();
  if (!runs.ok) return runs;
  const tasks = await workspace.tasks();
  if (!tasks.ok) return tasks;
  const stores = { runs: runs.value, tasks: tasks.value };
  const known = await readKnownTask(workspace.host.digests, stores, task);
  return known.ok ? requireFittingPlan(known.value, "build task") : known;
}

async function buildOne(
  workspace: Workspace,
  resolved: ResolvedTask,
  order: BuildOrder,
  observer: BuildObserver,
): Promise<Result<BuildReport, Failure>> {
  const usable = await requireResolved(workspace, [resolved]);
  if (!usable.ok) return usable;
  return await withTask(workspace, resolved, async (held) => {
    const ready = await readyToBuild(workspace, order.plan, held, observer);
    return ready.ok ? await build(workspace, order, ready.value, held, observer) : ready;
  });
}

/** The task's record, with a plan that fits the definition. */
async function readyToBuild(
  workspace: Workspace,
  plan: boolean,
  held: HeldTask,
  observer: BuildObserver,
): Promise<Result<PlannedTask, Failure>> {
  const { known } = held;
  const writable = requireWritable(known, "build task");
  if (!writable.ok) return writable;
  const free = await requireNobodyAlive(workspace, known);
  if (!free.ok) return free;
  const fitting = requireFittingPlan(known, "build task");
  if (fitting.ok || !plan) return fitting;
  const planned = await planTask(workspace, held, true, "head");
  if (!planned.ok) return planned;
  observer.planned(planned.value.plan);
  return ok({ ...planned.value.record, plan: planned.value.record.plan! });
}

/** Processes that an interrupted build left alive would work in the same folder. */
async function requireNobodyAlive(
  { host }: Workspace,
  { task, record, build: last }: KnownTask,
): Promise<Result<void, Failure>> {
  if (record?.last_build?.status !== "running" || last?.status !== "interrupted") return ok(undefined);
  const { id, recovery } = last;
  // The person who recovered the run decided about them.
  if (recovery !== null) return ok(undefined);
  const living = await livingOf(host, last);
  if (living === "unknown" || living.length === 0) return ok(undefined);
  return fail({
    code: "refused",
    action: "build task",
    value: task.name,
    fact: `build ${id} was interrupted, and ${
      living.length === 1 ? "a process of it is" : `${living.length} processes of it are`
    } still alive`,
    next: [nextCommand("recover", id, "--kill"), nextCommand("recover", id, "--wait")],
  });
}

async function build(
  workspace: Workspace,
  { extraArgs, confirmed, fresh }: BuildOrder,
  ready: PlannedTask,
  { known, runs, tasks, lock }: HeldTask,
  observer: BuildObserver,
): Promise<Result<BuildReport, Failure>> {
  const { host } = workspace;
  const { plan } = ready;
  const { project, task } = known;
  const looked = await lookAtTaskInputs(host, { runs, tasks }, known, { extraArgs, fresh, plan: plan.run });
  if (!looked.ok) return looked;
  const inputs = looked.value;
  if (inputs?.decision.kind === "up_to_date") {
    const { same } = inputs.decision;
    const prepared = await prepareTask(workspace, known, "build.run", { extraArgs, inputs: inputs.record });
    const planned = withPlan(prepared, plan);
    const reused = await recordReuse(workspace, runs, project, planned, inputs.decision, observer);
    if (!reused.ok) return reused;
    const record = { ...taskAfterBuild(criteriaOf(same.definition), ready, same), last_run: reused.value.id };
    const stored = tasks.write(record);
    if (!stored.ok) return stored;
    observer.built(record, reused.value);
    return ok({ run: reused.value, record, open: openCriteria(record, same) });
  }
  const { workingDir } = known.command;
  const earlier = knownFiles(known.build?.outputs ?? []);
  const before = knownFiles(await lookAtAll(host, workingDir, task.outputs, earlier, "inside"));
  const prepared = withPlan(
    await prepareTask(workspace, known, "build.run", { extraArgs, confirmed, inputs: inputs?.record }),
    plan,
  );
  const { secrets } = prepared;
  let record: TaskRecord = ready;
  const store = (next: TaskRecord): Result<void, Failure> => {
    const written = tasks.write(next);
    if (written.ok) record = next;
    return written;
  };
  const stops = new StopRequests(host.clock);
  const begun = await RecordedRun.begin(workspace, runs, {
    project,
    command: task,
    prepared,
    interactive: false,
    leaveRunning: false,
    stops,
  }, observer);
  if (!begun.ok) return begun;
  using recorded = begun.value;
  const { id, start_time } = recorded.record;
  lock.note(JSON.stringify({ run: id, pid: host.environment.pid, since: start_time }));
  const kept = inputs?.keep(recorded.record) ?? ok(undefined);
  const noted = !kept.ok ? kept : store({
    ...record,
    status: "in_progress",
    reason: `being built in ${id}`,
    last_run: id,
    last_build: { ...record.last_build, run: id, status: "running", exit_code: null, end_time: null },
  });
  const run = noted.ok
    ? await carryOut(recorded, inputs, (ended, run) =>
      concludeBuild(
        workspace,
        runs,
        { run, outcome: ended.outcome, before, secrets, resolved: known, stops },
        observer,
      ))
    : await recorded.giveUp(noted.failure);
  if (!run.ok) {
    // Stored as far as possible; readers take the rest from the run.
    const last = record.last_build === null ? undefined : runs.read(record.last_build.run);
    if (last?.ok && record !== ready) store(reconcile(record, last.value.record));
    return run;
  }
  const stored = store(taskAfterBuild(criteriaOf(run.value.definition), record, run.value));
  if (!stored.ok) return stored;
  (await workspace.log(project.logging)).info(`task ${record.status.replace("_", " ")}`, {
    event: "task_built",
    run: run.value.id,
    task: task.name,
    status: record.status,
    reason: record.reason,
  });
  observer.built(record, run.value);
  return ok({ run: run.value, record, open: openCriteria(record, run.value) });
}

/** Ids of the criteria that wait for a confirmation. */
function openCriteria(record: TaskRecord, build: RunRecord): readonly string[] {
  return criterionViews(criteriaOf(build.definition), record, build)
    .filter(({ criterion, state }) => criterion.check === undefined && state === "open")
    .map(({ criterion }) => criterion.id);
}

/** The run, marked as one that follows a plan. */
function withPlan(prepared: PreparedRun, { run, sha256 }: PlanLink): PreparedRun {
  return {
    ...prepared,
    recordFor: (id, startedAtMs) => ({ ...prepared.recordFor(id, startedAtMs), plan: { run, sha256 } }),
  };
}

function isGood({ status }: RunRecord): boolean {
  return status === "succeeded" || status === "up_to_date";
}

/** The process, then its results, then the end. */
async function carryOut(
  recorded: RecordedRun,
  inputs: InputsOfRun | undefined,
  conclude: (ended: Ended, run: RunRecord) => Promise<Result<BuildEvidence, Failure>>,
): Promise<Result<RunRecord, Failure>> {
  // Stored before the outputs are examined, which may take long.
  const ended = await recorded.store(await recorded.execute());
  if (ended.lost !== undefined) {
    // Success would be a statement about the outputs, which nobody examines any more.
    return ended.outcome.status === "succeeded"
      ? await recorded.giveUp(ended.lost, ended)
      : await recorded.finish(ended);
  }
  const evidence = await conclude(ended, recorded.record);
  if (!evidence.ok) return await recorded.giveUp(evidence.failure, ended);
  const { outcome, outputs, checks } = evidence.value;
  // After the checks, which read the same files.
  const changed = await inputs?.changedMeanwhile() ?? [];
  const gathered = await recorded.emit(
    { kind: "inputs_compared", changed },
    { kind: "evidence_gathered", outputs, checks },
  );
  return gathered.ok ? await recorded.finish(ended, outcome) : await recorded.giveUp(gathered.failure, ended);
}
