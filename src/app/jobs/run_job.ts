/** Runs a job: from a name to a finished record. */

import { definitionOfJob } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import type { Job } from "../../model/job.ts";
import { byName } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { ChangeRecord, ConfirmationRecord, RunRecord } from "../../model/run.ts";
import type { Variables } from "../../model/variables.ts";
import { suggest } from "../../model/suggest.ts";
import type { Host } from "../../host/host.ts";
import type { RunStore } from "../../store/run_store.ts";
import { type ResolvedDefinition, resolveDefinition } from "../../config/resolve.ts";
import { unresolved } from "../workspace/config_problem.ts";
import { type Confirm, requireConfirmation } from "./confirmation.ts";
import { readGivenArguments } from "./extra_args.ts";
import { jobNeedFacts } from "./job_needs.ts";
import { type KnownFiles, knownFiles, lookAtAll, NOTHING_KNOWN } from "../files/fingerprint_files.ts";
import { type DryRun, dryRunNode } from "../inputs/dry_run.ts";
import { InputsOfRun } from "../inputs/inputs_of_run.ts";
import { recordReuse } from "../inputs/record_reuse.ts";
import { concludeOutputs } from "../recording/conclude_outputs.ts";
import { type PreparedRun, prepareRun, recordedDefinition } from "../recording/prepare_run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { withNotification } from "../recording/with_notification.ts";
import { RecordedRun, type RunObserver } from "../recording/recorded_run.ts";
import type { Ended } from "../../engine/execution.ts";
import type { Slot } from "../../engine/slot.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import type { StopSignal } from "../../host/host.ts";
import { type ServiceAddresses, serviceVariables, type UseServices, withServices } from "./service_use.ts";
import { JobLock } from "../recording/job_lock.ts";

export interface RunJobRequest {
  /** A name or alias; undefined: the configured default. */
  readonly name: string | undefined;
  readonly extraArgs: readonly string[];
  /** Overrides every other variable. */
  readonly env: Variables;
  readonly confirm: Confirm;
  /** Run it even where none of its inputs changed. */
  readonly fresh: boolean;
  /** Set for a run of a watch. */
  readonly watch?: ChangeRecord;
  /** Shared stop requests, which also apply before the run begins; a new list where there is none. */
  readonly stops?: StopRequests;
  /** The run of the graph in which it is a node. */
  readonly partOf?: { readonly run: RunId; readonly token: string };
  /** The places that it holds while it runs, for runs inside it. */
  readonly places?: string;
  /** Starts the services that jobs use. */
  readonly useServices: UseServices;
  /** Addresses of services that are ready, by name. */
  readonly services?: ServiceAddresses | undefined;
  /** The signal that `stop` sends to a service first. */
  readonly stopSignal?: StopSignal;
  /** Called if it succeeded and only its end remains to be recorded. */
  readonly processesEnded?: () => void;
}

/**
 * A job with its definition resolved for this machine and moment. Resolved once a call, and passed on as one
 * value.
 */
export interface ResolvedJob {
  readonly project: Project;
  readonly job: Job;
  readonly resolved: ResolvedDefinition;
  /** The words after `--` that are added to its command. */
  readonly extraArgs: readonly string[];
}

export async function runJob(
  workspace: Workspace,
  request: RunJobRequest,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const job = await resolveJob(workspace, request);
  if (!job.ok) return job;
  const ended = await runResolvedJob(workspace, job.value, request, observer);
  return await withNotification(workspace, ended, (record) => record);
}

/** The dry run of `runJob`. */
export async function dryRunJob(
  workspace: Workspace,
  request: Pick<RunJobRequest, "name" | "extraArgs" | "env" | "fresh">,
): Promise<Result<DryRun, Failure>> {
  const found = await resolveJob(workspace, request);
  if (!found.ok) return found;
  const { job, resolved } = found.value;
  const store = await workspace.store();
  if (!store.ok) return store;
  const { problems } = resolved;
  if (problems.length > 0) return await unresolved(workspace, [{ table: "jobs", name: job.name, problems }]);
  const looked = await lookAtInputs(workspace.host, store.value, found.value, request);
  if (!looked.ok) return looked;
  return ok({ nodes: [dryRunNode(job.name, "job", looked.value, false)], edges: [] });
}

export async function resolveJob(
  workspace: Workspace,
  { name, ...asked }: Pick<RunJobRequest, "name" | "env" | "extraArgs">,
): Promise<Result<ResolvedJob, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const job = name === undefined ? defaultJob(project.value) : findJob(project.value, name);
  if (!job.ok) return job;
  return await resolveFoundJob(workspace, project.value, job.value, asked);
}

