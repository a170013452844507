/** One recorded run of a graph, of jobs or of tasks: its intent, its nodes one by one, and its result. */

import type { Definition } from "../../model/definition.ts";
import { dictionaryOf } from "../../model/dictionary.ts";
import type { Failure } from "../../model/failure.ts";
import type { AfterFailure, ChangedSinceRecord } from "../../model/graph_record.ts";
import { countWords, GRAPH_NAMES } from "../../model/graph_words.ts";
import type { RunId } from "../../model/ids.ts";
import { type CommandDefinition, WITHOUT_OPTIONS } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { ChangeRecord, RunRecord, StopCause } from "../../model/run.ts";
import type { Variables } from "../../model/variables.ts";
import type { ReceivedSignal } from "../../host/signals.ts";
import { resolveDefinition } from "../../config/resolve.ts";
import { type GraphPorts, runGraph } from "../../engine/run_graph.ts";
import { Schedule, type ScheduledNode } from "../../engine/schedule.ts";
import type { ProgramLog } from "../../log/log.ts";
import { removeHandover } from "../../store/handover.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import type { EnclosingRun } from "../recording/run_to_record.ts";
import { logRunEvent } from "../recording/log_run_event.ts";
import { Places } from "../recording/places.ts";
import { prepareRun } from "../recording/prepare_run.ts";
import { warnOfMissingLocks } from "../recording/warn_of_missing_locks.ts";
import type { AskedStop } from "../workspace/asked_stops.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { GraphNodes, type GraphShape } from "./graph_record.ts";
import type { BadNode } from "./node_endings.ts";

/** With fewer, a log takes longer than the syncs that it saves. */
const NODES_FOR_LOG = 16;

/** A log records these ends together, beside those of the nodes that still run. */
const RECORDED_TOGETHER = 16;

function graphNameIn({ jobs, groups, tasks, aliases }: Project): string {
  const taken = new Set(
    [jobs, groups, tasks, aliases].flatMap((each) => [...each.keys()].map((name) => name.toLowerCase())),
  );
  const free = GRAPH_NAMES.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  let number = 2;
  while (taken.has(`graph_${number}`)) number++;
  return `graph_${number}`;
}

export interface GraphReport {
  readonly record: RunRecord;
  readonly firstBad: BadNode | undefined;
}

/** The nodes behind the ports of the engine, and the stop requests for them. */
export interface NodePorts<Held> extends GraphPorts<Held> {
  readonly firstBad: BadNode | undefined;
  signal(received: ReceivedSignal): void;
  stop(asked: AskedStop): void;
  /** Resolves when nothing is under way for nodes that did not begin. */
  settled?(): Promise<void>;
}

export interface GraphToRun<Held> {
  readonly shape: GraphShape;
  /** Nodes that were done before, with the reason; nothing is run for them. */
  readonly doneBefore: ReadonlyMap<string, string>;
  readonly afterFailure: AfterFailure;
  readonly jobs: number;
  /** Set where no process stays for it: writes what a later command needs, once the graph is recorded. */
  readonly handOver?: ((run: RunId) => Result<void, Failure>) | undefined;
  readonly again: RunId | undefined;
  readonly changedSince: ChangedSinceRecord | undefined;
  /** Set for a run of a watch. */
  readonly watch?: ChangeRecord;
  /** The words of the call, without the program. */
  readonly words: readonly string[];
  readonly extraArgs: readonly string[];
  /** Overrides every other variable. */
  readonly env: Variables;
  /** The commands of its nodes, and the values of their secrets. */
  readonly commands: readonly CommandDefinition[];
  readonly secrets: readonly string[];
  began(record: RunRecord): void;
  /** The nodes that have to be run, and how they are run. */
  nodes(partOf: EnclosingRun, nodes: GraphNodes, places: Places): {
    readonly ports: NodePorts<Held>;
    readonly scheduled: readonly ScheduledNode[];
  };
}

