/** Runs a job: from a name to a finished record. */

import type { Failure } from "../../model/failure.ts";
import type { Job } from "../../model/job.ts";
import { ok, type Result } from "../../model/result.ts";
import type { ChangeRecord, ConfirmationRecord, RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { StopSignal } from "../../host/signals.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";
import type { Ended } from "../../engine/execution.ts";
import type { Slot } from "../../engine/slot.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import { fingerprintAll, type KnownFiles, knownFiles, NOTHING_KNOWN } from "../files/fingerprint_files.ts";
import type { InputsOfRun } from "../inputs/inputs_of_run.ts";
import { recordReuse } from "../inputs/record_reuse.ts";
import { concludeOutputs } from "../recording/conclude_outputs.ts";
import { JobLock } from "../recording/job_lock.ts";
import { outerTokens, type PreparedRun, prepareRun } from "../recording/prepare_run.ts";
import { RecordedRun } from "../recording/recorded_run.ts";
import type { EnclosingRun, RunObserver } from "../recording/run_to_record.ts";
import { withNotification } from "../recording/with_notification.ts";
import { nodeInputs } from "../../store/node_inputs.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type Confirm, requireConfirmation } from "./confirmation.ts";
import { type ExaminedJob, examineJob, type FreshOrNot } from "./examine_job.ts";
import { type GivenToJob, recordedJob, type ResolvedJob, resolveJob } from "./resolve_job.ts";
import { type ServiceAddresses, serviceVariables, type UseServices, withServices } from "./service_use.ts";

export interface RunJobRequest extends GivenToJob, FreshOrNot {
  /** A name or alias; undefined: the configured default. */
  readonly name: string | undefined;
  readonly confirm: Confirm;
  /** Set for a run of a watch. */
  readonly watch?: ChangeRecord;
  /** Shared stop requests, which also apply before the run begins; a new list where there is none. */
  readonly stops?: StopRequests;
  /** The run of the graph in which it is a node. */
  readonly partOf?: EnclosingRun;
  /** The places that it holds while it runs, for runs inside it. */
  readonly places?: string;
  /** Starts the services that jobs use. */
  readonly useServices: UseServices;
  /** Addresses of services that are ready, by name. */
  readonly services?: ServiceAddresses | undefined;
  /** The signal that `stop` sends to a service first. */
  readonly stopSignal?: StopSignal;
  /** Why nothing may be started; it is then recorded as not started. */
  readonly untrusted?: string | undefined;
  /** Where Slurm gets it and nothing here is held for it, no process stays, and a later command records its end. */
  readonly isLeft?: boolean;
  /** Called if it succeeded and only its end remains to be recorded. */
  readonly processesEnded?: () => void;
}

export async function runJob(
  workspace: Workspace,
  request: RunJobRequest,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const job = await resolveJob(workspace, request);
  if (!job.ok) return job;
  const ended = await runResolvedJob(workspace, job.value, request, observer);
  // One that nobody follows has not ended.
  if (ended.ok && ended.value.status === "running") return ended;
  return await withNotification(workspace, ended, (record) => record);
}

/** Whether its name is all that the call says of the run, so that the same call can be written down. */
function isByNameAlone({ host }: Workspace, { env, extraArgs, executor, fresh }: RunJobRequest): boolean {
  return Object.keys(env).length === 0 && extraArgs.length === 0 && executor === undefined && !fresh &&
    host.environment.handedOver === undefined;
}

export async function runResolvedJob(
  workspace: Workspace,
  found: ResolvedJob,
  request: RunJobRequest,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const { job } = found;
  const looked = await examineAndReuse(
    workspace,
    () => examineJob(workspace, found, request),
    request,
    observer,
  );
  if (looked.kind === "ended") return looked.run;
  const confirmed = await requireConfirmation(
    "job",
    job,
    request.confirm,
    isByNameAlone(workspace, request) ? "alone" : "with_words",
  );
  if (!confirmed.ok) return confirmed;
  const run = (services: ServiceAddresses | undefined) =>
    runConfirmed(workspace, looked.job, { ...request, services }, confirmed.value, observer);
  return request.services === undefined && request.untrusted === undefined
    ? await withServices(request.useServices, job.uses, run)
    : await run(request.services);
}

async function runConfirmed(
  workspace: Workspace,
  looked: ExaminedJob,
  request: RunJobRequest,
  confirmed: ConfirmationRecord | undefined,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const { job, project } = looked;
  const jobLock = await JobLock.take({
    own: looked.store.parts,
    shared: () => workspace.userStateParts(),
    project: project.canonicalRoot,
    chain: outerTokens(workspace.host.environment),
  }, job);
  if (!jobLock.ok) return jobLock;
  const locks = jobLock.value === undefined ? [] : [jobLock.value];
  if (job.pool !== undefined) {
    return await runInPool(workspace, looked, job.pool, request, confirmed, locks, observer);
  }
  try {
    return await runExaminedJob(workspace, looked, request, confirmed, locks, observer);
  } finally {
    jobLock.value?.release();
  }
}

/** A job with a pool takes its place and its lock together, or waits for both. */
async function runInPool(
  workspace: Workspace,
  looked: ExaminedJob,
  pool: string,
  request: RunJobRequest,
  confirmed: ConfirmationRecord | undefined,
  locks: readonly JobLock[],
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const { AllSlots, PoolPlace } = await import("../recording/all_slots.ts");
  const { pools, canonicalRoot } = looked.project;
  try {
    const place = await PoolPlace.open(workspace, pools, pool, canonicalRoot);
    if (!place.ok) return place;
    const places = place.value.variable;
    const slot = new AllSlots([...locks, place.value]);
    try {
      const had = slot.tryNow();
      if (!had.ok) return had;
      return await runExaminedJob(workspace, looked, { ...request, places }, confirmed, [slot], observer);
    } finally {
      slot.release();
    }
  } finally {
    for (const lock of locks) lock.release();
  }
}

/** Examines a job, and records it where it is up to date. */
export async function examineAndReuse(
  workspace: Workspace,
  examine: () => Promise<Result<ExaminedJob, Failure>>,
  request: RunJobRequest,
  observer: RunObserver,
): Promise<
  | { readonly kind: "ended"; readonly run: Result<RunRecord, Failure> }
  | { readonly kind: "has_to_run"; readonly job: ExaminedJob }
> {
  for (;;) {
    const looked = await examine();
    if (!looked.ok) return { kind: "ended", run: looked };
    const { inputs, store, project, job } = looked.value;
    if (inputs?.decision.kind !== "up_to_date") return { kind: "has_to_run", job: looked.value };
    const prepared = await prepareJob(workspace, looked.value, request, undefined, "reused");
    const around = request.partOf?.writer;
    const reused = await recordReuse(workspace, store, project, prepared, inputs.decision, observer, around);
    if (!reused.ok) return { kind: "ended", run: reused };
    const notes = nodeInputs(store.parts);
    if (reused.value !== "outdated") {
      notes?.noteReuse(reused.value);
      return { kind: "ended", run: ok(reused.value) };
    }
    notes?.forgetReuse(job.name);
  }
}

/** A node that begins in a moment: its intent is durable, and nobody was told. */
export interface RunAhead {
  readonly prepared: PreparedRun;
  readonly writer: RunWriter;
}

/** undefined where its intent cannot be stored, as `runExaminedJob` will find out. */
export async function reserveJob(
  workspace: Workspace,
  looked: ExaminedJob,
  request: RunJobRequest,
): Promise<RunAhead | undefined> {
  const prepared = await prepareJob(workspace, looked, request, undefined, "started");
  const run = { command: looked.job, prepared, partOf: request.partOf };
  const writer = await RecordedRun.reserve(workspace, looked.store, run);
  return writer && { prepared, writer };
}

/** Runs the job, and examines its outputs; its slots are held, or waited for. `ahead`: what was done for it before. */
export async function runExaminedJob(
  workspace: Workspace,
  looked: ExaminedJob,
  request: RunJobRequest,
  confirmed: ConfirmationRecord | undefined,
  slots: readonly Slot[],
  observer: RunObserver,
  ahead?: RunAhead,
): Promise<Result<RunRecord, Failure>> {
  const { host } = workspace;
  const { project, job, resolved, store, inputs } = looked;
  if (job.terminal && !host.processes.givesTerminals()) {
    workspace.warn(
      `job "${job.name}" gets no terminal of its own, because this system provides none; its output goes through pipes`,
    );
  }
  const prepared = ahead?.prepared ?? await prepareJob(workspace, looked, request, confirmed, "started");
  const before = await outputsNow(host, job, resolved);
  const begun = await RecordedRun.begin(
    workspace,
    store,
    {
      project,
      command: job,
      prepared,
      interactive: job.interactive,
      leaveRunning: job.leaveRunning,
      // In a graph, nobody waits for the start of a single node.
      partOf: request.partOf,
      gathersStart: request.partOf !== undefined && !job.interactive && !job.leaveRunning,
      stops: request.stops ?? new StopRequests(host.clock),
      stopSignal: request.stopSignal,
    },
    observer,
    ahead?.writer,
  );
  if (!begun.ok) return begun;
  using run = begun.value;
  const kept = inputs?.keep(run.record) ?? ok(undefined);
  if (!kept.ok) return await run.giveUp(kept.failure);
  if (run.record.intent.executor?.unattended === true) {
    const { leaveRun } = await import("./leave_run.ts");
    const left = await leaveRun(run, store, prepared, [...before.values()]);
    return left.kind === "left"
      ? ok(run.record)
      : left.kind === "failed"
      ? await run.giveUp(left.failure)
      : await concludeJob(host, { job, resolved, prepared, inputs, before }, run, left.ended);
  }
  const ended = await run.execute(slots);
  const isOver = inputs === undefined && job.outputs.length === 0;
  if (isOver && ended.outcome.status === "succeeded" && ended.lost === undefined) request.processesEnded?.();
  return isOver
    ? await run.finish(ended)
    : await concludeJob(host, { job, resolved, prepared, inputs, before }, run, ended);
}

async function prepareJob(
  { host, display }: Workspace,
  { project, job, resolved, extraArgs, inputs }: ExaminedJob,
  request: RunJobRequest,
  confirmed: ConfirmationRecord | undefined,
  how: "started" | "reused",
): Promise<PreparedRun> {
  const { partOf } = request;
  const recorded = await recordedJob(host, { job, resolved });
  return await prepareRun(host, project, {
    action: "job.run",
    subject: "job",
    command: job,
    definition: recorded.definition,
    recorded,
    extraArgs,
    interactive: job.interactive,
    terminal: job.terminal,
    stdin: job.stdin,
    leaveRunning: job.leaveRunning,
    expectedOutputs: job.outputs,
    confirmed,
    inputs: inputs?.record,
    ...(how === "started" ? { display } : { isReused: true }),
    ...(partOf === undefined ? {} : { partOf: partOf.run, outerToken: partOf.token }),
    variables: serviceVariables(job.uses, request.services),
    ...(request.places === undefined ? {} : { places: request.places }),
    ...(request.watch === undefined ? {} : { watch: request.watch }),
    untrusted: request.untrusted,
    slurm: job.executor === "slurm" ? project.slurm : undefined,
    isUnattended: request.isLeft === true && canBeLeft(job),
  }, resolved);
}

/** Examines the outputs that the job left, and whether its inputs stayed unchanged. */
async function concludeJob(
  host: Host,
  { job, resolved, prepared, inputs, before }: {
    readonly job: Job;
    readonly resolved: ResolvedDefinition;
    readonly prepared: PreparedRun;
    readonly inputs: InputsOfRun | undefined;
    readonly before: KnownFiles;
  },
  run: RecordedRun,
  ended: Ended,
): Promise<Result<RunRecord, Failure>> {
  const concluded = await concludeOutputs(host, {
    workingDir: resolved.workingDir,
    declared: job.outputs,
    before,
    outcome: ended.outcome,
    secrets: prepared.secrets,
    stops: run.stops,
  });
  const changed = await inputs?.changedMeanwhile() ?? [];
  const last = await run.store(ended);
  const emitted = await run.emit(
    { kind: "inputs_compared", changed },
    { kind: "evidence_gathered", outputs: concluded.outputs, checks: [], checkFiles: [] },
  );
  if (!emitted.ok) return await run.giveUp(emitted.failure, last);
  return await run.finish(last, concluded.outcome);
}

/** A lock and a place in a pool are held by a process. */
export function canBeLeft({ executor, concurrency, pool }: Job): boolean {
  return executor === "slurm" && concurrency === "allow" && pool === undefined;
}

async function outputsNow(host: Host, job: Job, { workingDir }: ResolvedDefinition): Promise<KnownFiles> {
  if (job.outputs.length === 0) return NOTHING_KNOWN;
  return knownFiles(await fingerprintAll(host, workingDir, job.outputs, NOTHING_KNOWN, "inside"));
}
