/** The parts of an execution and what it asks of its surroundings, as types. */

import type { CapturedOutput, NotStartedCause, Outcome, RunEvent } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import type { Retry } from "../model/job.ts";
import type { Result } from "../model/result.ts";
import type { ChildProcess, SpawnRequest } from "../host/processes.ts";
import type { CaptureSink } from "./capture.ts";
import type { Executor, Policy } from "./executor.ts";
import type { RunClock } from "./run_clock.ts";
import type { StopRequests } from "./stop_requests.ts";

export interface Execution {
  /** How to start the process, or why it is already known that it cannot be started. */
  readonly start:
    | { readonly kind: "ready"; readonly spawn: SpawnRequest }
    | { readonly kind: "refused"; readonly cause: NotStartedCause; readonly detail: string };
  readonly policy: Policy;
  /**
   * How long the record of a start waits for the end of the process, which is then recorded with it in one write; undefined: not at all.
   */
  readonly gatherStartMs?: number | undefined;
  readonly retry: Retry | undefined;
  readonly successExitCodes: readonly number[];
  /** Values to mask in captured output. */
  readonly secrets: readonly string[];
}

/** How the attempts of a run ended. The run itself is not finished yet; the caller records its end. */
export interface Ended {
  readonly outcome: Outcome;
  readonly at: string;
  /** On the monotonic clock. */
  readonly atMs: number;
  /** The end of the last attempt, stored in one write with the events that follow. */
  readonly unstored: readonly RunEvent[];
  /** Why recording is no longer possible, where that is so. */
  readonly lost: Failure | undefined;
  /** The end is not known: the run stays without one, and reads as interrupted. */
  readonly isOpen?: true;
}

/** The place for the output of one attempt. */
export interface AttemptOutput {
  readonly stdout: CaptureSink & { readonly path: string };
  readonly stderr: CaptureSink & { readonly path: string };
  /** Removes the files again: no process exists that could write to them. */
  abandon(): void;
  /** Closes the files and returns size and digest of each. */
  finish(): Promise<Result<CapturedOutput, Failure>>;
}

export interface ExecutionPorts {
  readonly executor: Executor;
  readonly clock: RunClock;
  readonly stops: StopRequests;
  /**
   * Stores the events in one write, then reports them. A failure means that the run can no longer be
   * recorded.
   */
  emit(...events: readonly RunEvent[]): Promise<Result<void, Failure>>;
  /** Asked before each attempt, when all slots are held: why it must not be started; undefined where it may be. */
  refusal?(): Promise<string | undefined>;
  /** Waits until a process may be started that reads our input; the request as it is then. */
  beforeSpawn?(spawn: SpawnRequest): Promise<SpawnRequest>;
  /** Called for each process that was started, and for its end, so that it can be paused together with us. */
  onChild?(child: ChildProcess | undefined): void;
  /** Creates the place for an attempt's output. Not called for jobs that use our own streams. */
  openOutput(attempt: number): Result<AttemptOutput, Failure>;
}
