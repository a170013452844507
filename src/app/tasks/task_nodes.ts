/** The nodes of a graph of tasks, behind the ports of the engine: each has its folder and a slot while it is built, and one ending. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { ConfirmationRecord, RunRecord } from "../../model/run.ts";
import type { Task } from "../../model/task.ts";
import type { Clock } from "../../host/clock.ts";
import type { ReceivedSignal } from "../../host/signals.ts";
import { ELSEWHERE_QUEUE, LOOK_QUEUE, type Looked, type Taken } from "../../engine/run_graph.ts";
import type { LeftOut, NodeEnd } from "../../engine/schedule.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import type { GraphNodes } from "../graph/graph_record.ts";
import { type BadNode, type GraphObserver, NodeEndings, remembering } from "../graph/node_endings.ts";
import { type Pending, reservePending, submitting } from "../graph/slurm_places.ts";
import { NodeStops } from "../graph/node_stops.ts";
import type { NodePorts } from "../graph/recorded_graph.ts";
import type { HeldPlaces, Places } from "../recording/places.ts";
import type { EnclosingRun } from "../recording/run_to_record.ts";
import type { SharedServices, UseServices } from "../jobs/service_use.ts";
import type { AskedStop } from "../workspace/asked_stops.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { buildOne, type BuildReport, isGood } from "./build_one.ts";
import type { BuildObserver } from "./ended_build.ts";
import { readKnownTask } from "./known_task.ts";
import { examineTaskInputs } from "./task_inputs.ts";
import type { TaskReader } from "./task_reader.ts";

export interface TaskToBuild {
  readonly task: Task;
  /** Tasks with the same folder are built one after the other, unless both are `parallel`. */
  readonly folder: string;
  readonly secrets: readonly string[];
  readonly extraArgs: readonly string[];
  readonly confirmed: ConfirmationRecord | undefined;
  /** Its needs were done before, so its definition stays as it was resolved. */
  readonly isFirst: boolean;
}

interface BuildsRequest {
  readonly plan: boolean;
  readonly fresh: boolean;
  readonly partOf: EnclosingRun;
  readonly shared: SharedServices;
}

export class TaskNodes implements NodePorts<HeldPlaces> {
  readonly clock: Clock;
  readonly #workspace: Workspace;
  readonly #reader: TaskReader;
  readonly #tasks: ReadonlyMap<string, TaskToBuild>;
  readonly #places: Places;
  /** The places of nodes in the queue of Slurm. */
  readonly #pending = new Map<string, Pending>();
  readonly #request: BuildsRequest;
  readonly #observer: GraphObserver<BuildObserver>;
  readonly #stops: NodeStops;
  readonly #endings: NodeEndings;
  /** The tasks that are being built in each folder. */
  readonly #inFolder = new Map<string, Set<string>>();
  readonly #reports = new Map<string, BuildReport>();

  constructor(
    workspace: Workspace,
    reader: TaskReader,
    tasks: ReadonlyMap<string, TaskToBuild>,
    nodes: GraphNodes,
    places: Places,
    request: BuildsRequest,
    observer: GraphObserver<BuildObserver>,
  ) {
    this.clock = workspace.host.clock;
    this.#workspace = workspace;
    this.#reader = reader;
    this.#tasks = tasks;
    this.#places = places;
    this.#request = request;
    this.#observer = observer;
    this.#stops = new NodeStops(this.clock);
    this.#endings = new NodeEndings(nodes, observer, this.clock);
  }

  get stops(): StopRequests {
    return this.#stops.all;
  }

  get firstBad(): BadNode | undefined {
    return this.#endings.firstBad;
  }

  /** Keyed by the names of the tasks whose builds ended. */
  get reports(): ReadonlyMap<string, BuildReport> {
    return this.#reports;
  }

  signal(received: ReceivedSignal): void {
    this.#stops.signal(received);
  }

  stop(asked: AskedStop): void {
    this.#stops.asked(asked);
  }

