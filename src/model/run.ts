/**
 * A run: one execution from intent to outcome, as a value that events change. Pure.
 * A record is spelled here exactly as it is stored (docs/records.md), so that no second spelling can drift from it.
 */

import { canonicalJson, type JsonValue } from "./canonical_json.ts";
import type { RunId } from "./ids.ts";
import { formatDuration } from "./duration.ts";

export const RECORD_FORMAT = 1;

export const RUN_STATUSES = [
  "running",
  "succeeded",
  "failed",
  "signalled",
  "timed_out",
  "cancelled",
  "not_started",
  "interrupted",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const RUN_ACTIONS = [
  "job.run",
  "plan.create",
  "build.run",
  "check.run",
  "doc.generate",
  "git.issue.create",
  "git.issue.update",
  "git.issue.close",
  "git.branch.create",
] as const;
export type RunAction = (typeof RUN_ACTIONS)[number];

/** Why a process never came to be. */
export const NOT_STARTED_CAUSES = [
  "program_not_found",
  "program_not_executable",
  "working_dir_missing",
  "arguments_too_long",
  "spawn_failed",
] as const;
export type NotStartedCause = (typeof NOT_STARTED_CAUSES)[number];

/** Why we ended processes ourselves. */
export type StopCause =
  | { readonly kind: "timeout"; readonly after_ms: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "recorder"; readonly detail: string }
  | { readonly kind: "bug"; readonly detail: string }
  | { readonly kind: "leftovers" };

export interface SentSignal {
  readonly signal: string;
  /** Since the attempt's start, on the monotonic clock. */
  readonly at_ms: number;
  readonly processes: number;
}

/** What we did to end the processes of an attempt. */
export interface StopReport {
  readonly cause: StopCause;
  readonly signals: readonly SentSignal[];
  /** Process ids that were still there when we gave up; empty as long as the system obeys. */
  readonly survivors: readonly number[];
}

/** How one run ended. What is not known has no field here: an interrupted run has no outcome. */
export type Outcome =
  | { readonly status: "succeeded"; readonly exit_code: number }
  /** `because`: the process succeeded, and what it was to bring about is not there. */
  | { readonly status: "failed"; readonly exit_code: number; readonly because?: string }
  | { readonly status: "signalled"; readonly signal: string }
  | { readonly status: "timed_out"; readonly after_ms: number; readonly end: ProcessEnd }
  | { readonly status: "cancelled"; readonly cause: StopCause; readonly end: ProcessEnd }
  | { readonly status: "not_started"; readonly cause: NotStartedCause; readonly detail: string };

/** How the job's own process ended: by itself with a status, or by a signal. */
export type ProcessEnd =
  | { readonly kind: "exited"; readonly exit_code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  /** It did not go, even when forced, within the bound. */
  | { readonly kind: "unknown" }
  /** There was none: the stop came before it was started. */
  | { readonly kind: "none" };

/** The identity of a process: the pid alone is used again by the system. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat; null where the system has none. */
  readonly start_ticks: number | null;
  /** null where the system has none. */
  readonly boot_id: string | null;
}

export interface IntentRecord {
  readonly description: string | null;
  readonly command: readonly string[];
  /** The path that was resolved for command[0]; null where none was found. */
  readonly program: string | null;
  readonly working_dir: string;
  readonly env_names: readonly string[];
  /** As declared; values of secrets are replaced by "***". */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly extra_args: readonly string[];
  readonly timeout_ms: number | null;
  readonly grace_ms: number;
  readonly interactive: boolean;
  readonly stdin: "none" | "inherit";
  readonly leave_running: boolean;
  readonly retry: RetryRecord | null;
  readonly success_exit_codes: readonly number[];
  readonly expected_outputs: readonly string[];
  readonly definition_sha256: string;
  readonly config_path: string;
  readonly config_sha256: string;
}

export interface RetryRecord {
  readonly max: number;
  readonly delay_ms: number;
  readonly backoff: number;
  readonly max_delay_ms: number;
  readonly on_exit_codes: readonly number[] | null;
}

export interface RequestedBy {
  readonly user: string | null;
  readonly host: string | null;
  readonly pid: number;
  readonly tty: boolean;
  readonly parent: string | null;
  readonly agent: string | null;
}

export interface GitFacts {
  readonly commit: string | null;
  readonly branch: string | null;
  /** null: git did not answer within the bound. */
  readonly dirty: boolean | null;
  readonly remote: string | null;
}

/** One captured stream of one attempt. Digest and size are of the file as it is on disk. */
export interface CapturedStream {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface AttemptRecord {
  readonly number: number;
  readonly status: RunStatus;
  readonly start_time: string;
  readonly end_time: string | null;
  readonly duration_ms: number | null;
  readonly process: ProcessIdentity | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly stdout_path: string | null;
  readonly stderr_path: string | null;
  readonly stdout_bytes: number | null;
  readonly stderr_bytes: number | null;
  readonly stdout_sha256: string | null;
  readonly stderr_sha256: string | null;
  readonly leaked_output: boolean;
  readonly stopped_by: StopReport | null;
  readonly left_running: readonly number[];
}

/** A file, or a directory as one, that was looked at. */
export interface FileRecord {
  /** Relative to the working directory, with "/" on every system. */
  readonly path: string;
  readonly present: boolean;
  /**
   * "outside": a link that leaves the working directory. "unreadable": something is there, and its content cannot be
   * told. Both count as not present.
   */
  readonly type: "file" | "directory" | "outside" | "unreadable" | "missing";
  /** Of a directory: of all files in it. */
  readonly bytes: number | null;
  /** Of a directory: over the list of digests and paths of its files. */
  readonly sha256: string | null;
  /** Of a directory: of the newest of everything in it. */
  readonly modified_at: string | null;
}

export interface OutputRecord extends FileRecord {
  /** As declared: the path itself, or the glob that found it. */
  readonly declared: string;
  /** Against before the build; null where it is not there now. */
  readonly change: "created" | "modified" | "unchanged" | null;
}

/** What became of one acceptance criterion in a build. */
export interface CheckRecord {
  readonly id: string;
  readonly text: string;
  /** The check.run that is the evidence; null where it was not run. */
  readonly run: RunId | null;
  readonly status: RunStatus | "not_run";
  readonly exit_code: number | null;
  readonly stdout_sha256: string | null;
  readonly stderr_sha256: string | null;
}

/** `none`: it only asked. `unknown`: it was to change something, and whether it did is not known, or not yet. */
export const TOOL_EFFECTS = ["none", "done", "unknown"] as const;
export type ToolEffect = (typeof TOOL_EFFECTS)[number];

/** One call of an outside tool (git, gh) that we made ourselves; it is stored before its process exists. */
export interface ToolRecord {
  readonly argv: readonly string[];
  /** The path of argv[0]. */
  readonly program: string;
  readonly start_time: string;
  readonly duration_ms: number | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  /** It was ended, because it took longer than it may. */
  readonly timed_out: boolean;
  readonly effect: ToolEffect;
}

/** What recovery found out about a run whose recorder died. */
export interface RecoveryRecord {
  readonly recovered_at: string;
  /** The last sign of life, and when it was seen to have ended; null for what is not known, or still lives. */
  readonly ended_between: readonly [string, string | null];
  /** What had become of the run's processes by then. */
  readonly process_was: RecoveredProcess;
}

/** `ended` while recovery waited for it; `left` alive on request; `unknown` where this system gives no means to tell. */
export const RECOVERED_PROCESSES = ["gone", "killed", "ended", "left", "unknown"] as const;
export type RecoveredProcess = (typeof RECOVERED_PROCESSES)[number];

export interface RunRecord {
  readonly format: number;
  readonly kind: "run";
  readonly id: RunId;
  readonly action: RunAction;
  readonly subject: "job" | "task";
  readonly name: string;
  readonly status: RunStatus;
  /** One sentence: why the status is what it is. */
  readonly reason: string;
  /** null unless the status is "not_started". */
  readonly not_started_cause: NotStartedCause | null;
  readonly intent: IntentRecord;
  /** In the environment of every process of the run, as one element of ORCHASTRATION_RUN_CHAIN. */
  readonly token: string;
  readonly requested_by: RequestedBy;
  readonly git: GitFacts | null;
  readonly start_time: string;
  readonly end_time: string | null;
  readonly duration_ms: number | null;
  readonly process: ProcessIdentity | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly timed_out: boolean;
  readonly stopped_by: StopReport | null;
  readonly left_running: readonly number[];
  readonly stdout_path: string | null;
  readonly stderr_path: string | null;
  readonly stdout_bytes: number | null;
  readonly stderr_bytes: number | null;
  readonly stdout_sha256: string | null;
  readonly stderr_sha256: string | null;
  readonly leaked_output: boolean;
  readonly attempts: readonly AttemptRecord[];
  /** The resolved definition, values of secrets replaced: what plan and build are compared by. */
  readonly definition: { readonly [key: string]: JsonValue };
  /** After a build: what was declared, as it was found. */
  readonly outputs: readonly OutputRecord[];
  /** The documents tied to the task, as they were at a plan. */
  readonly documents: readonly FileRecord[];
  readonly checks: readonly CheckRecord[];
  /** Of an act of ours: what was called for it, in order. */
  readonly tools: readonly ToolRecord[];
  readonly plan: { readonly run: RunId; readonly sha256: string } | null;
  readonly recovery: RecoveryRecord | null;
  readonly os: string;
  readonly arch: string;
  readonly binary_version: string;
}

/** What happens to a run, in the order in which it happens. Times are RFC 3339 UTC; durations are monotonic. */
export type RunEvent =
  | { readonly kind: "run_created"; readonly record: RunRecord }
  /** Another run of the same job has to end first. */
  | { readonly kind: "turn_awaited"; readonly holder: string | null }
  | {
    readonly kind: "attempt_started";
    readonly number: number;
    readonly at: string;
    readonly process: ProcessIdentity;
    readonly stdoutPath: string | null;
    readonly stderrPath: string | null;
  }
  | { readonly kind: "stop_requested"; readonly cause: StopCause; readonly signal: string }
  | { readonly kind: "stop_escalated"; readonly cause: StopCause; readonly signal: string }
  | {
    readonly kind: "attempt_finished";
    readonly number: number;
    readonly at: string;
    readonly durationMs: number;
    readonly outcome: Outcome;
    readonly stdout: CapturedStream | null;
    readonly stderr: CapturedStream | null;
    readonly leakedOutput: boolean;
    readonly stop: StopReport | null;
    readonly leftRunning: readonly number[];
  }
  /** What a build left behind, and what the checks of its criteria said. */
  | {
    readonly kind: "evidence_gathered";
    readonly outputs: readonly OutputRecord[];
    readonly checks: readonly CheckRecord[];
  }
  | { readonly kind: "retry_scheduled"; readonly number: number; readonly delayMs: number }
  /** An outside tool is about to be called, or has answered: the last entry of the list is the one that is meant. */
  | { readonly kind: "tools_noted"; readonly tools: readonly ToolRecord[] }
  /** The end of a run that had no process: something we did ourselves. */
  | {
    readonly kind: "act_finished";
    readonly at: string;
    readonly durationMs: number;
    readonly status: "succeeded" | "failed";
    readonly reason: string;
  }
  | {
    readonly kind: "run_finished";
    readonly at: string;
    readonly durationMs: number;
    readonly outcome: Outcome;
  };

/** The record after an event. Throws where the event cannot follow: a run that ended stays as it ended. */
export function applyRunEvent(run: RunRecord, event: RunEvent): RunRecord {
  if (isFinished(run)) throw new Error(`Cannot apply "${event.kind}" to run "${run.id}": already finished`);
  switch (event.kind) {
    case "run_created":
      throw new Error(`Cannot create run "${run.id}": already created`);
    case "turn_awaited":
      return { ...run, reason: `waiting for ${event.holder ?? "another run of this job"} to end` };
    case "attempt_started": {
      const attempt: AttemptRecord = {
        number: event.number,
        status: "running",
        start_time: event.at,
        end_time: null,
        duration_ms: null,
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
      };
      return {
        ...run,
        reason: event.number === 1
          ? `process ${event.process.pid} is running`
          : `attempt ${event.number}: process ${event.process.pid} is running`,
        process: event.process,
        // What was known of the attempt before is kept among the attempts, and is not true of this one.
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
        attempts: [...run.attempts, attempt],
      };
    }
    case "stop_requested":
    case "stop_escalated":
      return { ...run, reason: `${event.signal} was sent: ${describeStopCause(event.cause)}` };
    case "attempt_finished": {
      const ended = endOf(event.outcome);
      const facts = {
        exit_code: ended.exit_code,
        signal: ended.signal,
        stdout_bytes: event.stdout?.bytes ?? null,
        stderr_bytes: event.stderr?.bytes ?? null,
        stdout_sha256: event.stdout?.sha256 ?? null,
        stderr_sha256: event.stderr?.sha256 ?? null,
        leaked_output: event.leakedOutput,
        stopped_by: event.stop,
        left_running: event.leftRunning,
      };
      const attempts = run.attempts.map((attempt) =>
        attempt.number === event.number
          ? {
            ...attempt,
            ...facts,
            status: event.outcome.status,
            end_time: event.at,
            duration_ms: event.durationMs,
          }
          : attempt
      );
      return { ...run, ...facts, attempts, reason: describeOutcome(event.outcome) };
    }
    case "evidence_gathered":
      return { ...run, outputs: event.outputs, checks: event.checks };
    case "retry_scheduled":
      return { ...run, reason: `attempt ${event.number} starts in ${formatDuration(event.delayMs)}` };
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
    case "run_finished": {
      const ended = endOf(event.outcome);
      return {
        ...run,
        status: event.outcome.status,
        reason: describeOutcome(event.outcome),
        end_time: event.at,
        duration_ms: event.durationMs,
        exit_code: ended.exit_code,
        signal: ended.signal,
        timed_out: event.outcome.status === "timed_out",
        // Stopped while there was no process to stop: before the first, or between two attempts.
        stopped_by: event.outcome.status === "cancelled" &&
            canonicalJson(event.outcome.cause) !== canonicalJson(run.stopped_by?.cause ?? null)
          ? { cause: event.outcome.cause, signals: [], survivors: [] }
          : run.stopped_by,
        not_started_cause: event.outcome.status === "not_started" ? event.outcome.cause : null,
      };
    }
  }
}

/** The record of a run whose recorder died, with what can still be found out. What ended it is not invented. */
export function applyRecovery(
  run: RunRecord,
  recovery: RecoveryRecord,
  streams: { readonly stdout: CapturedStream | null; readonly stderr: CapturedStream | null },
): RunRecord {
  if (isFinished(run)) throw new Error(`Cannot recover run "${run.id}": already finished`);
  const captured = {
    stdout_path: streams.stdout?.path ?? null,
    stderr_path: streams.stderr?.path ?? null,
    stdout_bytes: streams.stdout?.bytes ?? null,
    stderr_bytes: streams.stderr?.bytes ?? null,
    stdout_sha256: streams.stdout?.sha256 ?? null,
    stderr_sha256: streams.stderr?.sha256 ?? null,
  };
  const attempts = run.attempts.map((attempt): AttemptRecord =>
    attempt.status === "running" ? { ...attempt, ...captured, status: "interrupted" } : attempt
  );
  const reason = `Orchastration itself ended before the outcome was known; ${
    describeRecovered(recovery.process_was)
  }`;
  return { ...run, ...captured, attempts, status: "interrupted", reason, recovery };
}

function describeRecovered(process: RecoveredProcess): string {
  switch (process) {
    case "gone":
      return "its processes were gone when it was recovered";
    case "killed":
      return "its processes were ended on recovery";
    case "ended":
      return "its processes ended by themselves while recovery waited";
    case "left":
      return "its processes were left running on request";
    case "unknown":
      return "what became of its processes cannot be known on this system";
  }
}

export function isFinished(run: RunRecord): boolean {
  return run.status !== "running";
}

/** Succeeded, as the definition counts success. */
export function isSuccess(run: RunRecord): boolean {
  return run.status === "succeeded";
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

/** The outcome as the second half of a sentence: `it …`. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.status) {
    case "succeeded":
      return `exited with status ${outcome.exit_code}`;
    case "failed":
      return `exited with status ${outcome.exit_code}${
        outcome.because === undefined ? "" : `, but ${outcome.because}`
      }`;
    case "signalled":
      return `was ended by ${outcome.signal}, which Orchastration did not send`;
    case "timed_out":
      return `timed out after ${formatDuration(outcome.after_ms)}, then ${describeEnd(outcome.end)}`;
    case "cancelled":
      return `was stopped: ${describeStopCause(outcome.cause)}; it ${describeEnd(outcome.end)}`;
    case "not_started":
      return `was not started: ${outcome.detail}`;
  }
}

function describeEnd(end: ProcessEnd): string {
  switch (end.kind) {
    case "exited":
      return `exited with status ${end.exit_code}`;
    case "signalled":
      return `ended by ${end.signal}`;
    case "unknown":
      return "did not end, even when forced";
    case "none":
      return "had not been started";
  }
}

export function describeStopCause(cause: StopCause): string {
  switch (cause.kind) {
    case "timeout":
      return `the timeout of ${formatDuration(cause.after_ms)} passed`;
    case "signal":
      return `Orchastration received ${cause.signal}`;
    case "recorder":
      return `the run could not be recorded any longer: ${cause.detail}`;
    case "bug":
      return `an error inside Orchastration: ${cause.detail}`;
    case "leftovers":
      return "its main process had ended and others of the run lived on";
  }
}
