/**
 * The record of a run, as types: one execution from intent to outcome. It is spelled here exactly as on disk
 * (docs/records.md), so that no second spelling can drift from it.
 */

import type { JsonValue } from "./canonical_json.ts";
import type { CapturedStream } from "./captured_output.ts";
import type { CheckFile, FileRecord, OutputRecord } from "./file_record.ts";
import type { GraphRecord } from "./graph_record.ts";
import type { RunId } from "./ids.ts";
import type { InputsRecord, SameAs } from "./inputs_record.ts";
import type { IntentRecord } from "./intent_record.ts";
import type { ChangeRecord, StopReport } from "./run_outcome.ts";
import type { NotStartedCause, RunStatus } from "./run_status.ts";
import type { SlurmRecord } from "./slurm_record.ts";
import type { ToolRecord } from "./tool_record.ts";
import type { TraceRecord } from "./trace.ts";

export const RECORD_FORMAT = 1;

export const RUN_ACTIONS = [
  "job.run",
  "plan.create",
  "build.run",
  "check.run",
  "graph.run",
  "doc.generate",
  "runs.accept_unchanged",
  "git.issue.create",
  "git.issue.update",
  "git.issue.close",
  "git.branch.create",
  "git.note.add",
  "git.worktree.create",
  "git.worktree.remove",
  "git.worktree.restore",
  "git.worktree.merge",
] as const;
export type RunAction = (typeof RUN_ACTIONS)[number];

/** The kind of a run. */
export const SUBJECTS = ["job", "task", "graph"] as const;
export type Subject = (typeof SUBJECTS)[number];

/** The identity of a process. The pid alone is not enough, because the system reuses it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat; null where the system has none. */
  readonly start_ticks: number | null;
  /** null where the system has none. */
  readonly boot_id: string | null;
  /**
   * The inode of /proc/self/ns/pid; null where the system has none. Absent in records of earlier programs.
   */
  readonly pid_namespace?: number | null;
}

/** The process that writes the record of a run until the run has ended. */
export interface RecorderRecord extends ProcessIdentity {
  /** "kernel": it holds the run's lock for as long as it lives. "none": the file system has no locks. */
  readonly lock: "kernel" | "none";
}

export interface RequestedBy {
  readonly user: string | null;
  readonly host: string | null;
  readonly pid: number;
  readonly tty: boolean;
  readonly parent: string | null;
  readonly agent: string | null;
  /** The schedule whose timer asked for it; absent for everybody else. */
  readonly schedule?: string;
}

export interface GitFacts {
  readonly commit: string | null;
  readonly branch: string | null;
  /** null: git did not answer within the bound. */
  readonly dirty: boolean | null;
  readonly remote: string | null;
  /** When git answered; present only where git was asked while the job ran. */
  readonly read_at?: string;
}

/** The facts that an attempt has, and a run has of its last attempt. */
export interface ExecutionRecord {
  readonly status: RunStatus;
  readonly start_time: string;
  readonly end_time: string | null;
  readonly duration_ms: number | null;
  /** How long the run was stopped (Ctrl-Z), which is not part of the duration; present only where it was. */
  readonly stopped_ms?: number;
  readonly process: ProcessIdentity | null;
  /** Present only where Slurm runs it; `process` is null then. */
  readonly slurm?: SlurmRecord;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly stdout_path: string | null;
  readonly stderr_path: string | null;
  readonly stdout_bytes: number | null;
  readonly stderr_bytes: number | null;
  readonly stdout_sha256: string | null;
  readonly stderr_sha256: string | null;
  /** The order of stdout and stderr; present only where something was captured. */
  readonly output_order?: CapturedStream;
  readonly leaked_output: boolean;
  readonly stopped_by: StopReport | null;
  readonly left_running: readonly number[];
  /**
   * Present only where processes could not be listed at the end: a process that left the group may be alive
   * without being named.
   */
  readonly members_unlisted?: true;
}

export interface AttemptRecord extends ExecutionRecord {
  readonly number: number;
}

