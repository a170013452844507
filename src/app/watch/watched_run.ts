/** One run of a watch: its stop requests, and the changes for the next run. Starts nothing. */

import type { ChangeRecord } from "../../model/run.ts";
import { maskTexts } from "../../model/mask_texts.ts";
import { CHANGE_TEXTS } from "../../model/record_texts.ts";
import type { Clock } from "../../host/clock.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import type { ChangedFile } from "./change_feed.ts";
import type { RunSpan } from "./change_filter.ts";

/** How many changed paths are recorded by name. */
const MAX_NAMED = 20;

export class WatchedRun implements RunSpan {
  readonly number: number;
  readonly createdAtMs: number;
  endedAtMs: number | undefined;
  readonly #names = new Set<string>();
  /** Stop requests, which also apply before the run begins. */
  readonly stops: StopRequests;
  #secrets: readonly string[] | undefined;
  #isRoomWanted = false;
  #isBegun = false;

  constructor(number: number, clock: Clock) {
    this.number = number;
    this.createdAtMs = clock.monotonicMs();
    this.stops = new StopRequests(clock);
  }

  /** Its process may exist, even before that is recorded. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** The changes for which a new run is wanted; undefined while there are none. */
  get again(): ChangeRecord | undefined {
    return this.#names.size === 0 ? undefined : changeOf(this.#names);
  }

  /** The secrets are known from now on, so they can be kept out of recorded changes. */
  resolved(secrets: readonly string[]): void {
    this.#secrets = secrets;
    if (this.#isRoomWanted) this.makeRoom();
  }

  begin(): void {
    this.#isBegun = true;
  }

  /** Adds to the changes for the next run; returns whether they are the first. */
  add(files: readonly ChangedFile[]): boolean {
    const isFirst = this.#names.size === 0;
    for (const { name } of files) this.#names.add(name);
    return isFirst;
  }

  /** Stops it, for the next run. */
  makeRoom(): void {
    this.#isRoomWanted = true;
    if (this.#secrets === undefined) return;
    this.stops.changed(maskTexts(changeOf(this.#names), CHANGE_TEXTS, this.#secrets));
  }
}

export function changeOf(names: Iterable<string>): ChangeRecord {
  const sorted = [...names].sort();
  const paths = sorted.slice(0, MAX_NAMED);
  return { paths, more: sorted.length - paths.length };
}
