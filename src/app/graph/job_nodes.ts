/** The nodes of a graph of jobs, as the engine asks for them: each is looked at, takes what it has to hold, runs, and has one ending. */

import type { Failure } from "../../model/failure.ts";
import { maskFailure } from "../../model/failure_texts.ts";
import type { GraphNodeRecord } from "../../model/graph_record.ts";
import { isGoodNode } from "../../model/graph_words.ts";
import type { Job } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Clock, ReceivedSignal } from "../../host/host.ts";
import { ALONE_QUEUE, type GraphPorts, LOOK_QUEUE, type Looked, type Taken } from "../../engine/run_graph.ts";
import type { LeftOut } from "../../engine/schedule.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import {
  lookAtJob,
  type LookedJob,
  resolveFoundJob,
  reuseJob,
  type RunJobRequest,
  runLookedJob,
} from "../jobs/run_job.ts";
import type { JobLock } from "../recording/job_lock.ts";
import type { AskedStop } from "../workspace/asked_stops.ts";
import type { HeldPlaces, Places } from "../recording/places.ts";
import type { RunObserver } from "../recording/recorded_run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { GraphNodes } from "./graph_record.ts";
import type { GraphNode } from "./job_graph.ts";
import type { PreparedGraph, PreparedJob } from "./prepare_graph.ts";

/** A node that was examined longer ago than this before its turn is examined again. */
const STALE_LOOK_MS = 1000;

/** An observer of a graph. It receives each event after it was stored. */
export interface GraphObserver {
  began(record: RunRecord): void;
  /** The observer of the run of one node. */
  node(name: string): RunObserver;
  /** It could begin, but for what somebody else holds. */
  waits(name: string, what: string): void;
  /** The failure where it could not be run, or not be recorded to its end. */
  ended(node: GraphNodeRecord, run: RunRecord | undefined, failure: Failure | undefined): void;
}

/** A node that did not end well: its run, or why there is none. */
export interface BadNode {
  readonly name: string;
  readonly run: RunRecord | undefined;
  readonly failure: Failure | undefined;
}

/** The slots of a node while it runs. */
export interface Held {
  readonly lock: JobLock | undefined;
  readonly places: HeldPlaces;
}

export class JobNodes implements GraphPorts<Held> {
  readonly clock: Clock;
  readonly stops: StopRequests;
  readonly #workspace: Workspace;
  readonly #project: Project;
  readonly #prepared: PreparedGraph;
  readonly #byName: ReadonlyMap<string, GraphNode>;
  readonly #nodes: GraphNodes;
  readonly #places: Places;
  readonly #request: Omit<RunJobRequest, "name" | "stops">;
  readonly #observer: GraphObserver;
  readonly #looked = new Map<string, { readonly job: LookedJob; readonly atMs: number }>();
  /** The stop requests of running nodes. */
  readonly #stopsOf = new Map<string, StopRequests>();
  /** Which node of this graph holds a lock that others of it may want as well. */
  readonly #lockHolders = new Map<string, string>();
  readonly #received: ReceivedSignal[] = [];
  readonly #asked: AskedStop[] = [];
  /** An interactive job has the terminal, and decides what Ctrl-C means. */
  #interactive = 0;
  #firstBad: BadNode | undefined;
  /** Running nodes are to be ended because of this node. */
  #failedNode: string | undefined;

  constructor(
    workspace: Workspace,
    project: Project,
    prepared: PreparedGraph,
    nodes: GraphNodes,
    places: Places,
    request: Omit<RunJobRequest, "name" | "stops">,
    observer: GraphObserver,
  ) {
    this.clock = workspace.host.clock;
    this.stops = new StopRequests(this.clock);
    this.#workspace = workspace;
    this.#project = project;
    this.#prepared = prepared;
    this.#byName = new Map(prepared.graph.nodes.map((node) => [node.name, node]));
    this.#nodes = nodes;
    this.#places = places;
    this.#request = request;
    this.#observer = observer;
  }

  get firstBad(): BadNode | undefined {
    return this.#firstBad;
  }

  /** Where a node waits for its turn when its needs have ended. */
  queueOf({ job }: GraphNode): string {
    // A node without inputs always runs.
    return job === undefined || job.inputs !== undefined ? LOOK_QUEUE : runQueueOf(job);
  }

