/**
 * The proof for a tree of git. Builds are found by the tree that they stand for, so that a commit that was amended, squashed
 * or rebased to the same files has the same evidence.
 */

import { isBound } from "../../model/bound_run.ts";
import { criteriaOf } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import { isRunId, type RunId, runIdOf } from "../../model/ids.ts";
import { inWords } from "../../model/in_words.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import { criterionViews } from "../../model/task_status.ts";
import { countOf, type EvidenceFinding, type EvidenceLine } from "../../model/verification.ts";
import { NOTES_REF, TRAILER } from "../../model/signed_build.ts";
import { treeOfRevision } from "../../git/git.ts";
import { namedByGit } from "../../git/trailers_and_notes.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskStore } from "../../store/task_store.ts";
import { findTask } from "../tasks/find_task.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { claimLine, type Grounds, missingFor } from "./claim.ts";
import { type JournalView, taskKey } from "./journal_view.ts";
import { verifySignatures } from "./verify_signatures.ts";

/** Older builds of a task are not searched. */
const MAX_BUILDS = 200;

export interface BoundBuild {
  readonly task: string;
  readonly build: RunRecord;
  /** "signed": a signature says so; "commit": git says that the commit of the build has this tree. */
  readonly by: "signed" | "commit";
}

export interface TreeRequest {
  readonly revision: string;
  /** undefined: all tasks. */
  readonly task: string | undefined;
}

export interface FoundTree {
  readonly tree: string;
  /** The newest build of each task that stands for the tree. */
  readonly builds: readonly BoundBuild[];
  /** Evidence that the message of the commit, or a note at the commit or its tree, names. */
  readonly named: readonly NamedEvidence[];
}

interface NamedEvidence {
  readonly in: "trailer" | "note";
  readonly task: string;
  readonly sha256: string;
}

export async function findByTree(
  workspace: Workspace,
  store: RunStore,
  { revision, task }: TreeRequest,
): Promise<Result<FoundTree, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const asked = task === undefined ? undefined : findTask(project.value, task);
  if (asked !== undefined && !asked.ok) return asked;
  const { root } = project.value;
  const tree = await treeOfRevision(workspace.host, root, revision);
  if (tree === undefined) {
    return fail({
      code: "arguments_invalid",
      action: "verify the tree of",
      value: revision,
      fact: "git knows no such commit, branch or tag here",
      next: [nextCommand("verify", "--tree", "HEAD")],
    });
  }
  const trees = new Map<string, Promise<string | undefined>>();
  const treeOf = (commit: string) => {
    const known = trees.get(commit) ?? treeOfRevision(workspace.host, root, commit);
    trees.set(commit, known);
    return known;
  };
  const builds: BoundBuild[] = [];
  for (const name of asked === undefined ? [...project.value.tasks.keys()] : [asked.value.name]) {
    const bound = await newestBound(workspace, store, name, tree, treeOf);
    if (!bound.ok) return bound;
    if (bound.value !== undefined) builds.push(bound.value);
  }
  const place = { revision, tree, key: TRAILER, notesRef: NOTES_REF };
  const { trailers, notes } = await namedByGit(workspace.host, root, place);
  const named = [...namedIn("trailer", trailers), ...namedIn("note", notes)]
    .filter((each) => asked === undefined || asked.value.name === each.task);
  return ok({ tree, builds, named });
}

function namedIn(where: NamedEvidence["in"], values: readonly string[]): readonly NamedEvidence[] {
  return values.flatMap((value) => {
    const [, task, sha256] = /^(\S+) ([0-9a-f]{64})$/.exec(value) ?? [];
    return task === undefined ? [] : [{ in: where, task, sha256: sha256! }];
  });
}

async function newestBound(
  workspace: Workspace,
  store: RunStore,
  task: string,
  tree: string,
  treeOf: (commit: string) => Promise<string | undefined>,
): Promise<Result<BoundBuild | undefined, Failure>> {
  const timestamps = store.timestamps(task);
  if (!timestamps.ok) return timestamps;
  let builds = 0;
  for (const timestamp of timestamps.value) {
    const run = store.read(runIdOf(task, timestamp));
    if (!run.ok || run.value.record.action !== "build.run") continue;
    const build = run.value.record;
    if (build.status === "running" || build.status === "up_to_date") continue;
    if (++builds > MAX_BUILDS) break;
    const by = await boundBy(workspace, store, build, tree, treeOf);
    if (!by.ok) return by;
    if (by.value !== undefined) return ok({ task, build, by: by.value });
  }
  return ok(undefined);
}

