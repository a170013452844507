/** Why processes of a run were ended, and how a run ended. Types alone, spelled as in the record. */

import type { NotStartedCause } from "./run_status.ts";

/** Why Orchastration ended the processes. */
export type StopCause =
  | { readonly kind: "timeout"; readonly after_ms: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "recorder"; readonly detail: string }
  | { readonly kind: "bug"; readonly detail: string }
  /** `run --watch` ended it to start a new run. */
  | { readonly kind: "change" } & ChangeRecord
  /** Another node of the same graph did not succeed, and `--fail-fast` was asked for. */
  | { readonly kind: "failed_node"; readonly name: string }
  /** A service did not become ready in time. */
  | { readonly kind: "not_ready"; readonly after_ms: number }
  /** Somebody called `stop`. */
  | { readonly kind: "stop_request" } & StopAskerRecord
  | { readonly kind: "leftovers" }
  /** Slurm ended the job by itself; `state` is its word for it, as in TIMEOUT or NODE_FAIL. */
  | { readonly kind: "slurm"; readonly state: string };

/** The caller of `stop`. */
export interface StopAskerRecord {
  readonly user: string | null;
  /** The assistant that it made itself known as. */
  readonly agent: string | null;
  readonly pid: number;
}

/**
 * The changes for which `run --watch` started the run: some of the paths, relative to the working directory,
 * and how many more.
 */
export interface ChangeRecord {
  /** With "/" on every system, sorted. */
  readonly paths: readonly string[];
  readonly more: number;
}

export interface SentSignal {
  readonly signal: string;
  /** Since the attempt's start, on the monotonic clock. */
  readonly at_ms: number;
  readonly processes: number;
}

/** What Orchastration did to end the processes of an attempt. */
export interface StopReport {
  readonly cause: StopCause;
  readonly signals: readonly SentSignal[];
  /** Ids of processes that were still alive when Orchastration gave up; empty as long as the system obeys. */
  readonly survivors: readonly number[];
}

/** How one run ended. Unknown facts have no field here: an interrupted run has no outcome. */
export type Outcome =
  | { readonly status: "succeeded"; readonly exit_code: number }
  /** `because`: the process succeeded, but its declared outputs do not exist. */
  | { readonly status: "failed"; readonly exit_code: number; readonly because?: string }
  | { readonly status: "signalled"; readonly signal: string }
  | { readonly status: "timed_out"; readonly after_ms: number; readonly end: ProcessEnd }
  | { readonly status: "cancelled"; readonly cause: StopCause; readonly end: ProcessEnd }
  | { readonly status: "not_started"; readonly cause: NotStartedCause; readonly detail: string };

/** How the job's own process ended: with a status by itself, or by a signal. */
export type ProcessEnd =
  | { readonly kind: "exited"; readonly exit_code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  /** It did not end within the bound, even when forced. */
  | { readonly kind: "unknown" }
  /** It ended on another machine, which did not say how. */
  | { readonly kind: "untold" }
  /** No process existed: the stop came before it was started. */
  | { readonly kind: "none" };
