/** Derives the state of a task from a build and from a person's confirmations. Pure. */

import { criteriaOf } from "./definition.ts";
import type { RunRecord } from "./run.ts";
import type { TaskRecord } from "./task_record.ts";
import type { CriterionView } from "./task_view.ts";
import type { Criterion } from "./task.ts";

/**
 * The state of each criterion for this build; a build by another plan than the task's counts for none.
 * Evidence counts only for the wording and check that the build used, because nobody examined any other.
 */
export function criterionViews(
  criteria: readonly Criterion[],
  record: TaskRecord | undefined,
  build: RunRecord | undefined,
): readonly CriterionView[] {
  const provesNothing = build?.inputs_changed !== undefined || build?.plan?.run !== record?.plan?.run;
  if (build === undefined || provesNothing) return criteria.map(withoutEvidence);
  const builtWith = criteriaOf(build.definition);
  return criteria.map((criterion) => {
    const { id } = criterion;
    const check = build.checks.find((each) => each.id === id);
    const confirmation = record?.confirmations.findLast((each) =>
      each.criterion === id && each.build === build.id
    );
    const then = builtWith.find((each) => each.id === id) ?? criterion;
    const evidence = then.check === undefined
      ? confirmation
      : check?.status === "not_run"
      ? undefined
      : check;
    if (evidence === undefined) return { ...withoutEvidence(criterion), check };
    const state = then.check === undefined
      ? "confirmed"
      : check?.status === "succeeded"
      ? "passed"
      : "failed";
    const text = evidence.text ?? then.text;
    if (text === criterion.text && isSameCheck(then, criterion)) {
      return { criterion, state, check, confirmation, earlier: undefined };
    }
    return { ...withoutEvidence(criterion), earlier: { text, state, check, confirmation } };
  });
}

function withoutEvidence(criterion: Criterion): CriterionView {
  return { criterion, state: "open", check: undefined, confirmation: undefined, earlier: undefined };
}

function isSameCheck({ check: one }: Criterion, { check: other }: Criterion): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The record of a task after a build of it has ended, and after a confirmation. */
export function taskAfterBuild(
  criteria: readonly Criterion[],
  record: TaskRecord,
  build: RunRecord,
): TaskRecord {
  const { id, status, exit_code, end_time } = build;
  return {
    ...record,
    ...statusAfter(criteria, record, build),
    last_build: { ...record.last_build, run: id, status, exit_code, end_time },
  };
}

/**
 * The record once the end of its build is known, even where that end could not be noted in it, because the
 * recorder died or the disk was full. The run is the source; the task's record only repeats it.
 */
export function reconcile(record: TaskRecord, build: RunRecord | undefined): TaskRecord {
  if (record.last_build?.status !== "running" || record.last_build.run !== build?.id) return record;
  if (build.status === "running" || build.status === "interrupted") return record;
  // A plan made after the build leaves the task planned, not built.
  if (record.status !== "in_progress") return record;
  return taskAfterBuild(criteriaOf(build.definition), record, build);
}

function statusAfter(
  criteria: readonly Criterion[],
  record: TaskRecord,
  build: RunRecord,
): Pick<TaskRecord, "status" | "reason"> {
  if (build.status !== "succeeded") return { status: "failed", reason: `the build ${build.reason}` };
  if (build.inputs_changed !== undefined) {
    return {
      status: "in_progress",
      reason: `built, but the build proves nothing: ${changedWords(build.inputs_changed)} while it was built`,
    };
  }
  const open = criterionViews(criteria, record, build).filter(({ state }) => state === "open");
  if (open.length > 0) {
    const names = open.map(({ criterion }) => criterion.id).join(", ");
    return {
      status: "in_progress",
      reason: `built; ${names} ${open.length === 1 ? "waits" : "wait"} to be confirmed by a person`,
    };
  }
  const present = build.outputs.filter((output) => output.present).length;
  const facts = [
    "the build succeeded",
    ...present === 0 ? [] : [`${countWords(present, "output")} present`],
    ...criteria.length === 0 ? [] : [`${countWords(criteria.length, "criterion", "criteria")} met`],
  ];
  return {
    status: "done",
    reason: `${facts.slice(0, -1).join(", ")}${facts.length > 1 ? " and " : ""}${facts.at(-1)}`,
  };
}

/** `src/a.ts changed`, `src/a.ts and 2 more changed`. */
function changedWords([first, ...others]: readonly string[]): string {
  return others.length === 0 ? `${first} changed` : `${first} and ${others.length} more changed`;
}

/** `its output is`, `both outputs are`, `all 3 outputs are`. */
function countWords(count: number, one: string, several = `${one}s`): string {
  return count === 1 ? `its ${one} is` : `${count === 2 ? "both" : `all ${count}`} ${several} are`;
}