/** The result of one acceptance criterion in a build. */
export interface CheckRecord {
  readonly id: string;
  readonly text: string;
  /** The check.run that is the evidence; null where the check did not run. */
  readonly run: RunId | null;
  readonly status: RunStatus | "not_run";
  readonly exit_code: number | null;
  readonly stdout_sha256: string | null;
  readonly stderr_sha256: string | null;
}

/** What recovery found out about a run whose recorder died. */
export interface RecoveryRecord {
  readonly recovered_at: string;
  /**
   * When a process was last seen alive, and when it was seen to have ended; null where unknown, or where one
   * is still alive.
   */
  readonly ended_between: readonly [string, string | null];
  /** The state of the run's processes at that time. */
  readonly process_was: RecoveredProcess;
  /** Why the run has no end although its command told one; present only there. */
  readonly because?: string;
  /** The process that records the run elsewhere, or could not record its end, lived; present only there. */
  readonly recorder_was?: "alive";
}

/** `ended`: while recovery waited. `left`: left alive on request. `unknown`: this system cannot tell. */
export const RECOVERED_PROCESSES = ["gone", "killed", "ended", "left", "unknown"] as const;
export type RecoveredProcess = (typeof RECOVERED_PROCESSES)[number];

export interface RunRecord extends ExecutionRecord {
  readonly format: number;
  readonly kind: "run";
  readonly id: RunId;
  readonly action: RunAction;
  readonly subject: Subject;
  readonly name: string;
  /**
   * The canonical root of its project; null where its configuration does not make a project. Missing before
   * 0.2.0.
   */
  readonly project?: string | null;
  /** One sentence: the reason for the status. */
  readonly reason: string;
  /** null unless the status is "not_started". */
  readonly not_started_cause: NotStartedCause | null;
  readonly intent: IntentRecord;
  /** Found in the environment of every process of the run, as one element of ORCHASTRATION_RUN_CHAIN. */
  readonly token: string;
  readonly requested_by: RequestedBy;
  /** Its place in a trace. Absent in records of earlier programs. */
  readonly trace?: TraceRecord;
  /** Present only for a detached run: its recorder belongs to no terminal. */
  readonly detached?: true;
  /** Absent in records of earlier programs. */
  readonly recorder?: RecorderRecord;
  /** Present only for runs of `run --watch`: what had changed. Empty for the first run. */
  readonly watch?: ChangeRecord;
  /** Present only where the definition has `inputs`. */
  readonly inputs?: InputsRecord;
  /**
   * Present only where inputs changed while it ran: such a run is no evidence, and its result is not reused.
   */
  readonly inputs_changed?: readonly string[];
  /**
   * When its outputs were examined; present only where recovery did that, and not the end of the run. Files may have changed between
   * the two, so such a run proves nothing about them.
   */
  readonly examined_at?: string;
  /** Present only for a run that is up to date: nothing was started. */
  readonly same_as?: SameAs;
  /** Only of `graph.run`: its nodes, and how each ended. */
  readonly graph?: GraphRecord;
  /** Only of a run that is a node of a graph: the run of that graph. */
  readonly part_of?: RunId;
  readonly git: GitFacts | null;
  readonly timed_out: boolean;
  readonly attempts: readonly AttemptRecord[];
  /** The resolved definition, with the values of secrets replaced: plan and build are compared by it. */
  readonly definition: { readonly [key: string]: JsonValue };
  /** The declared outputs after a build. */
  readonly outputs: readonly OutputRecord[];
  /** The documents tied to the task, as they were when it was planned. */
  readonly documents: readonly FileRecord[];
  readonly checks: readonly CheckRecord[];
  /** Files that the checks of a task name in their commands, when it was planned or before they ran; only if there are some. */
  readonly check_files?: readonly CheckFile[];
  /** The calls made for an action of Orchastration itself, in order. */
  readonly tools: readonly ToolRecord[];
  readonly plan: { readonly run: RunId; readonly sha256: string } | null;
  readonly recovery: RecoveryRecord | null;
  readonly os: string;
  readonly arch: string;
  readonly binary_version: string;
}