/** The job resolved now, with the arguments of the caller; a failure if the job does not accept them. */
export async function resolveFoundJob(
  workspace: Workspace,
  project: Project,
  job: Job,
  { env: flags, extraArgs: words }: Pick<RunJobRequest, "env" | "extraArgs">,
): Promise<Result<ResolvedJob, Failure>> {
  const given = readGivenArguments(job, words);
  if (!given.ok) return given;
  const { values: args, extraArgs } = given.value;
  const options = { flags, commandAt: ["command"], args };
  const resolved = await resolveDefinition(workspace.resolveMachine, project, job, options);
  return ok({ project, job, resolved, extraArgs });
}

export async function runResolvedJob(
  workspace: Workspace,
  found: ResolvedJob,
  request: RunJobRequest,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const { job } = found;
  const looked = await lookAtJob(workspace, found, request);
  if (!looked.ok) return looked;
  const reused = await reuseJob(workspace, looked.value, request, observer);
  if (reused !== undefined) return reused;
  const confirmed = await requireConfirmation("job", job, request.confirm);
  if (!confirmed.ok) return confirmed;
  const run = (services: ServiceAddresses | undefined) =>
    runConfirmed(workspace, looked.value, { ...request, services }, confirmed.value, observer);
  return request.services === undefined
    ? await withServices(request.useServices, job.uses, run)
    : await run(request.services);
}

async function runConfirmed(
  workspace: Workspace,
  looked: LookedJob,
  request: RunJobRequest,
  confirmed: ConfirmationRecord | undefined,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const { job, project } = looked;
  const jobLock = await JobLock.take({
    own: looked.store.parts,
    shared: () => workspace.userStateParts(),
    project: project.canonicalRoot,
  }, job);
  if (!jobLock.ok) return jobLock;
  const locks = jobLock.value === undefined ? [] : [jobLock.value];
  if (job.pool !== undefined) {
    return await runInPool(workspace, looked, job.pool, request, confirmed, locks, observer);
  }
  try {
    return await runLookedJob(workspace, looked, request, confirmed, locks, observer);
  } finally {
    jobLock.value?.release();
  }
}

/** A job with a pool takes its place and its lock together, or waits for both. */
async function runInPool(
  workspace: Workspace,
  looked: LookedJob,
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
      return await runLookedJob(workspace, looked, { ...request, places }, confirmed, [slot], observer);
    } finally {
      slot.release();
    }
  } finally {
    for (const lock of locks) lock.release();
  }
}

/** A job with the present state of its inputs. */
export interface LookedJob extends ResolvedJob {
  readonly store: RunStore;
  /** undefined if it has no inputs, so that it always runs. */
  readonly inputs: InputsOfRun | undefined;
}

/** A failure if the request cannot be carried out. Starts nothing. */
export async function lookAtJob(
  workspace: Workspace,
  found: ResolvedJob,
  request: Pick<RunJobRequest, "fresh">,
): Promise<Result<LookedJob, Failure>> {
  const { job, resolved: { problems } } = found;
  const store = await workspace.store();
  if (!store.ok) return store;
  if (problems.length > 0) return await unresolved(workspace, [{ table: "jobs", name: job.name, problems }]);
  const inputs = await lookAtInputs(workspace.host, store.value, found, request);
  return inputs.ok ? ok({ ...found, store: store.value, inputs: inputs.value }) : inputs;
}

