/**
 * The present state of a task: its records, compared with the definition, the files and the repository.
 * Changes nothing.
 */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { GitFacts, RunRecord } from "../../model/run.ts";
import { maskText } from "../../model/secrets.ts";
import { maskTask } from "./mask_task.ts";
import { examinePlace, placesOf } from "./masked_outputs.ts";
import {
  builtAtCommit,
  deriveStatus,
  isBuiltElsewhere,
  movedOnReason,
  nextStep,
  staleReasons,
  standsOnBuild,
} from "../../model/derive_task_status.ts";
import { causeWords } from "../../model/cause_words.ts";
import { criterionViews, reconcile } from "../../model/task_status.ts";
import type { DocumentView, NeedView, OutputView, TaskView } from "../../model/task_view.ts";
import type { Task } from "../../model/task.ts";
import type { Host } from "../../host/host.ts";
import { gitFacts } from "../../git/git.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskStore } from "../../store/task_store.ts";
import { fingerprintAll, knownFiles } from "../files/fingerprint_files.ts";
import { type KnownTask, readKnownTask, readRun } from "./known_task.ts";
import type { ResolvedTask } from "./resolve_task.ts";
import { inputsProblemWords } from "../inputs/inputs_problem.ts";
import { type InputsSince, inputsSince } from "./task_inputs.ts";
import { isSamePlace } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";

const MAX_NAMED_CAUSES = 3;

/** The git facts of a folder. */
export type GitReader = (folder: string) => Promise<GitFacts | null>;

/** For calls that read several tasks: git is asked once for each folder. */
export function gitOnce(host: Host): GitReader {
  const asked = new Map<string, Promise<GitFacts | null>>();
  return (folder) => {
    const facts = asked.get(folder) ?? gitFacts(host, folder);
    asked.set(folder, facts);
    return facts;
  };
}

export async function readTask(
  workspace: Workspace,
  resolved: ResolvedTask,
  git: GitReader,
): Promise<Result<TaskView, Failure>> {
  const runs = await workspace.store();
  if (!runs.ok) return runs;
  const tasks = await workspace.tasks();
  if (!tasks.ok) return tasks;
  const stores = { runs: runs.value, tasks: tasks.value };
  const known = await readKnownTask(workspace.host.digests, stores, resolved);
  return known.ok ? ok(await viewTask(workspace, stores, known.value, git)) : known;
}

/** The same for manifests that have been read. */
export async function viewTask(
  { host }: Workspace,
  { runs, tasks }: { readonly runs: RunStore; readonly tasks: TaskStore },
  known: KnownTask,
  git: GitReader,
): Promise<TaskView> {
  const { task, configured, plan, build } = known;
  const record = known.record && reconcile(known.record, build);
  const { secrets } = configured;
  // Where the folder cannot be determined now, the recorded folder is examined.
  const isLost = configured.problems.some(({ at }) => at[0] === "working_dir");
  const workingDir = (isLost ? (build ?? plan?.run)?.intent.working_dir : undefined) ?? configured.workingDir;
  const needs = task.needs.map((name) => readNeed(tasks, runs, name));
  const outputs = await readOutputs(host, workingDir, task, build);
  const documents = await readDocuments(host, workingDir, task, secrets, plan?.run);
  const folder = maskText(workingDir, secrets);
  const builtElsewhere = build === undefined || isSamePlace(host.files, build.intent.working_dir, folder)
    ? undefined
    : build.intent.working_dir;
  const evidence = { task, record, plan, build, outputs, needs, builtElsewhere };
  const since = standsOnBuild(evidence) ? await inputsSince(host, { runs, tasks }, known, build!) : undefined;
  const basis: TaskView["basis"] = !standsOnBuild(evidence)
    ? undefined
    : since === undefined
    ? "commit"
    : "inputs";
  // git is asked only where its answer can matter.
  const movedOn = since !== undefined || builtAtCommit(evidence) === undefined
    ? undefined
    : movedOnReason(evidence, await git(workingDir));
  const changedInputs = since === undefined ? [] : sinceWords(since).map((words) => maskText(words, secrets));
  const stale = [...staleReasons(evidence), ...changedInputs];
  const shown = maskTask(task, configured);
  const view = {
    task: shown,
    record,
    ...deriveStatus(record, build, task),
    stale: movedOn === undefined ? stale : [...stale, movedOn],
    movedOn,
    basis,
    changedInputs,
    plan,
    build,
    // A file that is missing here was not made here.
    outputs: isBuiltElsewhere(evidence) ? [] : outputs,
    documents,
    criteria: criterionViews(shown.acceptance, record, build),
    needs,
  };
  return { ...view, next: nextStep(view) };
}

/** Some are named; `runs why` lists them all. */
function sinceWords(since: InputsSince): readonly string[] {
  switch (since.kind) {
    case "unrecorded":
      return ["what the build depended on can no longer be read"];
    case "unknown":
      return [`its inputs cannot be determined: ${inputsProblemWords(since.problem)}`];
    case "compared": {
      const words = since.causes.slice(0, MAX_NAMED_CAUSES).map((cause) =>
        `${causeWords(cause)} since the build`
      );
      const more = since.causes.length - words.length;
      return more > 0 ? [...words, `${more} more changed since the build`] : words;
    }
  }
}

function readNeed(tasks: TaskStore, runs: RunStore, name: string): NeedView {
  const stored = tasks.read(name);
  if (!stored.ok) return { name, status: "unknown", build: undefined };
  if (stored.value === undefined) return { name, status: "unplanned", build: undefined };
  const build = readRun(runs, stored.value.last_build?.run);
  return { name, status: reconcile(stored.value, build).status, build };
}

async function readOutputs(
  host: Host,
  workingDir: string,
  task: Task,
  build: RunRecord | undefined,
): Promise<readonly OutputView[]> {
  const views: OutputView[] = [];
  const known = knownFiles(build?.outputs ?? []);
  const places = await placesOf(host, workingDir, task, build?.outputs ?? []);
  for (const built of build?.outputs ?? []) {
    const now = await examinePlace(host, workingDir, built, places.get(built.path), known);
    const state = !built.present
      ? now.present ? "appeared" : "missing_then"
      : now.type === "unreadable"
      ? "unreadable"
      : !now.present
      ? "gone"
      : now.sha256 === built.sha256
      ? "as_built"
      : "changed";
    views.push({ built, now: state });
  }
  return views;
}

async function readDocuments(
  host: Host,
  workingDir: string,
  task: Task,
  secrets: readonly string[],
  plan: RunRecord | undefined,
): Promise<readonly DocumentView[]> {
  const planned = knownFiles(plan?.documents ?? []);
  const looked = await fingerprintAll(host, workingDir, task.documents, planned, "anywhere");
  return looked.map(({ declared: _, ...facts }) => {
    const now = { ...facts, path: maskText(facts.path, secrets) };
    const then = planned.get(now.path);
    const sincePlan = then === undefined
      ? undefined
      : now.type === "unreadable"
      ? "unreadable"
      : !then.present
      ? now.present ? "appeared" : "missing"
      : !now.present
      ? "gone"
      : then.sha256 === now.sha256
      ? "unchanged"
      : "changed";
    return { path: now.path, now, sincePlan };
  });
}
