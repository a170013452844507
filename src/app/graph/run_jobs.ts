/** Runs several jobs with all of their needs: one record of the graph, and one of each run. */

import type { Failure } from "../../model/failure.ts";
import type { AfterFailure, ChangedSinceRecord } from "../../model/graph_record.ts";
import type { RunId } from "../../model/ids.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { ChangeRecord } from "../../model/run.ts";
import type { Variables } from "../../model/variables.ts";
import { maskText } from "../../model/secrets.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import { writeHandover } from "../../store/handover.ts";
import { NodeInputs } from "../../store/node_inputs.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Confirm } from "../jobs/confirmation.ts";
import { canBeLeft as canJobBeLeft } from "../jobs/run_job.ts";
import { type SharedServices, type UseServices, withSharedServices } from "../jobs/service_use.ts";
import { withNotification } from "../recording/with_notification.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { changedJobs } from "./changed_since.ts";
import { type GraphRequest, type JobGraph, jobGraph } from "./job_graph.ts";
import { type Held, JobNodes } from "./job_nodes.ts";
import type { GraphObserver } from "./node_endings.ts";
import { type PreparedGraph, prepareGraph, type ResolvedJobs, resolveGraph } from "./prepare_graph.ts";
import { lookIntoQueue } from "./slurm_places.ts";
import { type GraphReport, type GraphToRun, recordGraph } from "./recorded_graph.ts";
import { graphAgain } from "./run_again.ts";

/** With so many nodes that have inputs, one file for all of them is quicker than a file for each. */
const MANY_NODES = 20;

export interface RunJobsRequest extends GraphRequest {
  /** Overrides every other variable, in every job. */
  readonly env: Variables;
  readonly confirm: Confirm;
  readonly fresh: boolean;
  /** Starts the services that jobs use, before the first job that has to run and uses them. */
  readonly useServices: UseServices;
  /** Why nothing may be started; its nodes are then recorded as not started. */
  readonly untrusted?: string | undefined;
  /** The largest number of jobs that run at a time; at least 1. */
  readonly jobs: number;
  readonly afterFailure: AfterFailure;
  /** An earlier graph whose nodes that did not succeed are run again; `names` is empty then. */
  readonly again?: string | undefined;
  /** Only jobs whose inputs differ from this revision of git, and their dependents. */
  readonly changedSince?: string | undefined;
  /** Where all of its jobs run elsewhere, no process stays, and later commands go on with it. */
  readonly isLeft?: boolean;
  /** Set for a run of a watch. */
  readonly watch?: ChangeRecord;
  /** Requests to stop the graph, which also apply before it begins. */
  readonly stops?: StopRequests;
}

/** The jobs of a call, and the comparison by which they were chosen. */
export interface ChosenGraph {
  readonly graph: JobGraph;
  readonly extraArgs: readonly string[];
  readonly again: RunId | undefined;
  readonly changedSince: ChangedSinceRecord | undefined;
}

/** Also observes the choice of jobs, before anything begins. */
export interface JobsObserver extends GraphObserver {
  chosen(changedSince: ChangedSinceRecord): void;
}

export type JobsReport =
  | { readonly kind: "ran" } & GraphReport
  /** No job was affected by a change, so there is no record. */
  | { readonly kind: "nothing"; readonly changedSince: ChangedSinceRecord };

export async function runJobs(
  workspace: Workspace,
  request: RunJobsRequest,
  observer: GraphObserver,
): Promise<Result<GraphReport, Failure>> {
  const opened = await openJobs(workspace, request);
  return opened.ok ? await runChosen(workspace, opened.value, request, observer) : opened;
}

/** The same for jobs that a change affects, of which there may be none. */
export async function runChangedJobs(
  workspace: Workspace,
  request: RunJobsRequest & { readonly changedSince: string },
  observer: JobsObserver,
): Promise<Result<JobsReport, Failure>> {
  const opened = await openJobs(workspace, request);
  if (!opened.ok) return opened;
  const changedSince = opened.value.changedSince!;
  if (opened.value.graph.nodes.length === 0) return ok({ kind: "nothing", changedSince });
  observer.chosen(changedSince);
  const ran = await runChosen(workspace, opened.value, request, observer);
  return ran.ok ? ok({ kind: "ran", ...ran.value }) : ran;
}

export interface OpenedJobs extends ChosenGraph {
  readonly project: Project;
  readonly store: RunStore;
}

/** The jobs of the call, in the project of the call. */
export async function openJobs(
  workspace: Workspace,
  request: RunJobsRequest,
): Promise<Result<OpenedJobs, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const store = await workspace.store();
  if (!store.ok) return store;
  const chosen = await chooseJobs(workspace, store.value, project.value, request);
  return chosen.ok ? ok({ ...chosen.value, project: project.value, store: store.value }) : chosen;
}

async function runChosen(
  workspace: Workspace,
  opened: OpenedJobs,
  request: RunJobsRequest,
  observer: GraphObserver,
): Promise<Result<GraphReport, Failure>> {
  const { project, graph, extraArgs } = opened;
  const resolved = await resolveGraph(workspace, project, graph, { ...request, extraArgs });
  if (!resolved.ok) return resolved;
  const ended = await runResolvedJobs(workspace, opened, resolved.value, request, observer);
  // A graph that was left to later commands has not ended.
  if (ended.ok && ended.value.record.status === "running") return ended;
  return await withNotification(workspace, ended, ({ record }) => record);
}