async function boundBy(
  workspace: Workspace,
  store: RunStore,
  run: RunRecord,
  tree: string,
  treeOf: (commit: string) => Promise<string | undefined>,
): Promise<Result<BoundBuild["by"] | undefined, Failure>> {
  const { id, git } = run;
  const views = await verifySignatures(workspace, store, id);
  if (!views.ok) return views;
  const isSigned = views.value.some(({ by, statement }) => by !== undefined && statement?.gitTree === tree);
  if (isSigned) return ok("signed");
  const isClean = isBound(run) && git !== null && git.commit !== null && git.dirty === false;
  return ok(isClean && await treeOf(git!.commit!) === tree ? "commit" : undefined);
}

/** The claim for a tree that need not be checked out: the criteria as they were built. */
export async function claimOfTree(
  workspace: Workspace,
  store: RunStore,
  { tree, builds, named }: FoundTree,
  tasks: TaskStore,
  grounds: Grounds,
): Promise<Result<EvidenceLine, Failure>> {
  const missing: EvidenceFinding[] = [];
  const unchecked: EvidenceFinding[] = [];
  for (const { in: where, task, sha256 } of named) {
    const about = `the ${where} for ${task}`;
    const run = signedAs(grounds.view, task, sha256);
    if (run === undefined) {
      unchecked.push({ about, fact: `names evidence that is not here (${sha256.slice(0, 12)})` });
      continue;
    }
    const views = await verifySignatures(workspace, store, run);
    if (!views.ok) return views;
    const isFor = views.value.some(({ by, statement }) => by !== undefined && statement?.gitTree === tree);
    if (!isFor) missing.push({ about, fact: `names evidence of ${run}, which is for another tree` });
  }
  if (builds.length === 0) {
    missing.push({ about: "this tree", fact: "is not one that a build of a task stands for" });
  }
  let criteria = 0;
  for (const { task, build } of builds) {
    const record = tasks.read(task);
    const found = record.ok && record.value !== undefined ? ofBuild(record.value, build, grounds) : undefined;
    if (found === undefined) missing.push({ about: task, fact: "has no record that can be read" });
    else {
      criteria += found.criteria;
      missing.push(...found.missing);
    }
  }
  const names = builds.map(({ task, by }) =>
    `${task} (${by === "signed" ? "signed for it" : "built at a commit with it"})`
  );
  const counts = (["trailer", "note"] as const)
    .map((where) => ({ where, count: named.filter((each) => each.in === where).length }))
    .filter(({ count }) => count > 0).map(({ where, count }) => countOf(count, where));
  const anchored = counts.length === 0 ? [] : [`named by ${counts.join(" and ")} of the commit`];
  return ok(
    claimLine(
      [names.join(", "), countOf(criteria, "criterion", "criteria"), ...anchored],
      missing,
      unchecked,
    ),
  );
}

/** The run of the task about which a statement with this digest was signed. */
function signedAs({ lines }: JournalView, task: string, sha256: string): RunId | undefined {
  const found = lines.find(({ entry }) =>
    entry?.kind === "signed" && entry.sha256 === sha256 && entry.id.startsWith(`${task}/`) &&
    isRunId(entry.id)
  );
  return found?.entry?.id as RunId | undefined;
}

function ofBuild(record: TaskRecord, build: RunRecord, grounds: Grounds) {
  const { name } = record;
  const missing: EvidenceFinding[] = [];
  const lacks = (about: string, fact: string) => missing.push({ about, fact });
  if (build.status !== "succeeded") lacks(build.id, `${inWords(build.status)}: ${build.reason}`);
  if (!grounds.sound.has(taskKey(name))) lacks(`tasks/${name}.json`, "is not proven to be what was recorded");
  const runs: readonly (RunId | undefined)[] = [build.plan?.run, build.id];
  for (const run of runs) {
    if (run !== undefined && !grounds.sound.has(run)) lacks(run, "is not proven to be what was recorded");
  }
  // Confirmations count for the build that they name, whatever was planned since.
  const then: TaskRecord = {
    ...record,
    plan: record.plan === null || build.plan === null ? null : { ...record.plan, run: build.plan.run },
  };
  const views = criterionViews(criteriaOf(build.definition), then, build);
  for (const view of views) {
    const fact = missingFor(view, name, build.id, grounds);
    if (fact !== undefined) lacks(view.criterion.id, fact);
  }
  return { missing, criteria: views.length };
}
