/**
 * The recorded runs of one job or of all, in one or several state folders, newest first, reading no more of
 * them than requested.
 */

import type { Failure } from "../../model/failure.ts";
import { firstAhead, parseRunId, type RunId, runIdOf, type Timestamp } from "../../model/ids.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { shortestPrefix } from "../../model/run_reference.ts";
import { suggest } from "../../model/suggest.ts";
import type { RunStatus } from "../../model/run.ts";
import { RunIndex } from "../../store/run_index.ts";
import { lockedRuns } from "../../store/running_runs.ts";
import type { DamagedRecord, RunStore } from "../../store/run_store.ts";

/** An existing run whose record was not read. */
export interface RecordedRun {
  readonly index: RunIndex;
  /** The position in the index. */
  readonly position: number;
  readonly id: RunId;
  readonly timestamp: Timestamp;
  /** How it ended; undefined where only its record tells. */
  readonly ended: RunStatus | undefined;
}

export class RunHistory {
  /** One for each job or task, sorted by name within each state folder. */
  readonly indexes: readonly RunIndex[];
  readonly #future: Timestamp;
  readonly #storeOf: ReadonlyMap<RunIndex, RunStore>;

  private constructor(storeOf: ReadonlyMap<RunIndex, RunStore>, future: Timestamp) {
    this.#future = future;
    this.indexes = [...storeOf.keys()];
    this.#storeOf = storeOf;
  }

  /** For one name, or for all; run_not_found where the name has no runs. */
  static open(store: RunStore, name: string | undefined): Result<RunHistory, Failure> {
    const names = store.names();
    if (!names.ok) return names;
    if (name !== undefined && !names.value.includes(name)) {
      return fail({
        code: "run_not_found",
        reference: name,
        fact: `no run of this name is recorded in ${store.layout.stateDir}`,
        suggestion: suggest(name, names.value),
      });
    }
    const storeOf = new Map<RunIndex, RunStore>();
    for (const each of name === undefined ? names.value : [name]) {
      const index = RunIndex.open(store.parts, each);
      if (!index.ok) return index;
      storeOf.set(index.value, store);
    }
    return ok(new RunHistory(storeOf, firstAhead(store.parts.clock.nowMs())));
  }

  /** Over several state folders; one that cannot be listed is reported and does not affect the others. */
  static openAll(
    stores: readonly RunStore[],
    name: string | undefined,
  ): Result<{ readonly history: RunHistory; readonly unreadable: readonly DamagedRecord[] }, Failure> {
    const storeOf = new Map<RunIndex, RunStore>();
    const unreadable: DamagedRecord[] = [];
    let absent: Failure | undefined;
    for (const store of stores) {
      const opened = RunHistory.open(store, name);
      if (opened.ok) { for (const index of opened.value.indexes) storeOf.set(index, store); }
      else if (opened.failure.code === "state_unreadable") unreadable.push(opened.failure);
      else absent = opened.failure;
    }
    if (absent !== undefined && storeOf.size === 0 && unreadable.length === 0) return fail(absent);
    const nowMs = stores[0]?.parts.clock.nowMs() ?? 0;
    return ok({ history: new RunHistory(storeOf, firstAhead(nowMs)), unreadable });
  }

  storeOf(index: RunIndex): RunStore {
    return this.#storeOf.get(index)!;
  }

  /** The number of runs. */
  get size(): number {
    return this.indexes.reduce((sum, { size }) => sum + size, 0);
  }

  /** How many of them are in the future. */
  get aheadCount(): number {
    return this.indexes.reduce((sum, index) => sum + index.size - this.#knownIn(index), 0);
  }

  /** The first position of those in the future. */
  #knownIn(index: RunIndex): number {
    return index.lowerBound(this.#future);
  }

  /** Candidates, as far as that is known without their records. Runs in the future come last. */
  *newestFirst(
    mayBeWanted: (ended: RunStatus | undefined) => boolean = () => true,
    within: (index: RunIndex) => { readonly start: number; readonly end: number } = ({ size }) => ({
      start: 0,
      end: size,
    }),
  ): Generator<RecordedRun> {
    yield* this.#merged(mayBeWanted, (index) => {
      const { start, end } = within(index);
      return { start, end: Math.min(end, this.#knownIn(index)) };
    });
    if (this.aheadCount === 0) return;
    yield* this.#merged(mayBeWanted, (index) => {
      const { start, end } = within(index);
      return { start: Math.max(start, this.#knownIn(index)), end };
    });
  }

  /**
   * The runs whose recorder has not removed its lock, newest first, those in the future last: every one that is going on, unless somebody removed
   * its lock. Needs neither records nor an index.
   */
  held(): readonly RecordedRun[] {
    const found: RecordedRun[] = [];
    for (const store of new Set(this.#storeOf.values())) {
      const indexes = new Map(
        this.indexes.filter((index) => this.storeOf(index) === store).map((index) => [index.name, index]),
      );
      for (const id of lockedRuns(store.parts)) {
        const { name, timestamp } = parseRunId(id)!;
        const index = indexes.get(name);
        const position = index?.lowerBound(timestamp) ?? 0;
        if (index === undefined || position === index.size || index.timestampAt(position) !== timestamp) {
          continue;
        }
        found.push({ index, position, id, timestamp, ended: index.statusAt(position) });
      }
    }
    const order = ({ timestamp }: RecordedRun) => `${timestamp < this.#future ? "1" : "0"}${timestamp}`;
    // With equal times they stay in the order of their names.
    return found.sort((a, b) => order(a) === order(b) ? 0 : order(a) < order(b) ? 1 : -1);
  }

  *#merged(
    mayBeWanted: (ended: RunStatus | undefined) => boolean,
    within: (index: RunIndex) => { readonly start: number; readonly end: number },
  ): Generator<RecordedRun> {
    const lines = this.indexes.map((index) => backwards(index, within(index), mayBeWanted));
    const heads = lines.map((line) => line.next().value);
    for (;;) {
      let newest = -1;
      for (const [at, head] of heads.entries()) {
        // With equal times, the run whose name comes first.
        if (head && (newest < 0 || head.timestamp > heads[newest]!.timestamp)) newest = at;
      }
      if (newest < 0) return;
      yield heads[newest]!;
      heads[newest] = lines[newest]!.next().value;
    }
  }

  /** Saves what was learned about the runs for the next reader. */
  keep(): void {
    for (const index of this.indexes) index.keep();
  }
}

/** This prefix of an id names this recorded run only. */
export function prefixOf({ index, position, id }: RecordedRun): string {
  const neighbours = [position - 1, position + 1].filter((at) => at >= 0 && at < index.size);
  return shortestPrefix(id, neighbours.map((at) => index.idAt(at)));
}

function* backwards(
  index: RunIndex,
  { start, end }: { readonly start: number; readonly end: number },
  mayBeWanted: (ended: RunStatus | undefined) => boolean,
): Generator<RecordedRun, undefined> {
  for (let position = end - 1; position >= start; position--) {
    const ended = index.statusAt(position);
    if (!mayBeWanted(ended)) continue;
    const timestamp = index.timestampAt(position);
    yield { index, position, id: runIdOf(index.name, timestamp), timestamp, ended };
  }
}
