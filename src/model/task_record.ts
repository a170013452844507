/**
 * The stored state of a task, and how events change it. Pure. Spelled as it is stored (docs/records.md).
 * Whatever can be derived on reading (stale, drifted, interrupted) is not stored.
 */

import type { RunId } from "./ids.ts";
import type { RunStatus } from "./run.ts";

export const TASK_FORMAT = 1;

/** "unplanned": only its branch or its issue is recorded. */
export const TASK_STATUSES = ["unplanned", "planned", "in_progress", "done", "failed"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export interface PlanLink {
  /** The plan.create run that holds the plan's contents. */
  readonly run: RunId;
  /** The digest of everything in the plan. */
  readonly sha256: string;
  readonly created_at: string;
  readonly definition_sha256: string;
}

/** A person's confirmation that a criterion is met, valid for one build. */
export interface Confirmation {
  readonly criterion: string;
  /** The wording that was confirmed. Records of older programs have it only in the build's definition. */
  readonly text?: string;
  readonly build: RunId;
  readonly by: string | null;
  readonly at: string;
  readonly note: string | null;
}

/** The work tree of a task, made by us. */
export interface WorktreeLink {
  /** The top folder, absolute. */
  readonly path: string;
  /** What the branch starts at and goes back to: a branch as named; null where it started at a mere commit. */
  readonly base: string | null;
  /** The git.worktree.create run that made it. */
  readonly run: RunId;
  readonly made_at: string;
}

/** The last build, recorded from its beginning. */
export interface BuildLink {
  readonly run: RunId;
  /** Stays "running" where the recorder died before the end of the build: the run itself tells that. */
  readonly status: RunStatus;
  readonly exit_code: number | null;
  readonly end_time: string | null;
}

/** An assistant ended its turn although it had been told that the task was not proven. */
export interface LeftOpen {
  readonly at: string;
  readonly by: string | null;
  /** The ids of the open criteria. */
  readonly criteria: readonly string[];
  readonly reason: string;
}

export interface TaskRecord {
  readonly format: number;
  readonly kind: "task";
  readonly name: string;
  /** The project and the configuration file of the task; missing before 0.2.0. */
  readonly project?: string | null;
  readonly config_path?: string;
  readonly description: string | null;
  readonly repo: string | null;
  readonly status: TaskStatus;
  /** One sentence: the reason for the status. */
  readonly reason: string;
  readonly last_run: RunId | null;
  readonly plan: PlanLink | null;
  readonly outputs: readonly string[];
  readonly documents: readonly string[];
  readonly confirmations: readonly Confirmation[];
  readonly links: {
    readonly issue: {
      readonly repo: string;
      readonly number: number;
      readonly url: string;
      readonly run: RunId;
    } | null;
    readonly branch: { readonly name: string; readonly commit: string; readonly run: RunId } | null;
    /** Absent as long as none was made by us, and after its removal. */
    readonly worktree?: WorktreeLink;
  };
  readonly last_build: BuildLink | null;
  /** The last time that it was left open; absent as long as it never was. */
  readonly left_open?: LeftOpen;
  readonly documented: { readonly path: string; readonly run: RunId; readonly sha256: string } | null;
}

/** What an assistant left open; undefined where a build has ended after it. */
export function leftOpenNow(record: TaskRecord | undefined): LeftOpen | undefined {
  const { left_open: left, last_build: build } = record ?? {};
  return left === undefined || (build?.end_time ?? "") > left.at ? undefined : left;
}
