/** The nodes of a graph of jobs, behind the engine's ports: each is examined, takes its slots, runs, and has one ending. */

import type { Failure } from "../../model/failure.ts";
import type { Job } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Clock } from "../../host/clock.ts";
import type { ReceivedSignal } from "../../host/signals.ts";
import {
  ALONE_QUEUE,
  ELSEWHERE_QUEUE,
  type GraphPorts,
  LOOK_QUEUE,
  type Looked,
  type Taken,
} from "../../engine/run_graph.ts";
import type { LeftOut } from "../../engine/schedule.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import { type ExaminedJob, examineJob } from "../jobs/examine_job.ts";
import { resolveFoundJob } from "../jobs/resolve_job.ts";
import { NextNode } from "./next_node.ts";
import { examineAndReuse, runExaminedJob, type RunJobRequest } from "../jobs/run_job.ts";
import type { ServiceAddresses, SharedServices } from "../jobs/service_use.ts";
import type { JobLock } from "../recording/job_lock.ts";
import type { AskedStop } from "../workspace/asked_stops.ts";
import type { HeldPlaces, Places } from "../recording/places.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { GraphNodes } from "./graph_record.ts";
import type { GraphNode } from "./job_graph.ts";
import { type BadNode, type GraphObserver, NodeEndings, remembering } from "./node_endings.ts";
import { NodeStops } from "./node_stops.ts";
import { type Pending, reservePending, submitting } from "./slurm_places.ts";
import type { PreparedGraph, PreparedJob } from "./prepare_graph.ts";

/** A node that was examined longer ago than this is examined again before it runs. */
const STALE_LOOK_MS = 1000;

/** The slots of a node while it runs. */
export interface Held {
  readonly lock: JobLock | undefined;
  readonly places: HeldPlaces;
  /** The place in the queue of Slurm, until its own job has it. */
  readonly pending: Pending | undefined;
}

/** For every node; the services are shared by them. */
export type NodesRequest = Omit<RunJobRequest, "name" | "stops" | "services"> & {
  readonly shared: SharedServices;
};

export class JobNodes implements GraphPorts<Held> {
  readonly clock: Clock;
  readonly #stops: NodeStops;
  readonly #workspace: Workspace;
  readonly #project: Project;
  readonly #prepared: PreparedGraph;
  readonly #byName: ReadonlyMap<string, GraphNode>;
  readonly #endings: NodeEndings;
  readonly #places: Places;
  readonly #request: NodesRequest;
  readonly #observer: GraphObserver;
  readonly #looked = new Map<string, { readonly job: ExaminedJob; readonly atMs: number }>();
  /** The node of this graph that holds each job lock, because other nodes may need the same lock. */
  readonly #lockHolders = new Map<string, string>();
  readonly #next: NextNode;
  /** An interactive job has the terminal, and decides what Ctrl-C means. */
  #interactive = 0;

  constructor(
    workspace: Workspace,
    project: Project,
    prepared: PreparedGraph,
    nodes: GraphNodes,
    places: Places,
    request: NodesRequest,
    observer: GraphObserver,
    caller: StopRequests | undefined,
  ) {
    this.clock = workspace.host.clock;
    this.#stops = new NodeStops(this.clock);
    this.#workspace = workspace;
    this.#project = project;
    this.#prepared = prepared;
    this.#byName = new Map(prepared.graph.nodes.map((node) => [node.name, node]));
    this.#endings = new NodeEndings(nodes, observer, this.clock);
    this.#places = places;
    this.#request = request;
    this.#observer = observer;
    this.#next = new NextNode(workspace, request.partOf?.writer);
    if (caller !== undefined) void this.#stops.follow(caller);
  }

  get stops(): StopRequests {
    return this.#stops.all;
  }

  get firstBad(): BadNode | undefined {
    return this.#endings.firstBad;
  }

  /** The queue in which a node waits once its needs have ended. */
  queueOf({ job }: GraphNode): string {
    // A node without inputs always runs.
    // Its services are made ready before it waits for a slot.
    return job === undefined || job.inputs !== undefined || job.uses.length > 0
      ? LOOK_QUEUE
      : runQueueOf(job);
  }

