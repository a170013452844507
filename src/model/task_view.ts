/** A task as it stands: its definition, its record, and everything that is derived from both and never stored. */

import type { NextStep } from "./next_step.ts";
import type { FieldDifference } from "./difference.ts";
import type { CheckRecord, FileRecord, OutputRecord, RunRecord } from "./run.ts";
import type { Confirmation, TaskRecord, TaskStatus } from "./task_record.ts";
import type { Criterion, Task } from "./task.ts";

export interface PlanView {
  /** The plan.create run: the promise. */
  readonly run: RunRecord;
  readonly sha256: string;
  /** The definition against the plan; empty where nothing drifted. */
  readonly drift: readonly FieldDifference[];
  /** False where the record of the plan is no longer what was recorded. */
  readonly isIntact: boolean;
}

export interface OutputView {
  /** As the last build found it. */
  readonly built: OutputRecord;
  /** What has become of it since. */
  readonly now: "as_built" | "changed" | "gone" | "unreadable" | "missing_then" | "appeared";
}

export interface DocumentView {
  readonly path: string;
  /** As it is now. */
  readonly now: FileRecord;
  /** Against the plan; undefined where there is no plan that knows it. */
  readonly sincePlan: "unchanged" | "changed" | "appeared" | "gone" | "unreadable" | "missing" | undefined;
}

export interface CriterionView {
  readonly criterion: Criterion;
  /** `open`: not checked or not confirmed yet for the last build. */
  readonly state: "passed" | "failed" | "confirmed" | "open";
  readonly check: CheckRecord | undefined;
  readonly confirmation: Confirmation | undefined;
  /** Evidence of the last build that is not for this criterion as it is now. */
  readonly earlier: EarlierEvidence | undefined;
}

/** What was shown for a criterion when it had other words, or another check. */
export interface EarlierEvidence {
  readonly text: string;
  readonly state: "passed" | "failed" | "confirmed";
  readonly check: CheckRecord | undefined;
  readonly confirmation: Confirmation | undefined;
}

/** A task that another one needs. */
export interface NeedView {
  readonly name: string;
  /** As it is recorded; "unknown" where its record cannot be read. */
  readonly status: TaskStatus | "unplanned" | "unknown";
  /** Its last build. */
  readonly build: RunRecord | undefined;
}

export interface TaskView {
  /** As configured, with the values of its secrets replaced. */
  readonly task: Task;
  /** undefined: nothing was recorded yet. */
  readonly record: TaskRecord | undefined;
  /** "unplanned" where there is no record; "interrupted" where its build was cut off. Derived. */
  readonly status: TaskStatus | "unplanned" | "interrupted";
  /** One sentence. */
  readonly reason: string;
  /** Why the evidence no longer matches what it proves; empty where it does. */
  readonly stale: readonly string[];
  /** What `stale` goes by: what the task reads, or the commit; undefined where no build is to be held against anything. */
  readonly basis: "inputs" | "commit" | undefined;
  /** What changed of what it reads since the build, in words; the proof of its criteria is gone with it. */
  readonly changedInputs: readonly string[];
  /** The one of them that the repository is at another commit: it comes and goes without a change of the task. */
  readonly movedOn: string | undefined;
  readonly plan: PlanView | undefined;
  /** The last build.run of this task; it may still be running. */
  readonly build: RunRecord | undefined;
  readonly outputs: readonly OutputView[];
  readonly documents: readonly DocumentView[];
  readonly criteria: readonly CriterionView[];
  readonly needs: readonly NeedView[];
  /** undefined where there is nothing to do. */
  readonly next: NextStep | undefined;
}
