/** The content of a task's document, as plain data: its JSON form, and the source of the pages. Pure. */

import type { NextStep, WriteCommand } from "../model/next_step.ts";
import { earlierWords } from "../model/criterion_words.ts";
import type { CriterionEvidence } from "../model/criterion_evidence.ts";
import type { JsonValue } from "../model/canonical_json.ts";
import type { LeftOut, RequestedBy, RunRecord } from "../model/run.ts";
import { type LeftOpen, leftOpenNow } from "../model/task_record.ts";
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