  /** A signal to Orchastration stops the trees of all running nodes, and no node begins after it. */
  signal(received: ReceivedSignal): void {
    if (this.#interactive > 0 && (received === "SIGINT" || received === "SIGQUIT")) return;
    this.#stops.signal(received);
  }

  /** A request to stop the whole graph. */
  stop(asked: AskedStop): void {
    this.#stops.asked(asked);
  }
  async look(name: string): Promise<Looked> {
    this.#endings.ready(name);
    const { job } = this.#byName.get(name)!;
    if (job === undefined) return { kind: "ended", end: this.#endings.groupEnded(name) };
    const looked = await this.#lookAndReuse(name);
    if (looked.kind === "ended") return looked;
    this.#looked.set(name, { job: looked.job, atMs: this.clock.monotonicMs() });
    const services = await this.#services(job);
    // Where the graph was stopped meanwhile, the node is left out.
    if (!services.ok && this.#stops.beforeRun.first === undefined) {
      return { kind: "ended", end: this.#refused(name, services.failure, undefined) };
    }
    return { kind: "run", queue: runQueueOf(job) };
  }

  take(name: string): Taken<Held> {
    this.#endings.ready(name);
    const { job } = this.#jobOf(name);
    const pending = reservePending(this.#workspace, this.#project, job);
    if (pending.kind === "waits") return pending;
    // A job elsewhere uses no processor of this machine; a pool may be for something else, such as licences.
    const places = this.#places.take({ slot: job.executor !== "slurm", pool: job.pool });
    if (places.kind !== "held") pending.held?.release();
    if (places.kind === "refused") {
      this.#refused(name, places.failure, undefined);
      return places;
    }
    if (places.kind === "waits") return places;
    const lock = this.#takeLock(name);
    if (lock.kind === "held") {
      return { kind: "held", held: { lock: lock.held, places: places.held, pending: pending.held } };
    }
    pending.held?.release();
    // A node never holds one thing while it waits for another.
    places.held.release();
    return lock;
  }

  prepare(name: string): void {
    const { job, found, confirmed, lock } = this.#jobOf(name);
    if (lock !== undefined || confirmed !== undefined || this.#request.untrusted !== undefined) return;
    const request = { ...this.#requestFor(name), places: this.#places.variableWithSlot() };
    this.#next.prepare(name, job, () => examineJob(this.#workspace, found, request), request);
  }

  async settled(): Promise<void> {
    await this.#next.settled();
  }

  async run(name: string, held: Held, onlyRecorded: () => void): Promise<boolean | "left"> {
    const { job } = this.#jobOf(name);
    if (job.interactive) this.#interactive++;
    try {
      return await this.#runHeld(name, held, onlyRecorded);
    } finally {
      if (job.interactive) this.#interactive--;
      this.#stops.end(name);
      held.places.release();
      held.pending?.release();
      if (held.lock !== undefined) {
        held.lock.release();
        this.#lockHolders.delete(lockKeyOf(job));
      }
    }
  }

  leftOut(left: LeftOut): void {
    this.#looked.delete(left.name);
    this.#next.forget(left.name);
    this.#endings.leftOut(left);
  }

  waits(name: string, what: string): void {
    this.#observer.waits(name, what);
  }

  failFast(name: string): void {
    this.#stops.failedNode(name);
  }

  #takeLock(name: string): Taken<JobLock | undefined> {
    const { job, lock } = this.#jobOf(name);
    if (lock === undefined) return { kind: "held", held: lock };
    const key = lockKeyOf(job);
    const holder = this.#lockHolders.get(key);
    // A node of this graph will release the lock, so even a job that refuses to wait for other runs waits for it.
    if (holder !== undefined) return { kind: "waits", for: holder };
    const had = lock.tryNow();
    if (had.ok && had.value) {
      this.#lockHolders.set(key, name);
      return { kind: "held", held: lock };
    }
    if (had.ok && job.concurrency === "wait" && lock.canWait) {
      return { kind: "waits", for: lock.holder ?? "another run of this job" };
    }
    this.#refused(name, had.ok ? lock.busy(job) : had.failure, undefined);
    return { kind: "refused" };
  }

  async #runHeld(
    name: string,
    { lock, places, pending }: Held,
    onlyRecorded: () => void,
  ): Promise<boolean | "left"> {
    const known = this.#looked.get(name);
    this.#looked.delete(name);
    const isFresh = known !== undefined && this.clock.monotonicMs() - known.atMs < STALE_LOOK_MS;
    // While the node waited, another run may have produced the same result.
    const looked = isFresh ? { kind: "has_to_run", job: known.job } as const : await this.#lookAndReuse(name);
    if (looked.kind === "ended") return looked.end;
    const services = await this.#services(looked.job.job);
    if (!services.ok) return this.#refused(name, services.failure, undefined);
    const stops = this.#stops.begin(name);
    const { observer, last } = remembering(submitting(this.#observer.node(name), pending));
    const { confirmed } = this.#jobOf(name);
    const processesEnded = () => {
      places.release();
      onlyRecorded();
    };
    const request = {
      ...this.#requestFor(name),
      services: services.value,
      stops,
      places: places.variable,
      processesEnded,
    };
    const slots = lock === undefined ? [places] : [lock, places];
    const ahead = await this.#next.take(name);
    const ran = await runExaminedJob(
      this.#workspace,
      looked.job,
      request,
      confirmed,
      slots,
      observer,
      ahead,
    );
    if (ran.ok && ran.value.status === "running") return "left";
    if (ran.ok) this.#next.noteEnd(ran.value);
    return ran.ok ? this.#endings.ran(name, ran.value) : this.#refused(name, ran.failure, last());
  }

  /** A node that ended before this process went on with its graph. */
  ranBefore(name: string, run: RunRecord): boolean {
    return this.#endings.ran(name, run);
  }

  /** Examines the node after its needs have ended, never before. */
  async #lookAt(name: string): Promise<Result<ExaminedJob, Failure>> {
    const { job, found } = this.#jobOf(name);
    if (job.needs.length > 0 && job.envFiles.length > 0) {
      this.#workspace.resolveMachine.envFiles.forgetChanged();
    }
    const request = this.#requestFor(name);
    // Earlier nodes may have made or changed its files of variables.
    const now = job.needs.length > 0
      ? await resolveFoundJob(this.#workspace, this.#project, job, request)
      : ok(found);
    return now.ok ? await examineJob(this.#workspace, now.value, request) : now;
  }

  /** Examines the node, and records it where it is up to date. */
  async #lookAndReuse(
    name: string,
  ): Promise<
    | { readonly kind: "ended"; readonly end: boolean }
    | { readonly kind: "has_to_run"; readonly job: ExaminedJob }
  > {
    const { observer, last } = remembering(this.#observer.node(name));
    const looked = await examineAndReuse(
      this.#workspace,
      () => this.#lookAt(name),
      this.#requestFor(name),
      observer,
    );
    if (looked.kind === "has_to_run") return looked;
    const { run } = looked;
    const end = run.ok ? this.#endings.ran(name, run.value) : this.#refused(name, run.failure, last());
    return { kind: "ended", end };
  }

  /** Where the services are that it uses, once all are ready. */
  async #services({ uses }: Job): Promise<Result<ServiceAddresses | undefined, Failure>> {
    // Nothing is started for a node that is only recorded as refused.
    return uses.length === 0 || this.#request.untrusted !== undefined
      ? ok(undefined)
      : await this.#request.shared.ready(uses, this.#stops.beforeRun);
  }

  #requestFor(name: string): RunJobRequest {
    const { isTarget } = this.#byName.get(name)!;
    return { ...this.#request, name, extraArgs: isTarget ? this.#request.extraArgs : [] };
  }

  #refused(name: string, failure: Failure, run: RunRecord | undefined): boolean {
    return this.#endings.refused(name, failure, this.#jobOf(name).found.resolved.secrets, run);
  }

  #jobOf(name: string): PreparedJob {
    const prepared = this.#prepared.jobs.get(name);
    if (prepared === undefined) throw new Error(`Cannot run node "${name}": it is no job`);
    return prepared;
  }
}

/** A job that may have to wait for a lock has a queue of its own, so that it delays no job without that lock. */
function runQueueOf(job: Job): string {
  // A job that uses the terminal, or reads our stdin, cannot share it.
  if (job.interactive || job.stdin === "inherit") return ALONE_QUEUE;
  const place = job.executor === "slurm" ? ELSEWHERE_QUEUE : "";
  const pool = place + (job.pool === undefined ? "" : ` pool ${job.pool}`);
  return job.concurrency === "allow" ? pool : `${pool} lock ${lockKeyOf(job)}`;
}

function lockKeyOf({ name, lock }: Job): string {
  return lock === undefined ? `job ${name}` : `shared ${lock.toLowerCase()}`;
}
