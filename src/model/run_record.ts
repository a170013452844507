/**
 * The record of a run, as types: one execution from intent to outcome. It is spelled here exactly as on disk
 * (docs/records.md), so that no second spelling can drift from it.
 */

import type { TraceRecord } from "./trace.ts";
import type { JsonValue } from "./canonical_json.ts";
import type { GraphRecord } from "./graph_record.ts";
import type { RunId } from "./ids.ts";
import type { NotStartedCause, RunStatus } from "./run_status.ts";

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

/** The yes to the question of a job or task. */
export interface ConfirmationRecord {
  readonly question: string;
  /** How the yes was given. */
  readonly by: (typeof CONFIRMED_BY)[number];
}

export const CONFIRMED_BY = ["terminal", "yes_flag"] as const;

/** Where Slurm has an attempt, and what it told about it. Times of the node are by its clock. */
export interface SlurmRecord {
  /** null where sbatch did not say it within its bound, and Slurm has not shown the job since. */
  readonly job_id: string | null;
  /** The folder of the attempt, in the shared folder. */
  readonly folder: string;
  readonly submit_time: string;
  /** The last state that Slurm showed; null where it showed none yet. */
  readonly state: string | null;
  /** Why it waits, in the words of Slurm, or why nothing can be seen of it; null where neither is so. */
  readonly waits_for: string | null;
  /** null until it has begun. */
  readonly node: string | null;
  readonly begin_time: string | null;
  /**
   * Since when Slurm says that the job ended, or does not show it, while its node has told no end. Only set for a run that nobody
   * follows.
   */
  readonly doubtful_since?: string | undefined;
  /** The most memory that it used, where the node could find that out. */
  readonly memory?: MemoryRecord;
  /** What Slurm itself wrote about it; only where it wrote something. */
  readonly log?: SlurmLogRecord;
}

/**
 * `cgroup`: the kernel's count for the control group of the job, which includes the files that it cached. `sstat`: the largest of
 * the samples that Slurm took, which miss what was short.
 */
export const MEMORY_SOURCES = ["cgroup", "sstat"] as const;

export interface MemoryRecord {
  readonly bytes: number;
  readonly source: (typeof MEMORY_SOURCES)[number];
}

/** Slurm's own log of an attempt, kept beside its output. */
export interface SlurmLogRecord extends CapturedStream {
  readonly last_lines: readonly string[];
}

/** The part of the intent that says which executor gets the attempts. */
export interface ExecutorRecord {
  readonly kind: "slurm";
  /** The attempts have the folders `<folder>-1`, `<folder>-2` and so on. */
  readonly folder: string;
  /** No process of ours stays for it: whichever command looks next records its end. */
  readonly unattended?: true;
}

export interface IntentRecord {
  readonly description: string | null;
  readonly command: readonly string[];
  /** The resolved path of command[0]; null where no program was found. */
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
  /** It had a terminal of its own, so that both streams are stdout; absent where it had none. */
  readonly terminal?: true;
  readonly stdin: "none" | "inherit";
  readonly leave_running: boolean;
  readonly retry: RetryRecord | null;
  readonly success_exit_codes: readonly number[];
  readonly expected_outputs: readonly string[];
  readonly definition_sha256: string;
  readonly config_path: string;
  readonly config_sha256: string;
  /** The files of variables that were read, in order, with the names in each; values are not kept. */
  readonly env_files?: readonly { readonly path: string; readonly names: readonly string[] }[];
  /** Variables that were added for colours and for the size of the terminal; absent where there are none. */
  readonly color_env?: Readonly<Record<string, string>>;
  /** Names in `env` that came from the command line. */
  readonly env_flags?: readonly string[];
  /** Present only where the definition asks for confirmation. */
  readonly confirmed?: ConfirmationRecord;
  /** Absent where the processes are those of this machine. */
  readonly executor?: ExecutorRecord;
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

/** One captured stream of one attempt. Digest and size are of the file as it is on disk. */
export interface CapturedStream {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The output of one attempt; null where the stream was not captured, is gone, or was empty. */
export interface CapturedOutput {
  readonly stdout: CapturedStream | null;
  readonly stderr: CapturedStream | null;
  /** The file with the order in which the two streams came. */
  readonly order: CapturedStream | null;
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

/** An entry of an output that does not count as part of it. */
export interface LeftOut {
  readonly path: string;
  readonly why: (typeof LEFT_OUT_REASONS)[number];
}

/** A link whose target is missing or circular; also a pipe, a socket or a device. */
export const LEFT_OUT_REASONS = ["broken_link", "no_file", "not_utf8"] as const;

/** An examined file, or a directory as a whole. */
export interface FileRecord {
  /** Relative to the working directory, with "/" on every system. */
  readonly path: string;
  readonly present: boolean;
  /**
   * "outside": a link that leaves the working directory. "unreadable": something exists whose content cannot
   * be read. Both count as absent.
   */
  readonly type: "file" | "directory" | "outside" | "unreadable" | "missing";
  /** For a directory: the size of all its files. */
  readonly bytes: number | null;
  /** For a directory: the digest of the list of digests and paths of its files. */
  readonly sha256: string | null;
  /** For a directory: the newest time of all its entries. */
  readonly modified_at: string | null;
  /**
   * Entries that do not count as part of it: below a directory, or the path itself where a glob found it.
   * Present only where there are some.
   */
  readonly left_out?: readonly LeftOut[];
}

export interface OutputRecord extends FileRecord {
  /** As declared: the path itself, or the glob that found it. */
  readonly declared: string;
  /** Compared with its state before the build; null where it is missing now, and in a run that recovery examined. */
  readonly change: "created" | "modified" | "unchanged" | null;
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

/**
 * `none`: the call only read. `unknown`: the call was to change something, and it is not known, or not known
 * yet, whether it did.
 */
export const TOOL_EFFECTS = ["none", "done", "unknown"] as const;
export type ToolEffect = (typeof TOOL_EFFECTS)[number];

/** One call of an outside tool (git, gh) by Orchastration itself. It is stored before its process exists. */
export interface ToolRecord {
  readonly argv: readonly string[];
  /** The resolved path of argv[0]. */
  readonly program: string;
  readonly start_time: string;
  readonly duration_ms: number | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  /** It was ended because its time limit passed. */
  readonly timed_out: boolean;
  readonly effect: ToolEffect;
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
}

/** `ended`: while recovery waited. `left`: left alive on request. `unknown`: this system cannot tell. */
export const RECOVERED_PROCESSES = ["gone", "killed", "ended", "left", "unknown"] as const;
export type RecoveredProcess = (typeof RECOVERED_PROCESSES)[number];

/** What a run with `inputs` depended on; the manifest itself lies beside the record. */
export interface CheckFile {
  /** Relative to the working directory, with "/". */
  readonly path: string;
  /** As of an output. */
  readonly sha256: string;
}

export interface InputsRecord {
  /** The digest of the whole manifest; null where the inputs could not be determined. */
  readonly sha256: string | null;
  readonly files: number;
  /** Why they could not be determined; null where they were. */
  readonly problem: string | null;
  /** The run it was compared with; null where there was none. */
  readonly compared_with: RunId | null;
  /** Why it ran: the first causes, and how many more there are. */
  readonly causes: readonly CauseRecord[];
  readonly more_causes: number;
  /** Paths and globs that matched nothing; present only where there are some. */
  readonly unmatched?: readonly string[];
}

/** A changed key of the definition has the kind `definition:<key>`. */
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
