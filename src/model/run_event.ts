/** The events of a run, and the record after each. Pure. */

import { canonicalJson } from "./canonical_json.ts";
import type { GraphRecord } from "./graph_record.ts";
import type { RunId } from "./ids.ts";
import { formatDuration } from "./duration.ts";
import type { CapturedOutput } from "./captured_output.ts";
import type { CheckFile, OutputRecord } from "./file_record.ts";
import type { Outcome, StopCause, StopReport } from "./run_outcome.ts";
import type {
  AttemptRecord,
  CheckRecord,
  GitFacts,
  ProcessIdentity,
  RecoveryRecord,
  RunRecord,
} from "./run_record.ts";
import type { SlurmRecord } from "./slurm_record.ts";
import type { ToolRecord } from "./tool_record.ts";
import { describeOutcome, describeRecovered, describeSlurm, describeStopCause } from "./run_words.ts";

/**
 * The events of a run, in the order in which they happen. Times are RFC 3339 UTC; durations are monotonic.
 */
export type RunEvent =
  | { readonly kind: "run_created"; readonly record: RunRecord }
  /**
   * Nothing was started, because the result of another run still holds. The record stays as it was created.
   */
  | { readonly kind: "run_up_to_date"; readonly same: RunId }
  /** The run waits for another run of the same job. */
  | { readonly kind: "job_lock_awaited"; readonly holder: string | null }
  | {
    readonly kind: "attempt_started";
    readonly number: number;
    readonly at: string;
    /** null where it is on another machine. */
    readonly process: ProcessIdentity | null;
    readonly stdoutPath: string | null;
    readonly stderrPath: string | null;
    readonly slurm?: SlurmRecord;
  }
  /** Slurm tells more about the attempt. */
  | { readonly kind: "slurm_noted"; readonly number: number; readonly slurm: SlurmRecord }
  | {
    readonly kind: "stop_requested";
    readonly cause: StopCause;
    readonly signal: string;
    /** When the remaining processes will be forced to end. */
    readonly forcedInMs: number;
  }
  | { readonly kind: "stop_escalated"; readonly cause: StopCause; readonly signal: string }
  | {
    readonly kind: "attempt_finished";
    readonly number: number;
    readonly at: string;
    readonly durationMs: number;
    /** How long the run was stopped with Ctrl-Z, which does not count as run time. */
    readonly stoppedMs: number;
    readonly outcome: Outcome;
    readonly output: CapturedOutput;
    readonly leakedOutput: boolean;
    readonly stop: StopReport | null;
    readonly leftRunning: readonly number[];
    /** The system was able to list processes at the end. */
    readonly isListed: boolean;
  }
  /** Inputs were examined again after the process ended; some of those that changed meanwhile are named. */
  | { readonly kind: "inputs_compared"; readonly changed: readonly string[] }
  /** Recovery examined the outputs, after the end of the run. */
  | { readonly kind: "outputs_recovered"; readonly at: string; readonly outputs: readonly OutputRecord[] }
  /** The outputs of a build, and the results of its criteria's checks. */
  | {
    readonly kind: "evidence_gathered";
    readonly outputs: readonly OutputRecord[];
    readonly checks: readonly CheckRecord[];
    readonly checkFiles: readonly CheckFile[];
  }
  | { readonly kind: "retry_scheduled"; readonly number: number; readonly delayMs: number }
  /** The git facts of the working folder, which were read while the job ran. */
  | { readonly kind: "git_noted"; readonly git: GitFacts | null }
  /**
   * An outside tool is about to be called, or has answered; the event is about the last entry of the list.
   */
  | { readonly kind: "tools_noted"; readonly tools: readonly ToolRecord[] }
  /** The end of a run without a process: an action of Orchastration itself. */
  | {
    readonly kind: "act_finished";
    readonly at: string;
    readonly durationMs: number;
    readonly status: "succeeded" | "failed";
    readonly reason: string;
  }
  /** Every node of a graph has an ending. */
  | {
    readonly kind: "graph_finished";
    readonly at: string;
    readonly durationMs: number;
    readonly status: "succeeded" | "failed" | "cancelled";
    readonly reason: string;
    readonly graph: GraphRecord;
    /** Why it was ended before its time. */
    readonly cause: StopCause | undefined;
  }
  | {
    readonly kind: "run_finished";
    readonly at: string;
    readonly durationMs: number;
    readonly stoppedMs: number;
    readonly outcome: Outcome;
  };

