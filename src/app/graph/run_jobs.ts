/** Runs several jobs with everything that they need: one record of the graph, and one of each run. */

import type { Definition } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import type { AfterFailure } from "../../model/graph_record.ts";
import { countWords } from "../../model/graph_words.ts";
import { type CommandDefinition, WITHOUT_OPTIONS } from "../../model/job.ts";
import type { RunId } from "../../model/ids.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord, StopCause } from "../../model/run.ts";
import type { Variables } from "../../model/variables.ts";
import { resolveDefinition } from "../../config/resolve.ts";
import { runGraph } from "../../engine/run_graph.ts";
import { Schedule } from "../../engine/schedule.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import type { Confirm } from "../jobs/confirmation.ts";
import { logRunEvent } from "../recording/log_run_event.ts";
import { Places } from "../recording/places.ts";
import { prepareRun } from "../recording/prepare_run.ts";
import { tellOfLocks } from "../recording/tell_of_locks.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { GraphNodes } from "./graph_record.ts";
import { type GraphRequest, jobGraph } from "./job_graph.ts";
import { type BadNode, type GraphObserver, JobNodes } from "./job_nodes.ts";
import { type AgainGraph, graphAgain } from "./run_again.ts";
import { type PreparedGraph, prepareGraph } from "./prepare_graph.ts";

/** The name that runs of graphs are recorded under. */
export const GRAPH_NAME = "graph";

export interface RunJobsRequest extends GraphRequest {
  /** Laid over every other variable, of every job. */
  readonly env: Variables;
  readonly confirm: Confirm;
  readonly fresh: boolean;
  /** At most so many at a time; at least 1. */
  readonly jobs: number;
  readonly afterFailure: AfterFailure;
  /** A run of a graph, of which only what did not end well is run; then no names are given. */
  readonly again?: string | undefined;
}

export interface GraphReport {
  readonly record: RunRecord;
  readonly firstBad: BadNode | undefined;
}

export async function runJobs(
  workspace: Workspace,
  request: RunJobsRequest,
  observer: GraphObserver,
): Promise<Result<GraphReport, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const store = await workspace.store();
  if (!store.ok) return store;
  const chosen = await choose(workspace, store.value, project.value, request);
  if (!chosen.ok) return chosen;
  const { graph, extraArgs, again } = chosen.value;
  const asked = { ...request, extraArgs };
  const prepared = await prepareGraph(workspace, store.value, project.value, graph, asked);
  if (!prepared.ok) return prepared;
  return await carryOut(
    workspace,
    store.value,
    project.value,
    { ...prepared.value, again },
    asked,
    observer,
  );
}

async function choose(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  request: RunJobsRequest,
): Promise<Result<AgainGraph, Failure>> {
  const { again, env, extraArgs } = request;
  if (again !== undefined) return await graphAgain(workspace, store, project, again, env);
  const graph = jobGraph(project, request);
  return graph.ok ? ok({ graph: graph.value, extraArgs, again: undefined }) : graph;
}