/** Records that the job is up to date; undefined where it has to be run. */
export async function reuseJob(
  workspace: Workspace,
  looked: LookedJob,
  request: RunJobRequest,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure> | undefined> {
  const { inputs, store, project } = looked;
  if (inputs?.decision.kind !== "up_to_date") return undefined;
  const prepared = await prepareJob(workspace, looked, request, undefined, "reused");
  return await recordReuse(workspace, store, project, prepared, inputs.decision, observer);
}

/** Runs the job, and examines its outputs; its slots are held, or waited for. */
export async function runLookedJob(
  workspace: Workspace,
  looked: LookedJob,
  request: RunJobRequest,
  confirmed: ConfirmationRecord | undefined,
  slots: readonly Slot[],
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const { host } = workspace;
  const { project, job, resolved, store, inputs } = looked;
  if (job.terminal && !host.processes.givesTerminals()) {
    workspace.warn(
      `job "${job.name}" gets no terminal of its own, because this system provides none; its output goes through pipes`,
    );
  }
  const prepared = await prepareJob(workspace, looked, request, confirmed, "started");
  const before = await outputsNow(host, job, resolved);
  const begun = await RecordedRun.begin(workspace, store, {
    project,
    command: job,
    prepared,
    interactive: job.interactive,
    leaveRunning: job.leaveRunning,
    // In a graph, nobody waits for the start of a single node.
    gathersStart: request.partOf !== undefined && !job.interactive && !job.leaveRunning,
    stops: request.stops ?? new StopRequests(host.clock),
    stopSignal: request.stopSignal,
  }, observer);
  if (!begun.ok) return begun;
  using run = begun.value;
  const kept = inputs?.keep(run.record) ?? ok(undefined);
  if (!kept.ok) return await run.giveUp(kept.failure);
  const ended = await run.execute(slots);
  const isOver = inputs === undefined && job.outputs.length === 0;
  if (isOver && ended.outcome.status === "succeeded" && ended.lost === undefined) request.processesEnded?.();
  return isOver
    ? await run.finish(ended)
    : await concludeJob(host, { job, resolved, prepared, inputs, before }, run, ended);
}

async function prepareJob(
  { host, display }: Workspace,
  { project, job, resolved, extraArgs, inputs }: LookedJob,
  request: RunJobRequest,
  confirmed: ConfirmationRecord | undefined,
  how: "started" | "reused",
): Promise<PreparedRun> {
  const { partOf } = request;
  return await prepareRun(host, project, {
    action: "job.run",
    subject: "job",
    command: job,
    definition: definitionOfJob(job),
    extraArgs,
    interactive: job.interactive,
    terminal: job.terminal,
    stdin: job.stdin,
    leaveRunning: job.leaveRunning,
    expectedOutputs: job.outputs,
    confirmed,
    inputs: inputs?.record,
    ...(how === "started" ? { display } : {}),
    ...(partOf === undefined ? {} : { partOf: partOf.run, outerToken: partOf.token }),
    variables: serviceVariables(job.uses, request.services),
    ...(request.places === undefined ? {} : { places: request.places }),
    ...(request.watch === undefined ? {} : { watch: request.watch }),
  }, resolved);
}

export async function lookAtInputs(
  host: Host,
  store: RunStore,
  { project, job, resolved, extraArgs }: ResolvedJob,
  { fresh }: Pick<RunJobRequest, "fresh">,
): Promise<Result<InputsOfRun | undefined, Failure>> {
  if (job.inputs === undefined) return ok(undefined);
  const { definition } = await recordedDefinition(host, job, definitionOfJob(job), resolved);
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
    { kind: "evidence_gathered", outputs: concluded.outputs, checks: [] },
  );
  if (!emitted.ok) return await run.giveUp(emitted.failure, last);
  return await run.finish(last, concluded.outcome);
}

async function outputsNow(host: Host, job: Job, { workingDir }: ResolvedDefinition): Promise<KnownFiles> {
  if (job.outputs.length === 0) return NOTHING_KNOWN;
  return knownFiles(await lookAtAll(host, workingDir, job.outputs, NOTHING_KNOWN, "inside"));
}

function defaultJob(project: Project): Result<Job, Failure> {
  const job = project.defaultJob === undefined ? undefined : project.jobs.get(project.defaultJob);
  if (job !== undefined) return ok(job);
  return fail({
    code: "job_not_named",
    known: jobNames(project),
    config_path: project.configPath === "" ? undefined : project.configPath,
  });
}

/** The names of all jobs, those without a command included; sorted. */
export function jobNames({ jobs, groups }: Project): readonly string[] {
  return groups.size === 0 ? [...jobs.keys()] : [...jobs.keys(), ...groups.keys()].sort(byName);
}

/** Whether several jobs are requested, or one with needs. Wrong names are reported when the jobs are run. */
export async function isOfGraph(
  workspace: Workspace,
  names: readonly string[],
  heading: string | undefined,
): Promise<boolean> {
  const project = await workspace.project();
  if (!project.ok) return false;
  if (names.length > 1 || heading !== undefined) return true;
  const { aliases, groups, jobs, defaultJob } = project.value;
  const [name] = names;
  const own = name === undefined ? defaultJob : aliases.get(name) ?? name;
  return own !== undefined && (groups.has(own) || (jobs.get(own)?.needs.length ?? 0) > 0);
}

/** The job with this name or alias, or a failure that lists the known ones. */
export function findJob(project: Project, name: string): Result<Job, Failure> {
  const job = project.jobs.get(project.aliases.get(name) ?? name);
  if (job !== undefined) return ok(job);
  return fail({
    code: "job_not_found",
    name,
    known: jobNames(project),
    suggestion: suggest(name, [...jobNames(project), ...project.aliases.keys()]),
    is_task: project.tasks.has(name),
    config_path: project.configPath === "" ? undefined : project.configPath,
  });
}
