/** What an execution is made of and what it asks of those around it, as types. */

import type { CapturedOutput, NotStartedCause, Outcome, RunEvent } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import type { Retry } from "../model/job.ts";
import type { Result } from "../model/result.ts";
import type { ChildProcess, Processes, SpawnRequest } from "../host/host.ts";
import type { CaptureSink } from "./capture.ts";
import type { RunClock } from "./run_clock.ts";
import type { Policy } from "./supervise.ts";
import type { StopRequests } from "./stop_requests.ts";

export interface Execution {
  /** How to start a process, or why it is known that none can be started. */
  readonly start:
    | { readonly kind: "ready"; readonly spawn: SpawnRequest }
    | { readonly kind: "refused"; readonly cause: NotStartedCause; readonly detail: string };
  readonly policy: Policy;
  readonly retry: Retry | undefined;
  readonly successExitCodes: readonly number[];
  /** Values to be masked in what is captured. */
  readonly secrets: readonly string[];
}

/** How the attempts of a run ended. The run itself has not ended with them: its end is for the caller to record. */
export interface Ended {
  readonly outcome: Outcome;
  readonly at: string;
  /** On the monotonic clock. */
  readonly atMs: number;
  /** The end of the last attempt, to be stored in one write with what comes next. */
  readonly unstored: readonly RunEvent[];
  /** Why it can no longer be recorded, where that is so. */
  readonly lost: Failure | undefined;
}

/** Where the output of one attempt goes. */
export interface AttemptOutput {
  readonly stdout: CaptureSink & { readonly path: string };
  readonly stderr: CaptureSink & { readonly path: string };
  /** Takes all away again: there is no process that could write to them. */
  abandon(): void;
  /** Ends all; size and digest of what was kept. */
  finish(): Promise<Result<CapturedOutput, Failure>>;
}

export interface ExecutionPorts {
  readonly processes: Processes;
  readonly clock: RunClock;
  readonly stops: StopRequests;
  /** Stores the events in one write, then tells them. A failure means that the run can no longer be recorded. */
  emit(...events: readonly RunEvent[]): Promise<Result<void, Failure>>;
  /** Hears of each process that was started, and of its end, so that it can be paused with us. */
  onChild?(child: ChildProcess | undefined): void;
  /** Makes the place for an attempt's output. Not called for jobs that keep our own streams. */
  openOutput(attempt: number): Result<AttemptOutput, Failure>;
}
