/** Executes one task by its plan, and records its results. Its needs are done. */

import type { Failure } from "../../model/failure.ts";
import { inWords } from "../../model/in_words.ts";
import { ok, type Result } from "../../model/result.ts";
import type { ConfirmationRecord, RunRecord } from "../../model/run.ts";
import type { PlanLink, TaskRecord } from "../../model/task_record.ts";
import { criteriaOf } from "../../model/definition.ts";
import { criterionViews, reconcile, taskAfterBuild } from "../../model/task_status.ts";
import type { Ended } from "../../engine/execution.ts";
import type { Slot } from "../../engine/slot.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import { type BuildEvidence, concludeBuild } from "./conclude_build.ts";
import { prepareTask } from "./create_plan.ts";
import type { BuildObserver } from "./ended_build.ts";
import type { InputsOfRun } from "../inputs/inputs_of_run.ts";
import { recordReuse } from "../inputs/record_reuse.ts";
import { examineTaskInputs } from "./task_inputs.ts";
import type { PreparedRun, RunTraits } from "../recording/prepare_run.ts";
import { fingerprintAll, knownFiles } from "../files/fingerprint_files.ts";
import type { HeldTask } from "./known_task.ts";
import type { ResolvedTask } from "./resolve_task.ts";
import {
  type ServiceAddresses,
  serviceVariables,
  type UseServices,
  withServices,
} from "../jobs/service_use.ts";
import { lockNote } from "../../store/job_lock.ts";
import { callerName } from "../recording/task_lease.ts";
import { RecordedRun } from "../recording/recorded_run.ts";
import type { EnclosingRun } from "../recording/run_to_record.ts";
import { type PlannedTask, readyToBuild, requireResolved } from "./ready_to_build.ts";
import { withTask } from "./with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface BuildReport {
  readonly run: RunRecord;
  readonly record: TaskRecord;
  /** Ids of the criteria that wait for a confirmation. */
  readonly open: readonly string[];
}

/** The part of a request that concerns one task. */
export interface BuildOrder {
  readonly extraArgs: readonly string[];
  /** Makes a plan first if no plan fits. */
  readonly plan: boolean;
  readonly confirmed: ConfirmationRecord | undefined;
  /** Built even where none of its inputs changed. */
  readonly fresh: boolean;
  /** Has the services ready that it uses, where it is not up to date. */
  readonly useServices: UseServices;
  /** Set where it is a node of a graph. */
  readonly within?: BuildWithin;
}

/** The parts of a graph that one build of it needs. */
export interface BuildWithin {
  /** The run of the graph. */
  readonly partOf: EnclosingRun;
  /** The places that it holds while it runs, for runs inside it. */
  readonly places: string;
  readonly slot: Slot;
  readonly stops: StopRequests;
}

export async function buildOne(
  workspace: Workspace,
  resolved: ResolvedTask,
  order: BuildOrder,
  observer: BuildObserver,
): Promise<Result<BuildReport, Failure>> {
  const usable = await requireResolved(workspace, [resolved]);
  if (!usable.ok) return usable;
  const buildIt = async (held: HeldTask) => {
    const ready = await readyToBuild(workspace, order.plan, held, observer);
    return ready.ok ? await build(workspace, order, ready.value, held, observer) : ready;
  };
  return await withTask(workspace, resolved, buildIt, { isNamed: order.within === undefined });
}

async function build(
  workspace: Workspace,
  order: BuildOrder,
  ready: PlannedTask,
  held: HeldTask,
  observer: BuildObserver,
): Promise<Result<BuildReport, Failure>> {
  const { known, runs, tasks } = held;
  const { host } = workspace;
  const { extraArgs, fresh, within } = order;
  const { plan } = ready;
  const { project } = known;
  const looked = await examineTaskInputs(host, { runs, tasks }, known, { extraArgs, fresh, plan: plan.run });
  if (!looked.ok) return looked;
  const inputs = looked.value;
  const part = within === undefined
    ? {}
    : { partOf: within.partOf.run, outerToken: within.partOf.token, places: within.places };
  if (inputs?.decision.kind === "up_to_date") {
    const read = runs.read(inputs.decision.same.id);
    if (!read.ok) return read;
    const same = read.value.record;
    const prepared = await prepareTask(workspace, known, "build.run", {
      extraArgs,
      inputs: inputs.record,
      ...part,
    });
    const planned = withPlan(prepared, plan);
    const around = within?.partOf.writer;
    const reused = await recordReuse(workspace, runs, project, planned, inputs.decision, observer, around);
    if (!reused.ok) return reused;
    // Another run of this name was recorded since: it may be one that counts.
    if (reused.value === "outdated") return await build(workspace, order, ready, held, observer);
    const record = { ...taskAfterBuild(criteriaOf(same.definition), ready, same), last_run: reused.value.id };
    const stored = await tasks.write(record);
    if (!stored.ok) return stored;
    observer.built(record, reused.value);
    return ok({ run: reused.value, record, open: openCriteria(record, same) });
  }
  return await withServices(
    order.useServices,
    known.task.uses,
    (services) => buildNow(workspace, { ...order, services, inputs, part }, ready, held, observer),
  );
}

