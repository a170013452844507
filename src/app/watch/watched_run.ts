/** One run of a watch: who wants its end, and what the next one will be for. Starts nothing. */

import type { ChangeRecord } from "../../model/run.ts";
import { maskDeep } from "../../model/secrets.ts";
import type { StopSignal } from "../../host/host.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import type { ChangedFile } from "./change_feed.ts";
import type { RunSpan } from "./change_filter.ts";

/** So many of the paths that changed are recorded by name. */
const MAX_NAMED = 20;

export class WatchedRun implements RunSpan {
  readonly number: number;
  readonly createdAtMs: number;
  endedAtMs: number | undefined;
  readonly #names = new Set<string>();
  /** What was wanted before there was a line to stand in. */
  readonly #early: ((line: StopRequests, secrets: readonly string[]) => void)[] = [];
  #stops: { readonly line: StopRequests; readonly secrets: readonly string[] } | undefined;
  #isBegun = false;

  constructor(number: number, createdAtMs: number) {
    this.number = number;
    this.createdAtMs = createdAtMs;
  }

  /** Its process can be there, also where that is not recorded yet. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** What a new run is wanted for; undefined while none is. */
  get again(): ChangeRecord | undefined {
    return this.#names.size === 0 ? undefined : changeOf(this.#names);
  }

  /** Lends the line of those who want an end; as `RunToRecord.attach`. */
  attach(line: StopRequests, secrets: readonly string[]): () => void {
    this.#isBegun = true;
    this.#stops = { line, secrets };
    for (const want of this.#early.splice(0)) want(line, secrets);
    return () => void (this.#stops = undefined);
  }

  /** Its own ears hear the same as soon as it is recorded, which counts once. */
  signal(signal: StopSignal): void {
    this.#want((line) => line.signal(signal));
  }

  bug(detail: string): void {
    this.#want((line) => line.bug(detail));
  }

  /** More that the next run is for; says whether it is the first. */
  add(files: readonly ChangedFile[]): boolean {
    const isFirst = this.#names.size === 0;
    for (const { name } of files) this.#names.add(name);
    return isFirst;
  }

  /** Ends it, for the next one. */
  makeRoom(): void {
    const change = changeOf(this.#names);
    this.#want((line, secrets) => line.changed(maskDeep({ ...change }, secrets)));
  }

  #want(want: (line: StopRequests, secrets: readonly string[]) => void): void {
    if (this.#stops !== undefined) want(this.#stops.line, this.#stops.secrets);
    else if (!this.#isBegun) this.#early.push(want);
  }
}

export function changeOf(names: Iterable<string>): ChangeRecord {
  const sorted = [...names].sort();
  const paths = sorted.slice(0, MAX_NAMED);
  return { paths, more: sorted.length - paths.length };
}
