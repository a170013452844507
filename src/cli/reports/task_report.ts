/** Tasks for people, and as JSON. */

import type { Invocation } from "../base/invocation.ts";
import { inWords } from "../../model/in_words.ts";
import { nextCommand, type NextStep } from "../../model/next_step.ts";
import { earlierWords } from "../../model/criterion_words.ts";
import { visible } from "../../model/visible.ts";
import { leftOutWords } from "../../model/left_out_words.ts";
import type { CheckRecord, OutputRecord, RunRecord } from "../../model/run.ts";
import { leftOpenNow, type TaskRecord } from "../../model/task_record.ts";
import type { CriterionView, DocumentView, OutputView, TaskView } from "../../model/task_view.ts";
import { argvWords } from "./run_report.ts";
import { type Style, table } from "../output/style.ts";

/** The status in colour; `done, stale` where the evidence no longer matches. */
export function taskStatusWord(view: Pick<TaskView, "status" | "stale">, style: Style): string {
  const word = `${inWords(view.status)}${view.stale.length > 0 ? ", stale" : ""}`;
  if (view.stale.length > 0) return style.yellow(word);
  switch (view.status) {
    case "done":
      return style.green(word);
    case "failed":
      return style.red(word);
    case "in_progress":
    case "interrupted":
      return style.yellow(word);
    case "planned":
    case "unplanned":
      return word;
  }
}

/** The recorded status, in colour. */
export function recordStatusWord({ status }: TaskRecord, style: Style): string {
  const word = inWords(status);
  return status === "done" ? style.green(word) : status === "failed" ? style.red(word) : style.yellow(word);
}

/** The next steps after a build, and after a confirmation. */
export function nextAfterBuild({ name, status }: TaskRecord, open: readonly string[]): NextStep {
  const [criterion] = open;
  if (status === "done") return nextCommand("doc generate", name);
  return criterion === undefined
    ? nextCommand("plan status", name)
    : nextCommand("plan accept", name, criterion);
}

/** All known facts, as rows of names and values. */
export function taskText(view: TaskView, style: Style, columns: number | undefined): string {
  const { task, record, build } = view;
  const rows: (readonly [string, string])[] = [
    ["task", style.bold(task.name)],
    ["status", `${taskStatusWord(view, style)}: ${visible(view.reason)}`],
  ];
  const add = (key: string, value: string | undefined) => {
    if (value !== undefined) rows.push([key, value]);
  };
  add("wanted", task.description === undefined ? undefined : visible(task.description));
  add("command", argvWords(task.command));
  for (const reason of view.stale) add("stale", visible(reason));
  if (view.basis === "inputs" && view.changedInputs.length === 0) {
    const count = build?.inputs?.files ?? 0;
    add("inputs", `${count} ${count === 1 ? "file" : "files"}, unchanged since the build`);
  }
  const plan = record?.plan ?? undefined;
  add("plan", plan && `${plan.run}, sha256 ${plan.sha256}`);
  for (const need of view.needs) add("needs", `${need.name}: ${inWords(need.status)}`);
  add("build", build === undefined ? undefined : buildWords(build, record));
  if (build !== undefined && build.intent.extra_args.length > 0) {
    add("deviation", `built with further arguments: ${argvWords(build.intent.extra_args)}`);
  }
  if (build?.intent.env_flags !== undefined) {
    add("deviation", `built with further variables: ${build.intent.env_flags.map(visible).join(", ")}`);
  }
  for (const { built, now } of view.outputs) {
    if (isCounted(built)) add("output", outputWords({ built, now }));
    for (const words of leftOutWords(built)) add("left out", visible(words));
  }
  if (view.outputs.length === 0) {
    for (const path of task.outputs) add("output", `${visible(path)}: expected`);
  }
  for (const document of view.documents) add("document", documentWords(document));
  const [lost] = view.changedInputs;
  for (const criterion of view.criteria) add("criterion", criterionWords(criterion, lost, style));
  add("left open", leftOpenWords(record));
  add("branch", record?.links.branch?.name);
  add("issue", record?.links.issue?.url);
  return table(rows.map(([key, value]) => [style.dim(key), value]), { columns });
}

function leftOpenWords(record: TaskRecord | undefined): string | undefined {
  const left = leftOpenNow(record);
  if (left === undefined) return undefined;
  const criteria = left.criteria.length === 0 ? "" : `: ${left.criteria.join(", ")}`;
  return visible(`by ${left.by ?? "somebody"}, ${left.at}${criteria}`);
}

