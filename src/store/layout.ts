/**
 * The place of each thing in the state folder. The only code that builds paths there, and only from validated
 * names.
 */

import { isTimestamp, nameProblem, parseRunId, type RunId, type Timestamp } from "../model/ids.ts";
import type { Paths } from "../host/paths.ts";
import { TEMPORARY_SUFFIX } from "../host/durable_write.ts";

export type StreamName = "stdout" | "stderr";

/** The suffix of a run's manifest, after its timestamp. */
export const MANIFEST_SUFFIX = ".inputs.json";

/** The suffix of a request to stop a run, after its timestamp. */
export const STOP_SUFFIX = ".stop.json";

/** The suffix of the facts about a ready service, after its timestamp. */
export const READY_SUFFIX = ".ready.json";

/** The suffix of the notification of a run's end, after its timestamp. */
export const NOTICE_SUFFIX = ".notified.json";

/** The suffix of a claim, which replaces a lock. */
export const CLAIM_SUFFIX = ".claim";

/** The suffix of a record, after its timestamp; other files beside it end in the same way. */
export const RECORD_SUFFIX = ".json";

/** The suffix of a removed record while its output still exists. */
export const HIDDEN_SUFFIX = `.json.removed${TEMPORARY_SUFFIX}`;

/** The suffix of a log of nodes. */
export const NODE_LOG_SUFFIX = ".log";

export class Layout {
  readonly #paths: Paths;
  readonly #separator: string;
  readonly stateDir: string;
  readonly runs: string;
  readonly locks: string;
  /** The job whose folder was asked for last, because one run asks for many things in it. */
  #last: { readonly name: string; readonly folder: string } | undefined;

  constructor(paths: Paths, stateDir: string) {
    this.#paths = paths;
    this.stateDir = stateDir;
    this.runs = paths.join(stateDir, "runs");
    this.locks = paths.join(stateDir, "locks");
    this.#separator = this.runs.charAt(this.runs.length - "runs".length - 1);
  }