  /** To us: it ends the trees of all nodes that run, and nothing begins after it. */
  signal(received: ReceivedSignal): void {
    if (this.#interactive > 0 && (received === "SIGINT" || received === "SIGQUIT")) return;
    this.stops.signal(received);
    this.#received.push(received);
    for (const stops of this.#stopsOf.values()) stops.signal(received);
  }

  /** Somebody asks to stop all of it. */
  stop(asked: AskedStop): void {
    const { cause, ...how } = asked;
    this.stops.asked(cause, how);
    this.#asked.push(asked);
    for (const stops of this.#stopsOf.values()) stops.asked(cause, how);
  }

  async look(name: string): Promise<Looked> {
    this.#nodes.ready(name, this.#now());
    const { job } = this.#byName.get(name)!;
    if (job === undefined) {
      this.#ended(this.#nodes.groupEnded(name, this.#now()), undefined, undefined);
      return { kind: "ended", isGood: true };
    }
    const looked = await this.#lookAt(name);
    if (!looked.ok) return { kind: "ended", isGood: this.#refused(name, looked.failure, undefined) };
    const reused = await this.#reuse(name, looked.value);
    if (reused !== undefined) return { kind: "ended", isGood: reused };
    this.#looked.set(name, { job: looked.value, atMs: this.clock.monotonicMs() });
    return { kind: "run", queue: runQueueOf(job) };
  }

  take(name: string): Taken<Held> {
    this.#nodes.ready(name, this.#now());
    const { job } = this.#jobOf(name);
    const places = this.#places.take({ slot: true, pool: job.pool });
    if (places.kind === "refused") {
      this.#refused(name, places.failure, undefined);
      return places;
    }
    if (places.kind === "waits") return places;
    const lock = this.#takeLock(name);
    if (lock.kind === "held") return { kind: "held", held: { lock: lock.held, places: places.held } };
    // Nothing is held while something else is waited for.
    places.held.release();
    return lock;
  }

  async run(name: string, held: Held): Promise<boolean> {
    const { job } = this.#jobOf(name);
    if (job.interactive) this.#interactive++;
    try {
      return await this.#runHeld(name, held);
    } finally {
      if (job.interactive) this.#interactive--;
      this.#stopsOf.delete(name);
      held.places.release();
      if (held.lock !== undefined) {
        held.lock.release();
        this.#lockHolders.delete(lockKeyOf(job));
      }
    }
  }

  leftOut(left: LeftOut): void {
    this.#looked.delete(left.name);
    this.#ended(this.#nodes.leftOut(left, this.#now()), undefined, undefined);
  }

  waits(name: string, what: string): void {
    this.#observer.waits(name, what);
  }

  failFast(name: string): void {
    this.#failedNode = name;
    for (const stops of this.#stopsOf.values()) stops.failedNode(name);
  }

  #takeLock(name: string): Taken<JobLock | undefined> {
    const { job, lock } = this.#jobOf(name);
    if (lock === undefined) return { kind: "held", held: lock };
    const key = lockKeyOf(job);
    const holder = this.#lockHolders.get(key);
    // One of this graph is done in its time, so it is waited for also by a job that does not wait for others.
    if (holder !== undefined) return { kind: "waits", for: holder };
    const had = lock.tryNow();
    if (had.ok && had.value) {
      this.#lockHolders.set(key, name);
      return { kind: "held", held: lock };
    }
    if (had.ok && job.concurrency === "wait") {
      return { kind: "waits", for: lock.holder ?? "another run of this job" };
    }
    this.#refused(name, had.ok ? lock.busy(job) : had.failure, undefined);
    return { kind: "refused" };
  }

  async #runHeld(name: string, { lock, places }: Held): Promise<boolean> {
    const known = this.#looked.get(name);
    this.#looked.delete(name);
    const isFresh = known !== undefined && this.clock.monotonicMs() - known.atMs < STALE_LOOK_MS;
    const looked = isFresh ? ok(known.job) : await this.#lookAt(name);
    if (!looked.ok) return this.#refused(name, looked.failure, undefined);
    // While it waited for its turn, somebody else may have brought about the same.
    const reused = isFresh ? undefined : await this.#reuse(name, looked.value);
    if (reused !== undefined) return reused;
    const stops = new StopRequests(this.clock);
    this.#stopsOf.set(name, stops);
    // Asked for while it was looked at.
    if (this.#failedNode !== undefined) stops.failedNode(this.#failedNode);
    for (const { cause, ...how } of this.#asked) stops.asked(cause, how);
    for (const received of this.#received) stops.signal(received);
    const { observer, last } = this.#watched(name);
    const { confirmed } = this.#jobOf(name);
    const request = { ...this.#requestFor(name), stops, places: places.variable };
    const slots = lock === undefined ? [places] : [lock, places];
    const ran = await runLookedJob(this.#workspace, looked.value, request, confirmed, slots, observer);
    return ran.ok ? this.#ran(name, ran.value) : this.#refused(name, ran.failure, last());
  }

  /** As things are when its needs have ended, never before. */
  async #lookAt(name: string): Promise<Result<LookedJob, Failure>> {
    const { job, found } = this.#jobOf(name);
    if (job.needs.length > 0 && job.envFiles.length > 0) {
      this.#workspace.resolveMachine.envFiles.forgetChanged();
    }
    const request = this.#requestFor(name);
    // Earlier nodes may have made or changed its files of variables.
    const now = job.needs.length > 0
      ? await resolveFoundJob(this.#workspace, this.#project, job, request)
      : ok(found);
    return now.ok ? await lookAtJob(this.#workspace, now.value, request) : now;
  }

  /** Whether it ended well by being up to date; undefined where it has to be run. */
  async #reuse(name: string, looked: LookedJob): Promise<boolean | undefined> {
    const { observer, last } = this.#watched(name);
    const reused = await reuseJob(this.#workspace, looked, this.#requestFor(name), observer);
    if (reused === undefined) return undefined;
    return reused.ok ? this.#ran(name, reused.value) : this.#refused(name, reused.failure, last());
  }

  #requestFor(name: string): RunJobRequest {
    const { isTarget } = this.#byName.get(name)!;
    return { ...this.#request, name, extraArgs: isTarget ? this.#request.extraArgs : [] };
  }

  #watched(name: string): { readonly observer: RunObserver; last(): RunRecord | undefined } {
    const face = this.#observer.node(name);
    let record: RunRecord | undefined;
    return {
      observer: {
        event(event, now) {
          record = now;
          face.event(event, now);
        },
        outputGrown: (...grown) => face.outputGrown(...grown),
        inputWithheld: (...withheld) => face.inputWithheld(...withheld),
      },
      last: () => record,
    };
  }

  #ran(name: string, run: RunRecord): boolean {
    return this.#ended(this.#nodes.ran(name, run), run, undefined);
  }

  /** It was not run, or not recorded to its end. */
  #refused(name: string, failure: Failure, run: RunRecord | undefined): boolean {
    const masked = maskFailure(failure, this.#jobOf(name).found.resolved.secrets);
    return this.#ended(this.#nodes.failed(name, masked, run, this.#now()), run, failure);
  }

  #ended(node: GraphNodeRecord, run: RunRecord | undefined, failure: Failure | undefined): boolean {
    const isGood = isGoodNode(node);
    const isOwnEnd = run !== undefined || failure !== undefined;
    if (!isGood && isOwnEnd) this.#firstBad ??= { name: node.name, run, failure };
    this.#observer.ended(node, run, failure);
    return isGood;
  }

  #jobOf(name: string): PreparedJob {
    const prepared = this.#prepared.jobs.get(name);
    if (prepared === undefined) throw new Error(`Cannot run node "${name}": it is no job`);
    return prepared;
  }

  #now(): string {
    return new Date(this.clock.nowMs()).toISOString();
  }
}

/** A job that may have to wait for a lock holds up nobody who wants none. */
function runQueueOf(job: Job): string {
  // A job that has the terminal, or reads our input, cannot share it.
  if (job.interactive || job.stdin === "inherit") return ALONE_QUEUE;
  const pool = job.pool === undefined ? "" : `pool ${job.pool}`;
  return job.concurrency === "allow" ? pool : `${pool} lock ${lockKeyOf(job)}`;
}

function lockKeyOf({ name, lock }: Job): string {
  return lock === undefined ? `job ${name}` : `shared ${lock.toLowerCase()}`;
}
