/**
 * What a run is, as it is stored: one execution from intent to outcome. Types alone.
 * A record is spelled here exactly as it lies on disk (docs/records.md), so that no second spelling can drift from it.
 */

import type { JsonValue } from "./canonical_json.ts";
import type { RunId } from "./ids.ts";

export const RECORD_FORMAT = 1;

export const RUN_STATUSES = [
  "running",
  "succeeded",
  "up_to_date",
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
  "runs.accept_unchanged",
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
  /** `run --watch` makes room for a new run. */
  | { readonly kind: "change" } & ChangeRecord
  | { readonly kind: "leftovers" };

/** What made `run --watch` run again: some of the paths, relative to the working directory, and how many more. */
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
  /** The inode of /proc/self/ns/pid; null where the system has no such thing. Absent in records of earlier programs. */
  readonly pid_namespace?: number | null;
}

/** The process that writes the record of a run, until the run has ended. */
export interface RecorderRecord extends ProcessIdentity {
  /** "kernel": it holds the run's lock for as long as it lives. "none": the file system gives no locks. */
  readonly lock: "kernel" | "none";
}

/** Somebody's yes to what the job or task asks. */
export interface ConfirmationRecord {
  readonly question: string;
  /** How the yes was given. */
  readonly by: (typeof CONFIRMED_BY)[number];
}

export const CONFIRMED_BY = ["terminal", "yes_flag"] as const;

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
  /** Files of variables that were read, in order, with the names in each; their values are not kept. */
  readonly env_files?: readonly { readonly path: string; readonly names: readonly string[] }[];
  /** Names in `env` that the command line gave. */
  readonly env_flags?: readonly string[];
  /** Only where it had to be confirmed. */
  readonly confirmed?: ConfirmationRecord;
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
  /** When git had answered; only where it was asked while the job ran. */
  readonly read_at?: string;
}

/** One captured stream of one attempt. Digest and size are of the file as it is on disk. */
export interface CapturedStream {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The output of one attempt; null for what was not captured, is gone, or tells nothing. */
export interface CapturedOutput {
  readonly stdout: CapturedStream | null;
  readonly stderr: CapturedStream | null;
  /** In which order the two came. */
  readonly order: CapturedStream | null;
}

export interface AttemptRecord {
  readonly number: number;
  readonly status: RunStatus;
  readonly start_time: string;
  readonly end_time: string | null;
  readonly duration_ms: number | null;
  /** How long it was stopped (Ctrl-Z), which is no part of the duration; only where it was. */
  readonly stopped_ms?: number;
  readonly process: ProcessIdentity | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly stdout_path: string | null;
  readonly stderr_path: string | null;
  readonly stdout_bytes: number | null;
  readonly stderr_bytes: number | null;
  readonly stdout_sha256: string | null;
  readonly stderr_sha256: string | null;
  /** In which order stdout and stderr came; only where something was captured. */
  readonly output_order?: CapturedStream;
  readonly leaked_output: boolean;
  readonly stopped_by: StopReport | null;
  readonly left_running: readonly number[];
  /** Only where processes could not be looked for at the end: what left the group may be alive, and is named nowhere. */
  readonly members_unlisted?: true;
}

/** A file, or a directory as one, that was looked at. */
/** A name that is neither a file nor a folder of somebody's work. */
export interface LeftOut {
  readonly path: string;
  readonly why: (typeof LEFT_OUT_REASONS)[number];
}

/** A link that leads nowhere, or in a circle; and a pipe, a socket or a device. */
export const LEFT_OUT_REASONS = ["broken_link", "no_file", "not_utf8"] as const;

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
  /** What is there and no part of it: below a directory, or itself where a glob found it. Only where there is some. */
  readonly left_out?: readonly LeftOut[];
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

/** What a run of a definition with `inputs` depended on; the manifest itself lies beside the record. */
export interface InputsRecord {
  /** Of everything in the manifest; null where the inputs could not be known. */
  readonly sha256: string | null;
  readonly files: number;
  /** Why they could not be known; null where they were. */
  readonly problem: string | null;
  /** The run that it was compared with; null where there was none. */
  readonly compared_with: RunId | null;
  /** Why it ran: some of the causes, and how many more there are. */
  readonly causes: readonly CauseRecord[];
  readonly more_causes: number;
  /** Only where there are some: paths and globs that found nothing. */
  readonly unmatched?: readonly string[];
}

/** `definition:<key>` is the kind of a changed key of the definition. */
export interface CauseRecord {
  readonly kind: string;
  readonly path?: string;
  readonly name?: string;
  readonly detail?: string;
}

/** The run whose result still holds. */
export interface SameAs {
  readonly run: RunId;
  readonly commit: string | null;
  readonly end_time: string | null;
}

export interface RunRecord {
  readonly format: number;
  readonly kind: "run";
  readonly id: RunId;
  readonly action: RunAction;
  readonly subject: "job" | "task";
  readonly name: string;
  /** The root of the project that it is of, without links; null: its configuration is no project's. Missing before 0.2.0. */
  readonly project?: string | null;
  readonly status: RunStatus;
  /** One sentence: why the status is what it is. */
  readonly reason: string;
  /** null unless the status is "not_started". */
  readonly not_started_cause: NotStartedCause | null;
  readonly intent: IntentRecord;
  /** In the environment of every process of the run, as one element of ORCHASTRATION_RUN_CHAIN. */
  readonly token: string;
  readonly requested_by: RequestedBy;
  /** Absent in records of earlier programs. */
  readonly recorder?: RecorderRecord;
  /** Only of a run of `run --watch`: what had changed; nothing at its first. */
  readonly watch?: ChangeRecord;
  /** Only of a definition with `inputs`. */
  readonly inputs?: InputsRecord;
  /** Only where inputs changed while it ran: such a run proves nothing, and nothing is reused because of it. */
  readonly inputs_changed?: readonly string[];
  /** Only of a run that is up to date: nothing was started. */
  readonly same_as?: SameAs;
  readonly git: GitFacts | null;
  readonly start_time: string;
  readonly end_time: string | null;
  readonly duration_ms: number | null;
  /** How long it was stopped (Ctrl-Z), which is no part of the duration; only where it was. */
  readonly stopped_ms?: number;
  readonly process: ProcessIdentity | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly timed_out: boolean;
  readonly stopped_by: StopReport | null;
  readonly left_running: readonly number[];
  readonly members_unlisted?: true;
  readonly stdout_path: string | null;
  readonly stderr_path: string | null;
  readonly stdout_bytes: number | null;
  readonly stderr_bytes: number | null;
  readonly stdout_sha256: string | null;
  readonly stderr_sha256: string | null;
  readonly output_order?: CapturedStream;
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
