/** Signed builds by the task or the tree that they stand for. Only those count whose signature is valid and by a known key. */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { SignedBuild } from "../../model/signed_build.ts";
import { PROVENANCE_TYPE } from "../../model/statement.ts";
import { treeOfRevision } from "../../git/git.ts";
import { readEvidence, runsWithEvidence } from "../../store/evidence_store.ts";
import type { RunStore } from "../../store/run_store.ts";
import { findTask } from "../tasks/find_task.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { runToSign } from "./sign.ts";
import { PROVENANCE_FILE } from "./sign_run.ts";
import { verifySignatures } from "./verify_signatures.ts";

/** Older builds of a task are not searched. */
const MAX_BUILDS = 200;

export interface BuildsRequest {
  /** undefined: every task of the configuration. */
  readonly task: string | undefined;
  /** A revision or a tree of the repository here; undefined: the last build, whatever it stands for. */
  readonly tree: string | undefined;
}

/** The newest fitting build of each task; empty only where no task is named. */
export async function signedBuilds(
  workspace: Workspace,
  { task, tree }: BuildsRequest,
): Promise<Result<readonly SignedBuild[], Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const store = await workspace.store();
  if (!store.ok) return store;
  const named = task === undefined ? undefined : findTask(project.value, task);
  if (named !== undefined && !named.ok) return named;
  const wanted = tree === undefined
    ? undefined
    : await treeOfRevision(workspace.host, workspace.currentFolder, tree);
  if (tree !== undefined && wanted === undefined) {
    return fail({
      code: "refused",
      action: "find evidence for",
      value: tree,
      fact: "git knows no such revision or tree here",
      next: [],
    });
  }
  const runs = runsWithEvidence(store.value.parts);
  if (!runs.ok) return runs;
  const found: SignedBuild[] = [];
  for (const name of task === undefined ? project.value.tasks.keys() : [task]) {
    const build = wanted === undefined
      ? await lastBuild(workspace, store.value, name)
      : await newestFor(workspace, store.value, name, runs.value, wanted);
    if (!build.ok) return build;
    if (build.value !== undefined) found.push(build.value);
    else if (task !== undefined) return noneFor(name, tree);
  }
  return ok(found);
}

function noneFor(task: string, tree: string | undefined): Result<never, Failure> {
  const fact = tree === undefined
    ? "its last build has no valid signature"
    : `no build with a valid signature stands for ${tree}`;
  return fail({
    code: "refused",
    action: "name the evidence of task",
    value: task,
    fact,
    next: [nextCommand("sign", task)],
  });
}

async function lastBuild(
  workspace: Workspace,
  store: RunStore,
  task: string,
): Promise<Result<SignedBuild | undefined, Failure>> {
  const run = await runToSign(workspace, store, task);
  // A task without a build has no evidence.
  if (!run.ok) return run.failure.code === "not_signed" ? ok(undefined) : run;
  return await signedBuild(workspace, store, task, run.value.id);
}

async function newestFor(
  workspace: Workspace,
  store: RunStore,
  task: string,
  runs: readonly RunId[],
  tree: string,
): Promise<Result<SignedBuild | undefined, Failure>> {
  const own = runs.filter((id) => id.startsWith(`${task}/`)).slice(0, MAX_BUILDS);
  for (const id of own) {
    const build = await signedBuild(workspace, store, task, id);
    if (!build.ok || build.value?.gitTree === tree) return build;
  }
  return ok(undefined);
}

/** undefined where a signature of the run is missing, not valid, or by an unknown key. */
async function signedBuild(
  workspace: Workspace,
  store: RunStore,
  task: string,
  build: RunId,
): Promise<Result<SignedBuild | undefined, Failure>> {
  const views = await verifySignatures(workspace, store, build);
  if (!views.ok) return views;
  const isValid = views.value.every(({ by, problems }) => by !== undefined && problems.length === 0);
  const statement = views.value.find((view) => view.statement?.predicateType === PROVENANCE_TYPE)?.statement;
  const evidence = readEvidence(store.parts, build);
  const file = evidence.ok ? evidence.value.find(({ name }) => name === PROVENANCE_FILE) : undefined;
  if (!isValid || statement === undefined || file === undefined) return ok(undefined);
  return ok({
    task,
    build,
    sha256: await workspace.host.digests.sha256(file.bytes),
    status: statement.status,
    gitTree: statement.gitTree,
    inputs: statement.inputs,
  });
}