async function carryOut(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  prepared: PreparedGraph & { readonly again: RunId | undefined },
  request: RunJobsRequest,
  observer: GraphObserver,
): Promise<Result<GraphReport, Failure>> {
  const { clock } = workspace.host;
  const { afterFailure, jobs } = request;
  const { graph } = prepared;
  const log = await workspace.log(project.logging);
  const startedAtMs = clock.nowMs();
  const startedMs = clock.monotonicMs();
  const digestOf = (name: string) => prepared.jobs.get(name)?.definitionSha256 ?? null;
  const nodes = new GraphNodes(graph, digestOf, {
    after_failure: afterFailure,
    jobs,
    ...(prepared.again === undefined ? {} : { again: prepared.again }),
  });
  const settings = { slots: jobs, pools: project.pools };
  const places = await Places.open(workspace, settings, project.canonicalRoot);
  if (!places.ok) return places;
  const reserved = await store.reserve(GRAPH_NAME, startedAtMs);
  if (!reserved.ok) return reserved;
  const writer = reserved.value;
  tellOfLocks(workspace, store, writer.lockSupport);
  try {
    const intent = await intentOf(workspace, project, prepared, request, writer, startedAtMs);
    const { id: run, token } = intent;
    const { extraArgs, env, confirm, fresh } = request;
    const asked = { extraArgs, env, confirm, fresh, partOf: { run, token } };
    const jobNodes = new JobNodes(workspace, project, prepared, nodes, places.value, asked, observer);
    // A reader of the record can ask to stop the graph, so requests are listened to first.
    const created = await listening(workspace, store, run, jobNodes, async () => {
      const stored = await writer.store({
        kind: "run_created",
        record: { ...intent, graph: nodes.record() },
      });
      if (!stored.ok) return stored;
      logRunEvent(log, { kind: "run_created", record: writer.record }, writer.record);
      observer.began(writer.record);
      const scheduled = graph.nodes.map((node) => ({
        name: node.name,
        needs: node.needs,
        queue: jobNodes.queueOf(node),
      }));
      await runGraph(
        new Schedule(scheduled, afterFailure),
        { jobs, isFailFast: afterFailure === "fail_fast" },
        jobNodes,
      );
      return stored;
    });
    if (!created.ok) return created;
    const cause = jobNodes.stops.first?.cause;
    const finished = {
      kind: "graph_finished",
      at: new Date(clock.nowMs()).toISOString(),
      durationMs: Math.max(0, Math.round(clock.monotonicMs() - startedMs)),
      ...endingOf(nodes, cause),
      graph: nodes.finished(),
      cause,
    } as const;
    const stored = await writer.store(finished);
    if (!stored.ok) return stored;
    logRunEvent(log, finished, writer.record);
    return ok({ record: writer.record, firstBad: jobNodes.firstBad });
  } finally {
    places.value.close();
    writer.close();
    await workspace.noteUse();
  }
}

function endingOf(nodes: GraphNodes, cause: StopCause | undefined) {
  const reason = countWords(nodes.record());
  if (nodes.isGood) return { status: "succeeded", reason } as const;
  return { status: cause === undefined ? "failed" : "cancelled", reason } as const;
}

/** Signals to us are for all of its trees. */
async function listening<T>(
  { host: { signals }, askedStops }: Workspace,
  { parts }: RunStore,
  id: RunId,
  nodes: JobNodes,
  work: () => Promise<T>,
): Promise<T> {
  const unlisten = [
    askedStops.listen(parts, [id], (asked) => nodes.stop(asked)),
    signals.onStop((signal) => {
      if (!askedStops.isFor(signal)) nodes.signal(signal);
    }),
    signals.onUncaught((error) => nodes.stops.bug(error instanceof Error ? error.message : String(error))),
  ];
  try {
    return await work();
  } finally {
    for (const stop of unlisten) stop();
  }
}

/** The graph as something that is recorded: nothing of it is executed but its nodes, each with a record of its own. */
async function intentOf(
  workspace: Workspace,
  project: Project,
  { graph, jobs }: PreparedGraph,
  { names, heading, again, extraArgs, env }: RunJobsRequest,
  { id }: RunWriter,
  startedAtMs: number,
): Promise<RunRecord> {
  const all = [...jobs.values()];
  const command: CommandDefinition = {
    name: GRAPH_NAME,
    description: undefined,
    command: [
      ...["orchastration", "run", ...names] as const,
      ...(heading === undefined ? [] : ["--group", heading]),
      ...(again === undefined ? [] : ["--again", again]),
    ],
    workingDir: ".",
    env: {},
    envFiles: [],
    timeoutMs: undefined,
    // Recovery waits for the slowest of its nodes.
    killGraceMs: all.reduce((longest, { job }) => Math.max(longest, job.killGraceMs), 0),
    secrets: [...new Set(all.flatMap(({ job }) => job.secrets))].sort(),
    ...WITHOUT_OPTIONS,
  };
  const own = await resolveDefinition(workspace.resolveMachine, project, command, {
    flags: env,
    commandAt: ["command"],
  });
  const secrets = [...new Set([...own.secrets, ...all.flatMap(({ found }) => found.resolved.secrets)])];
  const definition: Definition = {
    name: GRAPH_NAME,
    targets: graph.targets,
    nodes: Object.fromEntries(graph.nodes.map(({ name, needs }) => [name, needs])),
  };
  const prepared = await prepareRun(workspace.host, project, {
    action: "graph.run",
    subject: "graph",
    command,
    definition,
    extraArgs,
    interactive: false,
    stdin: "none",
    leaveRunning: false,
    expectedOutputs: [],
  }, { ...own, secrets });
  const record = prepared.recordFor(id, startedAtMs);
  return { ...record, reason: `${graph.nodes.length} nodes`, intent: { ...record.intent, program: null } };
}
