/** Goes on with a graph that was handed over: its nodes that have become ready are submitted, and its end is recorded. */

import type { Failure } from "../../model/failure.ts";
import type { GraphNodeRecord, GraphRecord } from "../../model/graph_record.ts";
import { isGoodNode, nodeOfRun } from "../../model/graph_words.ts";
import type { RunId } from "../../model/ids.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { runGraph } from "../../engine/run_graph.ts";
import { Schedule, type ScheduledNode } from "../../engine/schedule.ts";
import { type GraphHandover, readHandover, removeHandover } from "../../store/handover.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import { GraphNodes } from "../graph/graph_record.ts";
import { type JobGraph, jobGraph } from "../graph/job_graph.ts";
import { JobNodes } from "../graph/job_nodes.ts";
import type { GraphObserver } from "../graph/node_endings.ts";
import { type PreparedGraph, prepareGraph, resolveGraph } from "../graph/prepare_graph.ts";
import { finishGraph } from "../graph/recorded_graph.ts";
import { SharedServices, type UseServices } from "../jobs/service_use.ts";
import { Places } from "../recording/places.ts";
import { withNotification } from "../recording/with_notification.ts";
import { graphNow } from "../runs/graph_view.ts";
import { slurmTools } from "../slurm/slurm_tools.ts";
import type { AskedStop } from "../workspace/asked_stops.ts";
import { takeRun, type Visit, visitRun } from "./visit_run.ts";

export async function visitGraph(visit: Visit, id: RunId): Promise<Result<void, Failure>> {
  const { store, request } = visit;
  const writer = await takeRun(visit, id);
  if (!writer.ok || writer.value === undefined) return writer.ok ? ok(undefined) : writer;
  try {
    const handover = readHandover(store.parts, id);
    if (handover?.kind !== "graph_handover") return ok(undefined);
    if (request.stop !== undefined) {
      const running = graphNow(store, writer.value.record)!.nodes.flatMap(({ status, run }) =>
        status === "running" && run !== null ? [run] : []
      );
      await Promise.all(running.map((run) => visitRun(visit, run)));
    }
    return await goOn(visit, writer.value, handover);
  } finally {
    writer.value.close();
  }
}

async function goOn(
  visit: Visit,
  writer: RunWriter,
  handover: GraphHandover,
): Promise<Result<void, Failure>> {
  const { workspace, store, project, request } = visit;
  const { record } = writer;
  const { id, token, graph: begun } = record;
  const now = graphNow(store, record)!;
  const prepared = request.stop === undefined
    ? await preparedAgain(visit, record, handover)
    : ok(asRecorded(now));
  if (!prepared.ok) return prepared;
  const { after_failure: afterFailure, jobs } = now;
  const nodes = new GraphNodes(begun!, {
    after_failure: afterFailure,
    jobs,
    unattended: true,
  });
  const places = await Places.open(workspace, { slots: jobs, pools: project.pools }, project.canonicalRoot);
  if (!places.ok) return places;
  const partOf = { run: id, token, writer };
  const asked = {
    extraArgs: handover.extraArgs,
    env: {},
    fresh: handover.fresh,
    confirm: () => Promise.resolve("no" as const),
    useServices: noServices,
    shared: new SharedServices(noServices),
    isLeft: true,
    partOf,
  };
  const ports = new JobNodes(
    workspace,
    project,
    prepared.value,
    nodes,
    places.value,
    asked,
    NOBODY,
    undefined,
  );
  const runs = runsOf(visit, now);
  const scheduled = prepared.value.graph.nodes.map((node): ScheduledNode => ({
    name: node.name,
    needs: node.needs,
    // Nodes that have begun wait for nobody.
    queue: runs.has(node.name) ? `begun ${node.name}` : ports.queueOf(node),
  }));
  const schedule = new Schedule(scheduled, afterFailure);
  replay(schedule, runs, ports, request.stop);
  try {
    const mayBegin = request.stop !== undefined || await mayAsk(visit);
    if (mayBegin) await runGraph(schedule, { jobs, isFailFast: false, isLeft: true }, ports);
    if (!schedule.isOver) return ok(undefined);
    const at = endOf(nodes.record().nodes) ?? new Date(workspace.host.clock.nowMs()).toISOString();
    const durationMs = Math.max(0, Date.parse(at) - Date.parse(record.start_time));
    const log = await workspace.log(project.logging);
    const ended = await finishGraph(writer, nodes, ports, { at, durationMs }, log);
    if (!ended.ok) return ended;
    removeHandover(store.parts, id);
    const notified = await withNotification(workspace, ended, (report) => report.record);
    return notified.ok ? ok(undefined) : notified;
  } finally {
    places.value.close();
  }
}

