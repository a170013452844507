/** The content of a task's document, as plain data: its JSON form, and the source of the pages. facts_of_task.ts takes it from the records. */

import type { CriterionEvidence } from "../model/criterion_evidence.ts";
import type { JsonValue } from "../model/canonical_json.ts";
import type { LeftOut, RunRecord } from "../model/run.ts";
import type { LeftOpen } from "../model/task_record.ts";
import type { TaskView } from "../model/task_view.ts";

export const HISTORY_LENGTH = 20;
export const LOG_LINES = 20;

export interface LogTail {
  readonly stream: "stdout" | "stderr";
  readonly lines: readonly string[];
  /** Earlier lines were left out. */
  readonly is_cut: boolean;
}

/** A task of the diagram; the first one is the document's own task. */
export interface GraphTask {
  readonly name: string;
  readonly status: string;
  readonly needs: readonly string[];
}

/** What reproducing one task of the diagram takes. */
export interface ReproducedTask {
  readonly task: string;
  /** Its last build, which shows how it was called differently from its configuration. */
  readonly build: RunRecord | undefined;
  /** Ids of criteria that a person has to confirm. */
  readonly confirmed_by_person: readonly string[];
}

/** Where a fresh clone of the project starts. */
export interface ProjectPlace {
  /** The folder of the project in its repository, with "/"; undefined where it is in none. */
  readonly prefix: string | undefined;
  /** Whether the task works in that repository, so that the commit of its runs belongs to it. */
  readonly isOwnRepository: boolean;
  /** The path from the project root, with "/"; absolute where it is outside the project. */
  readonly configPath: string;
}

/** All facts for a document. */
export interface DocumentSource {
  readonly view: TaskView;
  /** Newest first, without runs that made documents, at most HISTORY_LENGTH. */
  readonly history: readonly RunRecord[];
  readonly isHistoryCut: boolean;
  readonly unreadableRuns: number;
  readonly log: readonly LogTail[];
  /** By the id of their criterion. */
  readonly evidence: ReadonlyMap<string, CriterionEvidence>;
  /** Logs of the checks that failed, by the id of their criterion. */
  readonly checkLogs: ReadonlyMap<string, readonly LogTail[]>;
  readonly graph: readonly GraphTask[];
  /** Needs before the tasks that need them; the document's own task is last. */
  readonly order: readonly ReproducedTask[];
  readonly place: ProjectPlace;
  readonly projectRoot: string;
  /**
   * The path of the document, relative to the working directory, with "/"; it cannot contain its own digest.
   */
  readonly ownPath: string | undefined;
}

export interface GitFacts {
  readonly commit: string | null;
  readonly branch: string | null;
  readonly dirty: boolean | null;
}

export interface RunFacts {
  readonly run: string;
  readonly action: string;
  readonly status: string;
  readonly reason: string;
  readonly start_time: string;
  readonly end_time: string | null;
  readonly duration_ms: number | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly timed_out: boolean;
  readonly attempts: number;
  readonly asked_by: string;
  readonly git: GitFacts | null;
  readonly command: readonly string[];
  readonly extra_args: readonly string[];
  /** Names in `env` that came from the command line. */
  readonly env_flags: readonly string[];
  readonly working_dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Names whose values are secret. */
  readonly secrets: readonly string[];
  readonly env_files: readonly string[];
  readonly timeout_ms: number | null;
  readonly success_exit_codes: readonly number[];
  readonly stdout_sha256: string | null;
  readonly stderr_sha256: string | null;
  readonly plan: string | null;
}

export interface TaskFacts {
  readonly format: 1;
  readonly kind: "task_document";
  readonly task: string;
  readonly description: string | null;
  readonly status: TaskView["status"];
  readonly reason: string;
  readonly stale: readonly string[];
  readonly next: string | null;
  readonly issue: { readonly repo: string; readonly number: number; readonly url: string } | null;
  readonly branch: string | null;
  readonly plan: RunFacts | null;
  readonly build: RunFacts | null;
  readonly deviations: {
    readonly drift: readonly { field: string; planned: JsonValue | undefined; now: JsonValue | undefined }[];
    readonly extra_args: readonly string[];
    readonly env_flags: readonly string[];
    readonly built_by_earlier_plan: string | null;
    /** Only where an assistant ended its work so, and no build has ended since. */
    readonly left_open?: LeftOpen;
  };
  readonly acceptance: readonly CriterionFacts[];
  readonly outputs: readonly OutputFacts[];
  readonly documents: readonly DocumentFacts[];
  readonly history: readonly RunFacts[];
  readonly history_is_cut: boolean;
  readonly history_unreadable: number;
  readonly graph: readonly GraphTask[];
  readonly declared_outputs: readonly string[];
  readonly log: readonly LogTail[];
  readonly reproduction: ReproductionFacts;
}

/** How to reproduce it in a fresh clone. */
export interface ReproductionFacts {
  /** null where there is none, or it belongs to another repository. */
  readonly commit: string | null;
  /** The folder of the project in its repository; null where it is in none. */
  readonly project_folder: string | null;
  readonly config_path: string;
  /** In build order. */
  readonly steps: readonly {
    readonly task: string;
    readonly extra_args: readonly string[];
    /** Variables from the command line; null for the value of a secret. */
    readonly env_flags: Readonly<Record<string, string | null>>;
    readonly confirmed_by_person: readonly string[];
  }[];
}

export interface CriterionFacts {
  readonly id: string;
  readonly text: string;
  readonly check: readonly string[] | null;
  readonly state: "passed" | "failed" | "confirmed" | "open";
  readonly evidence: {
    readonly run: string;
    readonly status: string;
    readonly exit_code: number | null;
    readonly stdout_sha256: string | null;
    readonly stderr_sha256: string | null;
    /** The digest of the record of this run in the journal; null where it has none. */
    readonly record_sha256: string | null;
    /** The end of the output of a failed check. */
    readonly log: readonly LogTail[];
  } | null;
  readonly confirmation: {
    readonly by: string | null;
    readonly at: string;
    readonly note: string | null;
  } | null;
  /** Whether the evidence is as the journal has it; null where there is none. */
  readonly verified: boolean | null;
  /** Files of its check that differ between the plan and the build. */
  readonly check_edited: readonly string[];
  /** The subject of the last build's evidence, where the criterion has changed since; otherwise null. */
  readonly earlier: { readonly text: string; readonly state: string; readonly words: string } | null;
}

export interface OutputFacts {
  readonly path: string;
  readonly declared: string;
  readonly type: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly change: string | null;
  readonly now: string;
  /** Entries that do not count as part of it. */
  readonly left_out: readonly LeftOut[];
}

export interface DocumentFacts {
  readonly path: string;
  readonly type: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly since_plan: string | null;
  readonly is_this_document: boolean;
}
