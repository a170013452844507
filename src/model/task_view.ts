/**
 * The view of a task: its definition, its record, and everything that is derived from both and never stored.
 */

import type { NextStep } from "./next_step.ts";
import type { FieldDifference } from "./difference.ts";
import type { CheckRecord, FileRecord, OutputRecord, RunRecord } from "./run.ts";
import type { Confirmation, TaskRecord, TaskStatus } from "./task_record.ts";
import type { Criterion, Task } from "./task.ts";

export interface PlanView {
  /** The plan.create run, which holds the plan's contents. */
  readonly run: RunRecord;
  readonly sha256: string;
  /** The differences between definition and plan; empty where nothing drifted. */
  readonly drift: readonly FieldDifference[];
  /** False where the record of the plan was altered since it was written. */
  readonly isIntact: boolean;
}

export interface OutputView {
  /** The output as the last build found it. */
  readonly built: OutputRecord;
  /** Its state since then. */
  readonly now: "as_built" | "changed" | "gone" | "unreadable" | "missing_then" | "appeared";
}

export interface DocumentView {
  readonly path: string;
  /** Its present state. */
  readonly now: FileRecord;
  /** Compared with the plan; undefined where no plan contains it. */
  readonly sincePlan: "unchanged" | "changed" | "appeared" | "gone" | "unreadable" | "missing" | undefined;
}

export interface CriterionView {
  readonly criterion: Criterion;
  /** `open`: not checked or not confirmed yet for the last build. */
  readonly state: "passed" | "failed" | "confirmed" | "open";
  readonly check: CheckRecord | undefined;
  readonly confirmation: Confirmation | undefined;
  /** Evidence of the last build for a different form of this criterion. */
  readonly earlier: EarlierEvidence | undefined;
}

/** The evidence for a criterion from when it had a different wording or check. */
export interface EarlierEvidence {
  readonly text: string;
  readonly state: "passed" | "failed" | "confirmed";
  readonly check: CheckRecord | undefined;
  readonly confirmation: Confirmation | undefined;
}

/** A task that another one needs. */
export interface NeedView {
  readonly name: string;
  /** Its recorded status; "unknown" where its record cannot be read. */
  readonly status: TaskStatus | "unplanned" | "unknown";
  /** Its last build. */
  readonly build: RunRecord | undefined;
}

export interface TaskView {
  /** The configured task, with the values of its secrets replaced. */
  readonly task: Task;
  /** undefined: nothing is recorded yet. */
  readonly record: TaskRecord | undefined;
  /** "unplanned" where there is no record; "interrupted" where its build was interrupted. Derived. */
  readonly status: TaskStatus | "unplanned" | "interrupted";
  /** One sentence. */
  readonly reason: string;
  /** Why the evidence no longer matches what it proves; empty where it does. */
  readonly stale: readonly string[];
  /**
   * The basis of `stale`: the task's inputs, or the commit; undefined where there is no build to
   * compare with.
   */
  readonly basis: "inputs" | "commit" | undefined;
  /** Which inputs changed since the build, in words; the evidence for its criteria is void then. */
  readonly changedInputs: readonly string[];
  /**
   * The one reason among them that the repository is at another commit, which changes without a change of the
   * task.
   */
  readonly movedOn: string | undefined;
  readonly plan: PlanView | undefined;
  /** The last build.run of this task; it may still be running. */
  readonly build: RunRecord | undefined;
  readonly outputs: readonly OutputView[];
  readonly documents: readonly DocumentView[];
  readonly criteria: readonly CriterionView[];
  readonly needs: readonly NeedView[];
  /** undefined where nothing is left to do. */
  readonly next: NextStep | undefined;
}