/**
 * The record after an event. Throws where the event cannot follow, because a run that has ended never
 * changes.
 */
export function applyRunEvent(run: RunRecord, event: RunEvent): RunRecord {
  if (isFinished(run)) throw new Error(`Cannot apply "${event.kind}" to run "${run.id}": already finished`);
  switch (event.kind) {
    case "run_created":
      throw new Error(`Cannot create run "${run.id}": already created`);
    case "run_up_to_date":
      return run;
    case "job_lock_awaited":
      return { ...run, reason: `waiting for ${event.holder ?? "another run of this job"} to end` };
    case "attempt_started": {
      const begun = {
        process: event.process,
        exit_code: null,
        signal: null,
        stdout_path: event.stdoutPath,
        stderr_path: event.stderrPath,
        stdout_bytes: null,
        stderr_bytes: null,
        stdout_sha256: null,
        stderr_sha256: null,
        leaked_output: false,
        stopped_by: null,
        left_running: [],
        ...(event.slurm === undefined ? {} : { slurm: event.slurm }),
      };
      const attempt: AttemptRecord = {
        number: event.number,
        status: "running",
        start_time: event.at,
        end_time: null,
        duration_ms: null,
        ...begun,
      };
      // Facts about the attempt before are kept among the attempts, and do not apply to this one.
      const { output_order: _, members_unlisted: __, slurm: ___, ...before } = run;
      return {
        ...before,
        reason: (event.number === 1 ? "" : `attempt ${event.number}: `) + whereIs(event),
        ...begun,
        attempts: [...run.attempts, attempt],
      };
    }
    case "slurm_noted": {
      const { number, slurm } = event;
      const attempts = run.attempts.map((each) => each.number === number ? { ...each, slurm } : each);
      const words = (number === 1 ? "" : `attempt ${number}: `) + describeSlurm(slurm);
      // Once it is being ended, that is the news.
      const reason = run.reason.includes(" was sent: ") ? run.reason : words;
      return { ...run, slurm, attempts, reason };
    }
    case "stop_requested":
    case "stop_escalated":
      return { ...run, reason: `${event.signal} was sent: ${describeStopCause(event.cause)}` };
    case "attempt_finished": {
      const ended = endOf(event.outcome);
      const { stdout, stderr, order } = event.output;
      const facts = {
        exit_code: ended.exit_code,
        signal: ended.signal,
        stdout_bytes: stdout?.bytes ?? null,
        stderr_bytes: stderr?.bytes ?? null,
        stdout_sha256: stdout?.sha256 ?? null,
        stderr_sha256: stderr?.sha256 ?? null,
        ...(order === null ? {} : { output_order: order }),
        leaked_output: event.leakedOutput,
        stopped_by: event.stop,
        left_running: event.leftRunning,
        ...(event.isListed ? {} : { members_unlisted: true as const }),
      };
      const attempts = run.attempts.map((attempt) =>
        attempt.number === event.number
          ? {
            ...attempt,
            ...facts,
            status: event.outcome.status,
            end_time: event.at,
            duration_ms: event.durationMs,
            ...stopped(event),
          }
          : attempt
      );
      return { ...run, ...facts, attempts, reason: describeOutcome(event.outcome) };
    }
    case "inputs_compared":
      return event.changed.length === 0 ? run : { ...run, inputs_changed: event.changed };
    case "outputs_recovered":
      return { ...run, outputs: event.outputs, examined_at: event.at };
    case "evidence_gathered":
      return {
        ...run,
        outputs: event.outputs,
        checks: event.checks,
        ...(event.checkFiles.length === 0 ? {} : { check_files: event.checkFiles }),
      };
    case "retry_scheduled":
      return { ...run, reason: `attempt ${event.number} starts in ${formatDuration(event.delayMs)}` };
    case "git_noted":
      return { ...run, git: event.git };
    case "tools_noted":
      return { ...run, tools: event.tools };
    case "act_finished":
      return {
        ...run,
        status: event.status,
        reason: event.reason,
        end_time: event.at,
        duration_ms: event.durationMs,
      };
    case "graph_finished":
      return {
        ...run,
        status: event.status,
        reason: event.reason,
        end_time: event.at,
        duration_ms: event.durationMs,
        graph: event.graph,
        stopped_by: event.cause === undefined ? null : { cause: event.cause, signals: [], survivors: [] },
      };
    case "run_finished": {
      const ended = endOf(event.outcome);
      return {
        ...run,
        status: event.outcome.status,
        reason: describeOutcome(event.outcome),
        end_time: event.at,
        duration_ms: event.durationMs,
        ...stopped(event),
        exit_code: ended.exit_code,
        signal: ended.signal,
        timed_out: event.outcome.status === "timed_out",
        // Stopped while no process existed: before the first attempt, or between two.
        stopped_by: event.outcome.status === "cancelled" &&
            canonicalJson(event.outcome.cause) !== canonicalJson(run.stopped_by?.cause ?? null)
          ? { cause: event.outcome.cause, signals: [], survivors: [] }
          : run.stopped_by,
        not_started_cause: event.outcome.status === "not_started" ? event.outcome.cause : null,
      };
    }
  }
}

