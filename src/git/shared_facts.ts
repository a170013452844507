/**
 * The facts of git for many runs that begin one after the other: they share an answer that is at most a moment old, because each question
 * takes two processes, which is more than most runs need.
 */

import type { Clock } from "../host/clock.ts";
import { beginGitFacts, type GitMachine, type GitReading, LEAST_MS } from "./git.ts";

/** A run that begins later than this after a question has git asked again. */
const SHARED_FOR_MS = 1000;

interface Shared {
  readonly begunAtMs: number;
  /** undefined where there is nothing to ask. */
  readonly reading: GitReading | undefined;
}

export class SharedGitFacts {
  readonly #machine: GitMachine & { readonly clock: Clock };
  /** By folder. */
  readonly #newest = new Map<string, Shared>();

  constructor(machine: GitMachine & { readonly clock: Clock }) {
    this.#machine = machine;
  }

  /** Like `beginGitFacts`. `read_at` of the facts says when git answered. */
  begin(folder: string): GitReading | undefined {
    const nowMs = this.#machine.clock.monotonicMs();
    const newest = this.#newest.get(folder);
    if (newest !== undefined && nowMs - newest.begunAtMs < SHARED_FOR_MS) return newest.reading;
    const reading = beginGitFacts(this.#machine, folder, LEAST_MS);
    let facts: ReturnType<GitReading["end"]> | undefined;
    // The first run that ends decides how long git is waited for.
    const shared = reading && { end: (isStopped: boolean) => facts ??= reading.end(isStopped) };
    this.#newest.set(folder, { begunAtMs: nowMs, reading: shared });
    return shared;
  }
}