  /** The path of a name in a folder of this layout. Such paths are made for every step of every run, and need no normalizing. */
  #in(folder: string, name: string): string {
    return `${folder}${this.#separator}${name}`;
  }

  get tasks(): string {
    return this.#paths.join(this.stateDir, "tasks");
  }

  /** The digests of all finished records, one line each. */
  get journal(): string {
    return this.#paths.join(this.stateDir, "journal.jsonl");
  }

  /** Held while lines are appended to the journal; contains its newest line's number and digest. */
  get journalLock(): string {
    return this.#in(this.locks, "journal.lock");
  }

  /** Held while signed statements are written and entered in the journal. */
  get evidenceLock(): string {
    return this.#in(this.locks, "evidence.lock");
  }

  task(name: string): string {
    return this.#paths.join(this.tasks, `${checked(name)}.json`);
  }

  /** A cache of facts about runs, so that their records need not be read. */
  get indexes(): string {
    return this.#paths.join(this.stateDir, "index");
  }

  indexOf(name: string): string {
    return this.#paths.join(this.indexes, `${checked(name)}.txt`);
  }

  /** Snapshots of inputs, so that unchanged files are not read again: a cache. */
  get inputCaches(): string {
    return this.#paths.join(this.stateDir, "inputs");
  }

  inputCache(name: string): string {
    return this.#paths.join(this.inputCaches, `${checked(name)}.cache`);
  }

  /** The same for the nodes of large graphs, in one file. No job has such a name. */
  get nodeInputs(): string {
    return this.#paths.join(this.inputCaches, ".nodes.cache");
  }

  /** The nodes of large graphs that were up to date the last time: a cache. */
  get nodeReuses(): string {
    return this.#paths.join(this.inputCaches, ".reuses.cache");
  }

  /** The key of this machine for digests of values that must not be guessed. */
  get inputKey(): string {
    return this.#paths.join(this.inputCaches, "key");
  }

  /** When each hook of an assistant fired last, and what was seen outside. */
  get hooks(): string {
    return this.#paths.join(this.stateDir, "hooks");
  }

  hookFired(hook: string): string {
    return this.#paths.join(this.hooks, `${checked(hook)}.json`);
  }

  get seenFolder(): string {
    return this.#paths.join(this.hooks, "seen");
  }

  seenOutside(job: string): string {
    return this.#paths.join(this.seenFolder, `${checked(job)}.json`);
  }

  /** Signed statements about runs. */
  get evidence(): string {
    return this.#paths.join(this.stateDir, "evidence");
  }

  evidenceOf(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#paths.join(this.evidence, checked(name), timestamp);
  }

  runsOf(name: string): string {
    if (this.#last?.name !== name) {
      this.#last = { name, folder: this.#in(this.runs, checked(name)) };
    }
    return this.#last.folder;
  }

  record(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#in(this.runsOf(name), `${timestamp}.json`);
  }

  /** The manifest of the run, beside its record. */
  manifest(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#in(this.runsOf(name), `${timestamp}${MANIFEST_SUFFIX}`);
  }

  /** The request to stop the run, beside its record. */
  stopRequest(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#in(this.runsOf(name), `${timestamp}${STOP_SUFFIX}`);
  }

  /** The facts about a run of a service that is ready, beside its record. */
  serviceReady(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#in(this.runsOf(name), `${timestamp}${READY_SUFFIX}`);
  }

  /** The notification of the run's end, beside its record. */
  notice(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#in(this.runsOf(name), `${timestamp}${NOTICE_SUFFIX}`);
  }

  /**
   * Shared by all users of the service, and held exclusively by the process that ends it. `project`: its digest, if
   * several projects share the records.
   */
  serviceUsers(name: string, project: string | undefined): string {
    const ofProject = project === undefined ? "" : `-${checked(project)}`;
    return this.#in(this.locks, `service-${checked(name)}${ofProject}.lock`);
  }

  /** Exists only while there are runs that no process follows. */
  get unattended(): string {
    return this.#paths.join(this.stateDir, "unattended");
  }

  /** What a later command needs to go on with a run that no process follows. */
  handover(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#paths.join(this.unattended, `${name}-${timestamp}.json`);
  }

  hiddenRecord(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#in(this.runsOf(name), `.${timestamp}${HIDDEN_SUFFIX}`);
  }

  last(name: string): string {
    return this.#in(this.runsOf(name), "last.json");
  }

  /** The logs of graphs whose nodes are recorded together; empty while there are none. */
  get nodeLogs(): string {
    return this.#paths.join(this.stateDir, "nodes");
  }

  /** The records of a graph's nodes, until their own files are durable. */
  nodeLog(graph: RunId): string {
    const { name, timestamp } = partsOf(graph);
    return this.#paths.join(this.nodeLogs, `${name}-${timestamp}${NODE_LOG_SUFFIX}`);
  }

  /** Held while the records of a log are written into their own files. */
  get nodeLogsLock(): string {
    return this.#in(this.locks, "nodes.lock");
  }

  /** Relative to the state folder, with "/", as records hold it. */
  outputName(id: RunId, stream: StreamName, attempt: number): string {
    const { name, timestamp } = partsOf(id);
    return `runs/${name}/${timestamp}${attempt === 1 ? "" : `.attempt-${attempt}`}.${stream}.log`;
  }

  /** All files of an attempt's output, relative in the same way. */
  outputNames(id: RunId, attempt: number): Readonly<Record<StreamName | "order", string>> {
    return {
      stdout: this.outputName(id, "stdout", attempt),
      stderr: this.outputName(id, "stderr", attempt),
      order: this.orderName(id, attempt),
    };
  }

  /** The file with the order of an attempt's output; relative in the same way. */
  orderName(id: RunId, attempt: number): string {
    const { name, timestamp } = partsOf(id);
    return `runs/${name}/${timestamp}${attempt === 1 ? "" : `.attempt-${attempt}`}.order.log`;
  }

  /** What Slurm itself wrote about an attempt; relative in the same way. */
  slurmLogName(id: RunId, attempt: number): string {
    const { name, timestamp } = partsOf(id);
    return `runs/${name}/${timestamp}${attempt === 1 ? "" : `.attempt-${attempt}`}.slurm.log`;
  }

  /** The absolute path for a path that a record holds relative to the state folder. */
  inState(relative: string): string {
    return this.#paths.join(this.stateDir, ...relative.split("/"));
  }

  runLock(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#in(this.locks, `run-${name}-${timestamp}.lock`);
  }

  jobLock(name: string): string {
    return this.#in(this.locks, `job-${name}.lock`);
  }

  /**
   * A lock shared by all jobs that name it, in the state folder of the user. Such names differ in more than
   * case.
   */
  sharedLock(name: string): string {
    return this.#in(this.locks, `shared-${checked(name).toLowerCase()}.lock`);
  }

  /** The claim that replaces a lock on file systems without locks. */
  claimOf(lock: string): string {
    return `${lock.slice(0, -".lock".length)}${CLAIM_SUFFIX}`;
  }

  /** Exists after the user was warned of missing locks. */
  get missingLocksNote(): string {
    return this.#in(this.locks, "no-locks");
  }

  /** A slot or a place in a pool, in the state folder of the user; "next": the right to the next free slot. */
  placeLock(place: { readonly pool: string | undefined; readonly index: number } | "next"): string {
    if (place === "next") return this.#in(this.locks, "slot-next.lock");
    const { pool, index } = place;
    const name = pool === undefined ? "slot" : `pool-${checked(pool).toLowerCase()}`;
    return this.#in(this.locks, `${name}-${index}.lock`);
  }

  /** The notes and locks of owners of tasks, in the state folder of the user. */
  get leases(): string {
    return this.#paths.join(this.stateDir, "leases");
  }

  /** `repository`: a digest. The note about the owner. */
  lease(repository: string, task: string): string {
    return this.#paths.join(this.leases, `${checked(repository)}-${checked(task)}.json`);
  }

  /** Held for as long as the note is read and written. */
  leaseGate(repository: string, task: string): string {
    return this.#paths.join(this.leases, `${checked(repository)}-${checked(task)}.lock`);
  }

  /** Held by every process of the owner. */
  leaseHold(repository: string, task: string, token: string): string {
    return this.#paths.join(this.leases, `${checked(repository)}-${checked(task)}-${checked(token)}.hold`);
  }

  /** The ranges of ports of work trees, in the state folder of the user. */
  get ports(): string {
    return this.#paths.join(this.stateDir, "ports");
  }

  portRange(base: number): string {
    return this.#paths.join(this.ports, String(base));
  }

  get portsLock(): string {
    return this.#paths.join(this.ports, "lock");
  }

  /** One for all jobs: it is held for no longer than it takes to give a file another name. */
  get lastLock(): string {
    return this.#in(this.locks, "last.lock");
  }
}

/** The last line of defence: every name was validated when it came in. */
function checked(name: string): string {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new Error(`Cannot build a path from name "${name}": ${problem}`);
  return name;
}

function partsOf(id: RunId): { readonly name: string; readonly timestamp: Timestamp } {
  const parts = parseRunId(id);
  if (parts === undefined) throw new Error(`Cannot split run id "${id}": it is not a run id`);
  return parts;
}

/** The timestamps of the records among the names in a folder, ascending. */
export function timestampsIn(names: readonly string[]): readonly Timestamp[] {
  const found: Timestamp[] = [];
  for (const file of names) {
    if (!file.endsWith(RECORD_SUFFIX)) continue;
    const stem = file.slice(0, -RECORD_SUFFIX.length);
    if (isTimestamp(stem)) found.push(stem);
  }
  return found.sort();
}