  /** Only of a task that uses services: they are started unless it is up to date, which the holder of its lock examines again. */
  async look(name: string): Promise<Looked> {
    this.#endings.ready(name);
    const each = this.#get(name);
    const { task } = each;
    if (!await this.#isUpToDate(each)) {
      const services = await this.#request.shared.ready(task.uses, this.#stops.beforeRun);
      // Where the graph was stopped meanwhile, the task is left out.
      const isStopped = this.#stops.beforeRun.first !== undefined;
      if (!services.ok && !isStopped) {
        return { kind: "ended", end: this.#refused(name, services.failure, undefined) };
      }
    }
    return { kind: "run", queue: queueOf(each) };
  }

  /** False also where that cannot be told; the build then says why. */
  async #isUpToDate({ task, extraArgs, isFirst }: TaskToBuild): Promise<boolean> {
    const [runs, tasks] = [await this.#workspace.store(), await this.#workspace.tasks()];
    if (task.inputs === undefined || !runs.ok || !tasks.ok) return false;
    const { host } = this.#workspace;
    const stores = { runs: runs.value, tasks: tasks.value };
    const now = isFirst ? await this.#reader.resolve(task) : await this.#reader.resolveAgain(task);
    const known = await readKnownTask(host.digests, stores, now);
    const plan = known.ok ? known.value.record?.plan?.run : undefined;
    if (!known.ok || plan === undefined) return false;
    const { fresh } = this.#request;
    const looked = await examineTaskInputs(host, stores, known.value, { extraArgs, fresh, plan });
    return looked.ok && looked.value?.decision.kind === "up_to_date";
  }

  take(name: string): Taken<HeldPlaces> {
    this.#endings.ready(name);
    const { folder } = this.#get(name);
    const other = this.#otherIn(name);
    if (other !== undefined) return { kind: "waits", for: `${other}, which works in the same folder` };
    const { task } = this.#get(name);
    const pending = reservePending(this.#workspace, this.#reader.project, task);
    if (pending.kind === "waits") return pending;
    const places = this.#places.take({ slot: task.executor !== "slurm", pool: undefined });
    if (places.kind !== "held") pending.held?.release();
    else if (pending.held !== undefined) this.#pending.set(name, pending.held);
    if (places.kind === "refused") this.#refused(name, places.failure, undefined);
    if (places.kind !== "held") return places;
    this.#inFolder.set(folder, (this.#inFolder.get(folder) ?? new Set()).add(name));
    return places;
  }

  async run(name: string, held: HeldPlaces): Promise<NodeEnd> {
    const { folder } = this.#get(name);
    try {
      return await this.#build(name, held);
    } finally {
      this.#stops.end(name);
      this.#inFolder.get(folder)?.delete(name);
      this.#pending.get(name)?.release();
      held.release();
    }
  }

  leftOut(left: LeftOut): void {
    this.#endings.leftOut(left);
  }

  waits(name: string, what: string): void {
    // Tasks of one folder are always built one after the other, so their wait is not reported.
    if (this.#otherIn(name) === undefined) this.#observer.waits(name, what);
  }

  failFast(name: string): void {
    this.#stops.failedNode(name);
  }

  async #build(name: string, slot: HeldPlaces): Promise<NodeEnd> {
    const { task, extraArgs, confirmed, isFirst } = this.#get(name);
    const { plan, fresh, shared, partOf } = this.#request;
    const useServices: UseServices = async (names) => {
      const ready = await shared.ready(names, this.#stops.beforeRun);
      // They are left at the end of the graph.
      return ready.ok ? ok({ addresses: ready.value, release: () => Promise.resolve() }) : ready;
    };
    const stops = this.#stops.begin(name);
    const face = this.#observer.node(name);
    const { observer, last } = remembering(
      submitting(face, this.#pending.get(name)),
      ({ action }) => action === "build.run",
    );
    face.building(name);
    // The tasks before it may have made or changed its files of variables.
    const now = isFirst ? await this.#reader.resolve(task) : await this.#reader.resolveAgain(task);
    const within = { partOf, places: slot.variable, slot, stops };
    const built: Result<BuildReport, Failure> = await buildOne(
      this.#workspace,
      now,
      { extraArgs, plan, fresh, useServices, confirmed, within },
      {
        ...observer,
        planned: (...planned) => face.planned(...planned),
        building: (...building) => face.building(...building),
        checking: (...checking) => face.checking(...checking),
        built: (...ended) => face.built(...ended),
      },
    );
    if (!built.ok) return this.#refused(name, built.failure, last());
    const { run, record } = built.value;
    this.#reports.set(name, built.value);
    return !isGood(run) || record.status === "done"
      ? this.#endings.ran(name, run)
      : this.#endings.unconfirmed(name, run, record.reason);
  }

  #refused(name: string, failure: Failure, run: RunRecord | undefined): boolean {
    return this.#endings.refused(name, failure, this.#get(name).secrets, run);
  }

  /** A task in the same folder that this one must not be built beside. */
  #otherIn(name: string): string | undefined {
    const { folder, task } = this.#get(name);
    return [...this.#inFolder.get(folder) ?? []].find((other) =>
      !task.parallel || !this.#get(other).task.parallel
    );
  }

  #get(name: string): TaskToBuild {
    const task = this.#tasks.get(name);
    if (task === undefined) throw new Error(`Cannot build node "${name}": it is not to be built`);
    return task;
  }
}

/** The services of a task are made ready before it waits for its folder and a slot. */
export function firstQueueOf(each: TaskToBuild): string {
  return each.task.uses.length > 0 ? LOOK_QUEUE : queueOf(each);
}

/** A task that waits for its folder delays only tasks that wait for the same folder. */
function queueOf({ folder, task }: TaskToBuild): string {
  return `${task.executor === "slurm" ? `${ELSEWHERE_QUEUE} ` : ""}${
    task.parallel ? "beside others in" : "alone in"
  } ${folder}`;
}