export async function recordGraph<Held>(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  toRun: GraphToRun<Held>,
): Promise<Result<GraphReport, Failure>> {
  const { clock } = workspace.host;
  const { shape, doneBefore, afterFailure, jobs, again, changedSince } = toRun;
  const log = await workspace.log(project.logging);
  const startedAtMs = clock.nowMs();
  const startedMs = clock.monotonicMs();
  const settings = {
    after_failure: afterFailure,
    jobs,
    ...(again === undefined ? {} : { again }),
    ...(changedSince === undefined ? {} : { changed_since: changedSince }),
    ...(toRun.handOver === undefined ? {} : { unattended: true as const }),
  };
  const nodes = new GraphNodes(shape, settings);
  for (const [name, reason] of doneBefore) nodes.doneBefore(name, reason);
  const places = await Places.open(workspace, { slots: jobs, pools: project.pools }, project.canonicalRoot);
  if (!places.ok) return places;
  const reserved = await store.reserve(graphNameIn(project), startedAtMs);
  if (!reserved.ok) return reserved;
  const writer = reserved.value;
  warnOfMissingLocks(workspace, store, writer.lockSupport);
  try {
    const intent = await intentOf(workspace, project, toRun, writer, startedAtMs);
    const { id: run, token } = intent;
    const { ports, scheduled } = toRun.nodes({ run, token, writer }, nodes, places.value);
    // A reader of the record can request a stop, so listening begins before the record exists.
    const created = await listening(workspace, store, run, ports, async () => {
      const stored = await writer.store({
        kind: "run_created",
        record: { ...intent, graph: nodes.record() },
      });
      if (!stored.ok) return stored;
      logRunEvent(log, { kind: "run_created", record: writer.record }, writer.record);
      const handed = toRun.handOver?.(run) ?? ok(undefined);
      if (!handed.ok) return handed;
      toRun.began(writer.record);
      if (shape.nodes.length >= NODES_FOR_LOG && toRun.handOver === undefined) {
        // A signature needs the line of its run.
        await writer.openNodeLog(project.evidence.sign === "always" ? "soon" : "later");
      }
      const schedule = new Schedule(scheduled, afterFailure);
      const isLeft = toRun.handOver !== undefined;
      const limits = {
        jobs,
        isFailFast: afterFailure === "fail_fast",
        isLeft,
        ...(writer.nodeLog === undefined ? {} : { recordedAtOnce: jobs + RECORDED_TOGETHER }),
      };
      await runGraph(schedule, limits, ports);
      await ports.settled?.();
      return ok(schedule);
    });
    if (!created.ok) return created;
    if (!created.value.isOver) return ok({ record: writer.record, firstBad: undefined });
    removeHandover(store.parts, run);
    const durationMs = Math.max(0, Math.round(clock.monotonicMs() - startedMs));
    const ended = { at: new Date(clock.nowMs()).toISOString(), durationMs };
    // Both wait for the disk, and neither needs the other.
    const [finished] = await Promise.all([
      finishGraph(writer, nodes, ports, ended, log),
      writer.settleNodeLog(),
    ]);
    return finished;
  } finally {
    places.value.close();
    writer.close();
    await workspace.noteUse();
  }
}

/** Every node has an ending. */
export async function finishGraph(
  writer: RunWriter,
  nodes: GraphNodes,
  ports: Pick<NodePorts<unknown>, "stops" | "firstBad">,
  ended: { readonly at: string; readonly durationMs: number },
  log: ProgramLog,
): Promise<Result<GraphReport, Failure>> {
  const cause = ports.stops.first?.cause;
  const finished = {
    kind: "graph_finished",
    ...ended,
    ...endingOf(nodes, cause),
    graph: nodes.finished(),
    cause,
  } as const;
  const stored = await writer.store(finished);
  if (!stored.ok) return stored;
  logRunEvent(log, finished, writer.record);
  return ok({ record: writer.record, firstBad: ports.firstBad });
}

function endingOf(nodes: GraphNodes, cause: StopCause | undefined) {
  const reason = countWords(nodes.record());
  if (nodes.isGood) return { status: "succeeded", reason } as const;
  return { status: cause === undefined ? "failed" : "cancelled", reason } as const;
}

/** Passes signals to Orchastration on to all trees of the graph. */
async function listening<T>(
  { host: { signals }, askedStops }: Workspace,
  { parts }: RunStore,
  id: RunId,
  nodes: Pick<NodePorts<unknown>, "signal" | "stop" | "stops">,
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

/** The first record of the graph. Only its nodes are executed, and each has a record of its own. */
async function intentOf(
  workspace: Workspace,
  project: Project,
  { shape, words, commands, secrets, extraArgs, env, watch }: Omit<GraphToRun<unknown>, "nodes">,
  { id }: RunWriter,
  startedAtMs: number,
): Promise<RunRecord> {
  const command: CommandDefinition = {
    name: graphNameIn(project),
    description: undefined,
    command: ["orchastration", ...words],
    workingDir: ".",
    env: {},
    envFiles: [],
    timeoutMs: undefined,
    // Recovery waits as long as the slowest node may take to stop.
    killGraceMs: commands.reduce((longest, { killGraceMs }) => Math.max(longest, killGraceMs), 0),
    secrets: [...new Set(commands.flatMap((each) => each.secrets))].sort(),
    ...WITHOUT_OPTIONS,
  };
  const own = await resolveDefinition(workspace.resolveMachine, project, command, {
    flags: env,
    commandAt: ["command"],
  });
  const needs = new Map<string, string[]>(shape.nodes.map(({ name }) => [name, []]));
  for (const { from, to } of shape.edges) needs.get(to)!.push(from);
  const definition: Definition = {
    name: graphNameIn(project),
    targets: shape.targets,
    nodes: dictionaryOf(needs),
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
    ...(watch === undefined ? {} : { watch }),
  }, { ...own, secrets: [...new Set([...own.secrets, ...secrets])] });
  const record = prepared.recordFor(id, startedAtMs);
  return { ...record, reason: `${shape.nodes.length} nodes`, intent: { ...record.intent, program: null } };
}
