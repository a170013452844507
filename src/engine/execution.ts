/** What an execution is made of and what it asks of those around it, as types. */

import type { CapturedStream, NotStartedCause, Outcome, RunEvent, RunRecord } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import type { Retry } from "../model/job.ts";
import type { Result } from "../model/result.ts";
import type { ChildProcess, Clock, Processes, SpawnRequest } from "../host/host.ts";
import type { CaptureSink } from "./capture.ts";
import type { Policy } from "./supervise.ts";
import type { StopRequests } from "./stop_requests.ts";

export interface Execution {
  /** The record that states the intent; it is emitted first. */
  readonly record: RunRecord;
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

/** Where the output of one attempt goes. */
export interface AttemptOutput {
  readonly stdout: CaptureSink & { readonly path: string };
  readonly stderr: CaptureSink & { readonly path: string };
  /** Takes both away again: there is no process that could write to them. */
  abandon(): void;
  /** Ends both; size and digest of what was kept. */
  finish(): Promise<
    Result<{ readonly stdout: CapturedStream; readonly stderr: CapturedStream }, Failure>
  >;
}

export interface ExecutionPorts {
  readonly processes: Processes;
  readonly clock: Clock;
  readonly stops: StopRequests;
  /** Stores the event, then says it. A failure means that the run can no longer be recorded. */
  emit(event: RunEvent): Promise<Result<void, Failure>>;
  /** For a run that must wait for another one to end; `holder` is undefined where the lock is ours already. */
  readonly jobLock: {
    readonly holder: string | null | undefined;
    /** Returns when the lock is ours, or when a stop was requested. */
    wait(): Promise<Result<void, Failure>>;
  } | undefined;
  /** Hears of each process that was started, and of its end, so that it can be paused with us. */
  onChild?(child: ChildProcess | undefined): void;
  /** Called once, when the intent is recorded and before anything is started. */
  begin?(): Promise<Result<void, Failure>>;
  /**
   * What the outcome is once it has been looked at what the run was to bring about. Called at most once, before the
   * end; not where the run can no longer be recorded.
   */
  conclude?(outcome: Outcome): Promise<Result<Outcome, Failure>>;
  /** Makes the place for an attempt's output. Not called for jobs that keep our own streams. */
  openOutput(attempt: number): Result<AttemptOutput, Failure>;
}