/** A build that is not up to date, with everything that was found out for it. */
interface NeededBuild extends BuildOrder {
  readonly services: ServiceAddresses | undefined;
  readonly inputs: InputsOfRun | undefined;
  readonly part: Partial<Pick<RunTraits, "partOf" | "outerToken" | "places">>;
}

async function buildNow(
  workspace: Workspace,
  { extraArgs, confirmed, services, within, inputs, part }: NeededBuild,
  ready: PlannedTask,
  { known, runs, tasks, lock }: HeldTask,
  observer: BuildObserver,
): Promise<Result<BuildReport, Failure>> {
  const { host } = workspace;
  const { plan } = ready;
  const { project, task } = known;
  const variables = serviceVariables(task.uses, services);
  const { workingDir } = known.command;
  const earlier = knownFiles(known.build?.outputs ?? []);
  const before = knownFiles(await fingerprintAll(host, workingDir, task.outputs, earlier, "inside"));
  const prepared = withPlan(
    await prepareTask(workspace, known, "build.run", {
      extraArgs,
      confirmed,
      variables,
      inputs: inputs?.record,
      ...part,
      display: workspace.display,
    }),
    plan,
  );
  const { secrets } = prepared;
  let record: TaskRecord = ready;
  const store = async (next: TaskRecord): Promise<Result<void, Failure>> => {
    const written = await tasks.write(next);
    if (written.ok) record = next;
    return written;
  };
  const stops = within?.stops ?? new StopRequests(host.clock);
  const begun = await RecordedRun.begin(workspace, runs, {
    project,
    command: task,
    prepared,
    interactive: false,
    leaveRunning: false,
    partOf: within?.partOf,
    stops,
  }, observer);
  if (!begun.ok) return begun;
  using recorded = begun.value;
  const { id, start_time } = recorded.record;
  const { project: root } = recorded.record;
  lock.note(lockNote({
    run: id,
    pid: host.environment.pid,
    name: callerName(workspace),
    project: root ?? undefined,
    since: start_time,
  }));
  const kept = inputs?.keep(recorded.record) ?? ok(undefined);
  const noted = !kept.ok ? kept : await store({
    ...record,
    status: "in_progress",
    reason: `being built in ${id}`,
    last_run: id,
    last_build: { ...record.last_build, run: id, status: "running", exit_code: null, end_time: null },
  });
  const run = noted.ok
    ? await carryOut(recorded, inputs, within?.slot, (ended, run) =>
      concludeBuild(
        workspace,
        runs,
        {
          run,
          outcome: ended.outcome,
          before,
          secrets,
          variables,
          resolved: known,
          stops,
          places: within?.places,
        },
        observer,
      ))
    : await recorded.giveUp(noted.failure);
  if (!run.ok) {
    // Stored as far as possible; readers take the rest from the run.
    const last = record.last_build === null ? undefined : runs.read(record.last_build.run);
    if (last?.ok && record !== ready) await store(reconcile(record, last.value.record));
    return run;
  }
  const stored = await store(taskAfterBuild(criteriaOf(run.value.definition), record, run.value));
  if (!stored.ok) return stored;
  (await workspace.log(project.logging)).info(`task ${inWords(record.status)}`, {
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

export function isGood({ status }: RunRecord): boolean {
  return status === "succeeded" || status === "up_to_date";
}

/** The process, then its results, then the end. */
async function carryOut(
  recorded: RecordedRun,
  inputs: InputsOfRun | undefined,
  slot: Slot | undefined,
  conclude: (ended: Ended, run: RunRecord) => Promise<Result<BuildEvidence, Failure>>,
): Promise<Result<RunRecord, Failure>> {
  // Stored before the outputs are examined, which may take long.
  const ended = await recorded.store(await recorded.execute(slot === undefined ? [] : [slot]));
  if (ended.lost !== undefined) {
    // Success would be a statement about the outputs, which nobody examines any more.
    return ended.outcome.status === "succeeded"
      ? await recorded.giveUp(ended.lost, ended)
      : await recorded.finish(ended);
  }
  const evidence = await conclude(ended, recorded.record);
  if (!evidence.ok) return await recorded.giveUp(evidence.failure, ended);
  const { outcome, outputs, checks, checkFiles } = evidence.value;
  // After the checks, which read the same files.
  const changed = await inputs?.changedMeanwhile() ?? [];
  const gathered = await recorded.emit(
    { kind: "inputs_compared", changed },
    { kind: "evidence_gathered", outputs, checks, checkFiles },
  );
  return gathered.ok ? await recorded.finish(ended, outcome) : await recorded.giveUp(gathered.failure, ended);
}