/** The definitions that the graph began with; a failure where they are others by now. */
async function preparedAgain(
  { workspace, store, project }: Visit,
  { id, graph }: RunRecord,
  { extraArgs, executor }: GraphHandover,
): Promise<Result<PreparedGraph, Failure>> {
  const changed = (fact: string) =>
    fail(
      { code: "refused", action: "go on with", value: id, fact, next: [nextCommand("stop", id)] } as const,
    );
  const { targets, nodes: before } = graph!;
  const asked = { names: targets, heading: undefined, extraArgs, executor: executor ?? undefined };
  const again = jobGraph(project, asked);
  if (!again.ok) return changed("its jobs are no longer those of the configuration");
  const resolved = await resolveGraph(workspace, project, again.value, { extraArgs, env: {} });
  if (!resolved.ok) return resolved;
  const prepared = await prepareGraph(
    workspace,
    store,
    project,
    again.value,
    resolved.value,
    () => Promise.resolve("no"),
  );
  if (!prepared.ok) return prepared;
  const digests = new Map(before.map((node) => [node.name, node.definition_sha256]));
  const differing = again.value.nodes.filter(({ name }) =>
    !digests.has(name) || (prepared.value.jobs.get(name)?.definitionSha256 ?? null) !== digests.get(name)
  );
  const { edges } = again.value;
  if (
    differing.length > 0 || digests.size !== again.value.nodes.length || edges.length !== graph!.edges.length
  ) {
    const names = differing.slice(0, 3).map(({ name }) => name).join(", ");
    return changed(`its jobs have changed in the configuration${names === "" ? "" : `: ${names}`}`);
  }
  return prepared;
}

/** To end it, nothing has to be known of its jobs. */
function asRecorded({ targets, nodes, edges }: GraphRecord): PreparedGraph {
  const graph: JobGraph = {
    targets,
    edges,
    nodes: nodes.map(({ name }) => ({
      name,
      job: undefined,
      needs: edges.filter(({ to }) => to === name).map(({ from }) => from),
      isTarget: targets.includes(name),
    })),
  };
  return { graph, jobs: new Map() };
}

/** The runs of the nodes that have begun. */
function runsOf({ store }: Visit, { nodes }: GraphRecord): ReadonlyMap<string, RunRecord> {
  const runs = new Map<string, RunRecord>();
  for (const { name, run } of nodes) {
    const stored = run === null ? undefined : store.read(run);
    if (stored?.ok) runs.set(name, stored.value.record);
  }
  return runs;
}

/** Brings the schedule to where it was: nodes that ended let others begin, and those that run stay begun. */
function replay(
  schedule: Schedule,
  runs: ReadonlyMap<string, RunRecord>,
  ports: JobNodes,
  stop: AskedStop | undefined,
): void {
  const bad: RunRecord[] = [];
  const end = (run: RunRecord) => {
    const isGood = ports.ranBefore(run.name, run);
    for (const left of schedule.end(run.name, isGood)) ports.leftOut(left);
  };
  for (;;) {
    const begun = schedule.heads().filter(({ name, queue }) => queue === `begun ${name}`);
    if (begun.length === 0) break;
    // All are begun before one ends, because a failure lets nothing more begin.
    for (const { name } of begun) schedule.begin(name);
    for (const { name } of begun) {
      const run = runs.get(name)!;
      if (isGoodNode(nodeOfRun(run))) end(run);
      else if (run.status !== "running") bad.push(run);
    }
  }
  if (stop !== undefined) {
    ports.stop(stop);
    for (const left of schedule.stop("cancelled")) ports.leftOut(left);
  }
  for (const run of bad) end(run);
}

/** Nothing is submitted before it is known how full the queue is, nor by a caller that may start nothing. */
async function mayAsk({ workspace, isAsked }: Visit): Promise<boolean> {
  if (isAsked || workspace.guard !== undefined) return false;
  return (await slurmTools(workspace.host).jobs(0)).ok;
}

function endOf(nodes: readonly GraphNodeRecord[]): string | undefined {
  const times = nodes.flatMap(({ end_time, run }) => end_time === null || run === null ? [] : [end_time]);
  return times.sort().at(-1);
}

/** A job that uses one cannot run elsewhere. */
const noServices: UseServices = () =>
  Promise.reject(new Error("Cannot start a service: the graph runs elsewhere"));

const NOBODY: GraphObserver = {
  began() {},
  node: () => ({ event() {}, outputGrown() {}, inputWithheld: () => Promise.resolve() }),
  waits() {},
  ended() {},
};