/**
 * The record of a run whose recorder died, completed with what can still be found out. Why the recorder ended
 * stays unknown.
 */
export function applyRecovery(
  run: RunRecord,
  recovery: RecoveryRecord,
  { stdout, stderr, order }: CapturedOutput,
  graph: GraphRecord | undefined = run.graph,
): RunRecord {
  if (isFinished(run)) throw new Error(`Cannot recover run "${run.id}": already finished`);
  const captured = {
    stdout_path: stdout?.path ?? null,
    stderr_path: stderr?.path ?? null,
    stdout_bytes: stdout?.bytes ?? null,
    stderr_bytes: stderr?.bytes ?? null,
    stdout_sha256: stdout?.sha256 ?? null,
    stderr_sha256: stderr?.sha256 ?? null,
    ...(order === null ? {} : { output_order: order }),
  };
  const attempts = run.attempts.map((attempt): AttemptRecord =>
    attempt.status === "running" ? { ...attempt, ...captured, status: "interrupted" } : attempt
  );
  const because = recovery.because === undefined ? "" : `; ${recovery.because}`;
  const why = recovery.recorder_was === "alive"
    ? "the outcome is not known here, although the process that records it lived"
    : "Orchastration itself ended before the outcome was known";
  const reason = `${why}; ${describeRecovered(recovery.process_was)}${because}`;
  const nodes = graph === undefined ? {} : { graph };
  return { ...run, ...captured, attempts, status: "interrupted", reason, recovery, ...nodes };
}

function whereIs({ process, slurm }: RunEvent & { readonly kind: "attempt_started" }): string {
  if (process !== null) return `process ${process.pid} is running`;
  return slurm === undefined ? "it is running elsewhere" : describeSlurm(slurm);
}

function stopped({ stoppedMs }: { readonly stoppedMs: number }): { readonly stopped_ms?: number } {
  return stoppedMs > 0 ? { stopped_ms: stoppedMs } : {};
}

export function isFinished(run: RunRecord): boolean {
  return run.status !== "running";
}

function endOf(outcome: Outcome): { readonly exit_code: number | null; readonly signal: string | null } {
  switch (outcome.status) {
    case "succeeded":
    case "failed":
      return { exit_code: outcome.exit_code, signal: null };
    case "signalled":
      return { exit_code: null, signal: outcome.signal };
    case "timed_out":
    case "cancelled":
      return {
        exit_code: outcome.end.kind === "exited" ? outcome.end.exit_code : null,
        signal: outcome.end.kind === "signalled" ? outcome.end.signal : null,
      };
    case "not_started":
      return { exit_code: null, signal: null };
  }
}
