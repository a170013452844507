/** Takes the content of a task's document from what is recorded of the task. Pure. */

import type { NextStep, WriteCommand } from "../model/next_step.ts";
import { earlierWords } from "../model/criterion_words.ts";
import type { CriterionEvidence } from "../model/criterion_evidence.ts";
import type { RequestedBy, RunRecord } from "../model/run.ts";
import { leftOpenNow } from "../model/task_record.ts";
import type { TaskView } from "../model/task_view.ts";
import type {
  CriterionFacts,
  DocumentSource,
  LogTail,
  ReproductionFacts,
  RunFacts,
  TaskFacts,
} from "./task_facts.ts";

/** `write` words the next step for people, as a command line. */
export function taskFacts(source: DocumentSource, write: WriteCommand): TaskFacts {
  const { view, projectRoot } = source;
  const { task, record, plan, build } = view;
  const stale = view.stale.filter((reason) => reason !== view.movedOn);
  const left = leftOpenNow(record);
  const builtBy = build?.plan?.run ?? null;
  const runFacts = (run: RunRecord) => factsOfRun(run, projectRoot);
  return {
    format: 1,
    kind: "task_document",
    task: task.name,
    description: task.description ?? null,
    status: view.status,
    reason: view.reason,
    stale,
    // A next step that exists only because of this document, or because it is not committed yet, is left out.
    next: view.status === "done" && stale.length === 0 ? null : lineOf(view.next, write),
    issue: record === undefined || record.links.issue === null ? null : {
      repo: record.links.issue.repo,
      number: record.links.issue.number,
      url: record.links.issue.url,
    },
    branch: record?.links.branch?.name ?? null,
    plan: plan === undefined ? null : runFacts(plan.run),
    build: build === undefined ? null : runFacts(build),
    deviations: {
      drift: plan?.drift.map(({ field, planned, now }) => ({ field, planned, now })) ?? [],
      extra_args: build?.intent.extra_args ?? [],
      env_flags: build?.intent.env_flags ?? [],
      built_by_earlier_plan: builtBy === record?.plan?.run ? null : builtBy,
      ...(left === undefined ? {} : { left_open: left }),
    },
    acceptance: view.criteria.map((each) =>
      criterionFacts(
        each,
        source.checkLogs.get(each.criterion.id) ?? [],
        source.evidence.get(each.criterion.id),
      )
    ),
    outputs: view.outputs.map(({ built, now }) => ({
      path: built.path,
      declared: built.declared,
      type: built.type,
      bytes: built.bytes,
      sha256: built.sha256,
      change: built.change,
      now,
      left_out: built.left_out ?? [],
    })),
    documents: view.documents.map(({ path, now, sincePlan }) => {
      const isOwn = path === source.ownPath;
      return {
        path,
        type: isOwn ? "file" : now.type,
        bytes: isOwn ? null : now.bytes,
        sha256: isOwn ? null : now.sha256,
        since_plan: isOwn ? null : sincePlan ?? null,
        is_this_document: isOwn,
      };
    }),
    history: source.history.map(runFacts),
    history_is_cut: source.isHistoryCut,
    history_unreadable: source.unreadableRuns,
    graph: source.graph,
    declared_outputs: task.outputs,
    log: source.log,
    reproduction: reproductionFacts(source, build ?? plan?.run),
  };
}

function reproductionFacts({ place, order }: DocumentSource, run: RunRecord | undefined): ReproductionFacts {
  return {
    commit: place.isOwnRepository ? run?.git?.commit ?? null : null,
    project_folder: place.prefix ?? null,
    config_path: place.configPath,
    steps: order.map(({ task, build, confirmed_by_person }) => {
      const { env = {}, env_flags = [], extra_args = [], secrets = [] } = build?.intent ?? {};
      return {
        task,
        extra_args,
        env_flags: Object.fromEntries(
          env_flags.map((name) => [name, secrets.includes(name) ? null : env[name] ?? ""]),
        ),
        confirmed_by_person,
      };
    }),
  };
}

function criterionFacts(
  { criterion, state, check, confirmation, earlier }: TaskView["criteria"][number],
  log: readonly LogTail[],
  proof: CriterionEvidence | undefined,
): CriterionFacts {
  return {
    id: criterion.id,
    text: criterion.text,
    check: criterion.check ?? null,
    state,
    evidence: check === undefined || check.run === null ? null : {
      run: check.run,
      status: check.status,
      exit_code: check.exit_code,
      stdout_sha256: check.stdout_sha256,
      stderr_sha256: check.stderr_sha256,
      record_sha256: proof?.recordSha256 ?? null,
      log,
    },
    confirmation: confirmation === undefined
      ? null
      : { by: confirmation.by, at: confirmation.at, note: confirmation.note },
    verified: proof?.isVerified ?? null,
    check_edited: proof?.editedChecks ?? [],
    earlier: earlier === undefined
      ? null
      : { text: earlier.text, state: earlier.state, words: earlierWords(earlier, criterion) },
  };
}

function factsOfRun(run: RunRecord, projectRoot: string): RunFacts {
  const { intent } = run;
  return {
    run: run.id,
    action: run.action,
    status: run.status,
    reason: run.reason,
    start_time: run.start_time,
    end_time: run.end_time,
    duration_ms: run.duration_ms,
    exit_code: run.exit_code,
    signal: run.signal,
    timed_out: run.timed_out,
    attempts: run.attempts.length,
    asked_by: askedBy(run.requested_by),
    git: run.git === null ? null : { commit: run.git.commit, branch: run.git.branch, dirty: run.git.dirty },
    command: intent.command,
    extra_args: intent.extra_args,
    env_flags: intent.env_flags ?? [],
    working_dir: placeIn(projectRoot, intent.working_dir),
    env: intent.env,
    secrets: intent.secrets,
    env_files: (intent.env_files ?? []).map(({ path }) => placeIn(projectRoot, path)),
    timeout_ms: intent.timeout_ms,
    success_exit_codes: intent.success_exit_codes,
    stdout_sha256: run.stdout_sha256,
    stderr_sha256: run.stderr_sha256,
    plan: run.plan?.run ?? null,
  };
}

function askedBy({ user, agent }: RequestedBy): string {
  return agent === null ? user ?? "somebody" : `${user ?? "somebody"} through ${agent}`;
}

/** A path relative to the project root, equal on every machine where it lies below the root. */
export function placeIn(root: string, path: string): string {
  if (path === root) return ".";
  const below = path.startsWith(root) ? path.slice(root.length) : "";
  const inside = /[/\\]$/.test(root) ? below : below.replace(/^[/\\]/, "");
  if (inside === "" || (inside === below && !/[/\\]$/.test(root))) return path;
  return inside.replaceAll("\\", "/");
}

function lineOf(next: NextStep | undefined, write: WriteCommand): string | null {
  return next?.kind === "command" ? write(next.path, next.words) : null;
}
