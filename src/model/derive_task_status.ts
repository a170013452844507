/**
 * Derives the status of a task from what is known about it: its status, what is stale, what comes next. Pure.
 */

import { inWords } from "./in_words.ts";
import { nextCommand, type NextStep } from "./next_step.ts";
import type { RunId } from "./ids.ts";
import type { GitFacts, RunRecord } from "./run_record.ts";
import type { TaskRecord } from "./task_record.ts";
import type { NeedView, OutputView, PlanView, TaskView } from "./task_view.ts";
import type { Task } from "./task.ts";

/** The status as shown, and the reason. */
export function deriveStatus(
  record: TaskRecord | undefined,
  build: RunRecord | undefined,
  task: Task,
): Pick<TaskView, "status" | "reason"> {
  if (record === undefined) {
    return {
      status: "unplanned",
      reason: task.declaredStatus === undefined
        ? "nothing is recorded for it yet"
        : `nothing is recorded for it yet; the configuration says ${inWords(task.declaredStatus)}`,
    };
  }
  return recordedStatus(record, build);
}

/** The same for recorded facts alone. */
export function recordedStatus(
  record: TaskRecord,
  build: RunRecord | undefined,
): Pick<TaskView, "status" | "reason"> {
  if (record.status === "in_progress" && build?.status === "interrupted") {
    return { status: "interrupted", reason: `build ${build.id} was interrupted: ${build.reason}` };
  }
  return { status: record.status, reason: record.reason };
}

/** The facts about a task from which everything else is derived. */
export interface Evidence {
  readonly task: Task;
  readonly record: TaskRecord | undefined;
  readonly plan: PlanView | undefined;
  readonly build: RunRecord | undefined;
  readonly outputs: readonly OutputView[];
  readonly needs: readonly NeedView[];
  /**
   * The folder of the build, where it differs from the task's folder now: another project has a task with
   * this name.
   */
  readonly builtElsewhere: string | undefined;
}

/** Why the evidence no longer matches what it proves, leaving out what git reports. */
export function staleReasons(evidence: Evidence): readonly string[] {
  const { record, plan, build, outputs, needs } = evidence;
  const reasons: string[] = [];
  const planned = record?.plan ?? undefined;
  if (planned !== undefined && plan === undefined) {
    reasons.push(`the record of its plan ${planned.run} cannot be read`);
  }
  if (plan !== undefined && !plan.isIntact) reasons.push(`the record of its plan ${plan.run.id} was altered`);
  if (plan !== undefined && plan.drift.length > 0) {
    reasons.push(`the definition changed since the plan: ${plan.drift.map(({ field }) => field).join(", ")}`);
  }
  const built = builtBy(record);
  if (built !== undefined && build === undefined) {
    reasons.push(`the record of its build ${built} cannot be read`);
  }
  if (!standsOnBuild(evidence)) return reasons;
  const isElsewhere = isBuiltElsewhere(evidence);
  if (isElsewhere) reasons.push(`it was built in ${evidence.builtElsewhere}, not here`);
  for (const { built, now } of isElsewhere ? [] : outputs) {
    if (now === "changed") reasons.push(`${built.path} changed since the build`);
    if (now === "gone") reasons.push(`${built.path} was removed since the build`);
    if (now === "unreadable") reasons.push(`${built.path} can no longer be read`);
  }
  for (const { name, status, build: last } of needs) {
    if (status !== "done") reasons.push(`${name}, which it needs, is ${inWords(status)}`);
    // Without inputs, a need that ended after this build began was not available to it. With inputs, the
    // outputs of the need are compared instead.
    else if (
      build!.inputs === undefined && last !== undefined &&
      (last.end_time ?? last.start_time) > build!.start_time
    ) {
      reasons.push(`${name}, which it needs, was built again in ${last.id}`);
    }
  }
  return reasons;
}

/**
 * True where the build was made in another folder and nothing here matches it. Identical files count as
 * evidence, wherever they were made.
 */
export function isBuiltElsewhere({ builtElsewhere, outputs }: Evidence): boolean {
  return builtElsewhere !== undefined &&
    (outputs.length === 0 || outputs.some(({ now }) => now !== "as_built"));
}

/** The commit that the evidence was made at; undefined where there is none. */
export function builtAtCommit(evidence: Evidence): string | undefined {
  return standsOnBuild(evidence) ? evidence.build?.git?.commit ?? undefined : undefined;
}

export function movedOnReason(evidence: Evidence, git: GitFacts | null): string | undefined {
  const then = builtAtCommit(evidence);
  const now = git?.commit ?? undefined;
  if (then === undefined || now === undefined || then === now) return undefined;
  return `the repository is at ${now.slice(0, 12)}, the build was made at ${then.slice(0, 12)}`;
}

/**
 * The build behind the status; undefined where the status does not come from a build, or the build failed.
 */
function builtBy(record: TaskRecord | undefined): RunId | undefined {
  return record?.status === "done" || record?.status === "in_progress" ? record.last_build?.run : undefined;
}

/** The status is one that a build proves. */
export function standsOnBuild({ record, build }: Evidence): boolean {
  return builtBy(record) !== undefined && build?.status === "succeeded";
}

/**
 * The first reason why the evidence for a task no longer counts. A different commit alone is no reason: it
 * changes without a change of the task, for example when the task's own outputs are committed.
 */
export function spoilingReason({ stale, movedOn }: TaskView): string | undefined {
  return stale.find((reason) => reason !== movedOn);
}

/** The task is done, and its evidence still matches. */
export function isDone(view: TaskView): boolean {
  return view.status === "done" && spoilingReason(view) === undefined;
}

/** undefined where nothing is left to do. */
export function nextStep(view: Omit<TaskView, "next">): NextStep | undefined {
  const { name } = view.task;
  const { record, plan, build } = view;
  if (record?.status === "in_progress" && build?.status === "running") {
    return nextCommand("logs", build.id, "--follow");
  }
  if (view.status === "interrupted" && build!.recovery === null) return nextCommand("recover", build!.id);
  if (record === undefined || plan === undefined || !plan.isIntact || plan.drift.length > 0) {
    return nextCommand("plan create", name);
  }
  const again = view.stale.some((reason) => reason !== view.movedOn);
  switch (view.status) {
    case "unplanned":
      return nextCommand("plan create", name);
    case "interrupted":
    case "planned":
    case "failed":
      return nextCommand("build run", name);
    case "in_progress": {
      const open = view.criteria.find(({ criterion, state }) =>
        criterion.check === undefined && state === "open"
      );
      return again || open === undefined
        ? nextCommand("build run", name)
        : nextCommand("plan accept", name, open.criterion.id);
    }
    case "done":
      if (view.stale.length > 0) return nextCommand("build run", name);
      return record.documented === null ? nextCommand("doc generate", name) : undefined;
  }
}