/** Runs resolved jobs, for a watch, which resolves them first. The caller notifies of the end. */
export async function runResolvedJobs(
  workspace: Workspace,
  { graph, extraArgs, again, changedSince, project, store }: OpenedJobs,
  resolved: ResolvedJobs,
  request: RunJobsRequest,
  observer: GraphObserver,
): Promise<Result<GraphReport, Failure>> {
  const asked = { ...request, extraArgs };
  const prepared = await prepareGraph(workspace, store, project, graph, resolved, request.confirm);
  if (!prepared.ok) return prepared;
  return await withSharedServices(request.useServices, async (shared) => {
    const ready = { ...prepared.value, again, changedSince, shared };
    return await carryOut(workspace, store, project, ready, asked, observer);
  });
}

/** The requested jobs, with all of their needs. */
export async function chooseJobs(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  request: Pick<RunJobsRequest, "again" | "changedSince" | "env" | keyof GraphRequest>,
): Promise<Result<ChosenGraph, Failure>> {
  const { again, changedSince, env, extraArgs, names, heading, executor } = request;
  if (again !== undefined) {
    const chosen = await graphAgain(workspace, store, project, again, { env, executor });
    return chosen.ok ? ok({ ...chosen.value, changedSince: undefined }) : chosen;
  }
  const isNamed = names.length > 0 || heading !== undefined;
  const graph = isNamed || changedSince === undefined ? jobGraph(project, request) : ok(undefined);
  if (!graph.ok) return graph;
  if (changedSince === undefined) {
    return ok({ graph: graph.value!, extraArgs, again: undefined, changedSince: undefined });
  }
  const asked = { revision: changedSince, env, executor };
  const changed = await changedJobs(workspace, store, project, graph.value, asked);
  if (!changed.ok) return changed;
  return ok({ graph: changed.value.graph, extraArgs, again: undefined, changedSince: changed.value.record });
}

async function carryOut(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  prepared: PreparedGraph & Pick<ChosenGraph, "again" | "changedSince"> & {
    readonly shared: SharedServices;
  },
  request: RunJobsRequest,
  observer: GraphObserver,
): Promise<Result<GraphReport, Failure>> {
  const { graph, jobs, again, changedSince, shared } = prepared;
  const {
    names,
    heading,
    extraArgs,
    env,
    confirm,
    fresh,
    useServices,
    untrusted,
    afterFailure,
    watch,
    executor,
  } = request;
  const ofWatch = watch === undefined ? {} : { watch };
  const all = [...jobs.values()];
  const secrets = all.flatMap(({ found }) => found.resolved.secrets);
  const isLeft = canBeLeft(workspace, prepared, request);
  await lookIntoQueue(workspace, all.map(({ job }) => job));
  const toRun: GraphToRun<Held> = {
    shape: {
      ...graph,
      nodes: graph.nodes.map(({ name, job }) => ({
        name,
        subject: job === undefined ? "group" : "job",
        definition_sha256: jobs.get(name)?.definitionSha256 ?? null,
      })),
    },
    doneBefore: new Map(),
    afterFailure,
    jobs: request.jobs,
    ...(isLeft
      ? {
        handOver: (run) =>
          writeHandover(store.parts, {
            format: 1,
            kind: "graph_handover",
            run,
            settings: { pollMs: project.slurm!.pollMs },
            extraArgs,
            executor: executor ?? null,
            fresh,
          }),
      }
      : {}),
    ...ofWatch,
    again,
    changedSince: changedSince && {
      ...changedSince,
      uncovered: changedSince.uncovered.map((path) => maskText(path, secrets)),
    },
    words: [
      "run",
      ...names,
      ...(heading === undefined ? [] : ["--group", heading]),
      ...(again === undefined ? [] : ["--again", again]),
      ...(changedSince === undefined ? [] : ["--changed-since", changedSince.revision]),
      ...(executor === undefined ? [] : ["--executor", executor]),
      ...(watch === undefined ? [] : ["--watch"]),
    ],
    extraArgs,
    env,
    commands: all.map(({ job }) => job),
    secrets,
    began: (record) => observer.began(record),
    nodes(partOf, nodes, places) {
      const how = { confirm, fresh, useServices, untrusted, shared, isLeft };
      const asked = { extraArgs, env, ...how, partOf, ...ofWatch };
      const ports = new JobNodes(workspace, project, prepared, nodes, places, asked, observer, request.stops);
      const scheduled = graph.nodes.map((node) => ({
        name: node.name,
        needs: node.needs,
        queue: ports.queueOf(node),
      }));
      return { ports, scheduled };
    },
  };
  const isMany = all.filter(({ job }) => job.inputs !== undefined).length >= MANY_NODES;
  const inputs = isMany ? await NodeInputs.open(store.parts) : undefined;
  try {
    return await recordGraph(workspace, store, project, toRun);
  } finally {
    await inputs?.close(project.jobs);
  }
}

/** Everything that a later command needs is in the configuration, and nothing of it is held by a process. */
function canBeLeft(
  { guard }: Workspace,
  { graph, jobs }: PreparedGraph,
  { isLeft, env, afterFailure, untrusted, again, changedSince, watch }: RunJobsRequest,
): boolean {
  const isPlain = Object.keys(env).length === 0 && again === undefined && changedSince === undefined &&
    watch === undefined && untrusted === undefined && guard === undefined && afterFailure !== "fail_fast";
  const isElsewhere = graph.nodes.every(({ job }) =>
    job === undefined || (canJobBeLeft(job) && job.confirm === undefined)
  );
  return isLeft === true && isPlain && isElsewhere && jobs.size > 0;
}
