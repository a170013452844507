/** Where each thing lies in the state folder. The only place that builds paths there, and only from checked names. */

import { isTimestamp, nameProblem, parseRunId, type RunId, type Timestamp } from "../model/ids.ts";
import type { Paths } from "../host/host.ts";
import { TEMPORARY_SUFFIX } from "../host/durable_write.ts";

export type StreamName = "stdout" | "stderr";

/** Of the manifest of a run, behind its timestamp. */
export const MANIFEST_SUFFIX = ".inputs.json";

/** Of what stands for a lock where there are none. */
export const CLAIM_SUFFIX = ".claim";

/** The record of a run that was removed, as long as its output is not. */
export const HIDDEN_SUFFIX = `.json.removed${TEMPORARY_SUFFIX}`;

export class Layout {
  readonly #paths: Paths;
  readonly stateDir: string;

  constructor(paths: Paths, stateDir: string) {
    this.#paths = paths;
    this.stateDir = stateDir;
  }

  get runs(): string {
    return this.#paths.join(this.stateDir, "runs");
  }

  get tasks(): string {
    return this.#paths.join(this.stateDir, "tasks");
  }

  task(name: string): string {
    return this.#paths.join(this.tasks, `${checked(name)}.json`);
  }

  /** What is known of runs without reading their records: a cache. */
  get indexes(): string {
    return this.#paths.join(this.stateDir, "index");
  }

  indexOf(name: string): string {
    return this.#paths.join(this.indexes, `${checked(name)}.txt`);
  }

  /** The snapshots of inputs, by which unchanged files are not read again: a cache. */
  get inputCaches(): string {
    return this.#paths.join(this.stateDir, "inputs");
  }

  inputCache(name: string): string {
    return this.#paths.join(this.inputCaches, `${checked(name)}.cache`);
  }

  /** The key of this machine for digests of values that must not be guessed. */
  get inputKey(): string {
    return this.#paths.join(this.inputCaches, "key");
  }

  get locks(): string {
    return this.#paths.join(this.stateDir, "locks");
  }

  runsOf(name: string): string {
    return this.#paths.join(this.runs, checked(name));
  }

  record(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#paths.join(this.runsOf(name), `${timestamp}.json`);
  }

  /** What the run depended on, beside its record. */
  manifest(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#paths.join(this.runsOf(name), `${timestamp}${MANIFEST_SUFFIX}`);
  }

  hiddenRecord(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#paths.join(this.runsOf(name), `.${timestamp}${HIDDEN_SUFFIX}`);
  }

  last(name: string): string {
    return this.#paths.join(this.runsOf(name), "last.json");
  }

  /** Relative to the state folder, with "/" on every system, as records hold it. */
  outputName(id: RunId, stream: StreamName, attempt: number): string {
    const { name, timestamp } = partsOf(id);
    return `runs/${name}/${timestamp}${attempt === 1 ? "" : `.attempt-${attempt}`}.${stream}.log`;
  }

  /** In which order the output of an attempt came; likewise. */
  orderName(id: RunId, attempt: number): string {
    const { name, timestamp } = partsOf(id);
    return `runs/${name}/${timestamp}${attempt === 1 ? "" : `.attempt-${attempt}`}.order.log`;
  }

  /** The path of something that a record names relative to the state folder. */
  inState(relative: string): string {
    return this.#paths.join(this.stateDir, ...relative.split("/"));
  }

  runLock(id: RunId): string {
    const { name, timestamp } = partsOf(id);
    return this.#paths.join(this.locks, `run-${name}-${timestamp}.lock`);
  }

  jobLock(name: string): string {
    return this.#paths.join(this.locks, `job-${name}.lock`);
  }

  /** Of all jobs that name it, in the state folder of the user. Names differ in more than their case. */
  sharedLock(name: string): string {
    return this.#paths.join(this.locks, `shared-${checked(name).toLowerCase()}.lock`);
  }

  /** What stands for a lock where there are none. */
  claimOf(lock: string): string {
    return `${lock.slice(0, -".lock".length)}${CLAIM_SUFFIX}`;
  }

  /** That somebody was told that there are no locks. */
  get locksTold(): string {
    return this.#paths.join(this.locks, "no-locks");
  }

  lastLock(name: string): string {
    return this.#paths.join(this.locks, `last-${name}.lock`);
  }
}

/** The last line of defence: every name was checked where it came in. */
function checked(name: string): string {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new Error(`Cannot build a path from name "${name}": ${problem}`);
  return name;
}

function partsOf(id: RunId): { readonly name: string; readonly timestamp: Timestamp } {
  const parts = parseRunId(id);
  if (parts === undefined) throw new Error(`Cannot take run id "${id}" apart: it is none`);
  return parts;
}

/** The timestamps of the records among the names in a folder, ascending. */
export function timestampsIn(names: readonly string[]): readonly Timestamp[] {
  const found: Timestamp[] = [];
  for (const file of names) {
    if (!file.endsWith(".json")) continue;
    const stem = file.slice(0, -".json".length);
    if (isTimestamp(stem)) found.push(stem);
  }
  return found.sort();
}