function buildWords(build: RunRecord, record: TaskRecord | undefined): string {
  const by = build.plan?.run === record?.plan?.run ? "" : "; it followed an earlier plan";
  return `${build.id}: ${visible(build.reason)}${by}`;
}

/** Other entries that a glob matched are only mentioned. */
function isCounted({ path, present, left_out = [] }: OutputRecord): boolean {
  return present || !left_out.some((each) => each.path === path);
}

function outputWords({ built, now }: OutputView): string {
  const size = built.bytes === null ? "" : `, ${built.bytes} bytes`;
  const state = now === "as_built"
    ? `${built.change ?? "there"}${size}`
    : now === "missing_then"
    ? built.type === "outside"
      ? "a link that leaves working_dir"
      : built.type === "unreadable"
      ? "exists but cannot be read"
      : "missing"
    : now === "appeared"
    ? "missing after the build, present now"
    : now === "gone"
    ? "removed since the build"
    : now === "unreadable"
    ? "can no longer be read"
    : "changed since the build";
  return `${visible(built.path)}: ${state}`;
}

function documentWords({ path, now, sincePlan }: DocumentView): string {
  const state = sincePlan === undefined
    ? now.present ? "there" : now.type === "unreadable" ? "cannot be read" : "missing"
    : sincePlan === "unreadable"
    ? "cannot be read"
    : sincePlan === "unchanged" || sincePlan === "missing"
    ? sincePlan
    : `${sincePlan} since the plan`;
  return `${visible(path)}: ${state}`;
}

/** `lost`: why its evidence no longer counts. */
function criterionWords(view: CriterionView, lost: string | undefined, style: Style): string {
  const { criterion, state, check, confirmation, earlier } = view;
  const word = lost !== undefined && (state === "passed" || state === "confirmed")
    ? style.yellow(`${state}, but ${visible(lost)}`)
    : state === "passed" || state === "confirmed"
    ? style.green(state)
    : state === "failed"
    ? style.red(state)
    : style.yellow(criterion.check === undefined ? "to be confirmed" : "not checked yet");
  const evidence = earlier !== undefined
    ? ` (${visible(earlierWords(earlier, criterion))})`
    : confirmation !== undefined
    ? ` (by ${visible(confirmation.by ?? "somebody")}, ${confirmation.at}${
      confirmation.note === null ? "" : `: ${visible(confirmation.note)}`
    })`
    : check !== undefined && check.run !== null
    ? ` (${state === "failed" ? `${checkWords(check)}, ` : ""}${check.run})`
    : "";
  return `${criterion.id}: ${word}, ${visible(criterion.text)}${evidence}`;
}

/** How a check ended: `exit 3`, `timed out`. */
export function checkWords({ status, exit_code }: CheckRecord): string {
  return status === "failed" && exit_code !== null ? `exit ${exit_code}` : inWords(status);
}

/** For programs: the view with the spelling of the records. */
export function taskJson(view: TaskView, invocation: Invocation) {
  const { task, record, build } = view;
  return {
    name: task.name,
    description: task.description ?? null,
    status: view.status,
    reason: view.reason,
    stale: view.stale,
    stale_by: view.basis ?? null,
    needs: view.needs.map(({ name, status, build }) => ({ name, status, last_build: build?.id ?? null })),
    plan: record?.plan ?? null,
    drift: (view.plan?.drift ?? []).map(({ field, planned, now }) => ({
      field,
      planned: planned ?? null,
      now: now ?? null,
    })),
    last_build: build === undefined ? record?.last_build ?? null : {
      run: build.id,
      status: build.status,
      reason: build.reason,
      exit_code: build.exit_code,
      end_time: build.end_time,
      extra_args: build.intent.extra_args,
      env_flags: build.intent.env_flags ?? [],
    },
    outputs: view.outputs.map(({ built, now }) => ({ ...built, now })),
    documents: view.documents.map(({ now, sincePlan }) => ({ ...now, since_plan: sincePlan ?? null })),
    criteria: view.criteria.map(({ criterion, state, check, confirmation, earlier }) => ({
      id: criterion.id,
      text: criterion.text,
      state,
      check: check ?? null,
      confirmation: confirmation ?? null,
      ...(earlier === undefined ? {} : {
        earlier: {
          text: earlier.text,
          state: earlier.state,
          check: earlier.check ?? null,
          confirmation: earlier.confirmation ?? null,
        },
      }),
    })),
    links: record?.links ?? { issue: null, branch: null },
    documented: record?.documented ?? null,
    ...(record?.left_open === undefined ? {} : { left_open: record.left_open }),
    next: invocation.nextLine(view.next === undefined ? [] : [view.next]) ?? null,
  };
}
