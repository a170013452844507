/** Signs what was recorded of a run, or of the last build of a task. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import type { RunId } from "../../model/ids.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { RunStore } from "../../store/run_store.ts";
import { findRun } from "../runs/find_run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { requireSignable, type SignedRun, signRun } from "./sign_run.ts";
import type { Signer } from "./signer.ts";
import { openSigner } from "./signing_key.ts";

export interface SignRequest {
  /** The name of a task, or a reference to a run. */
  readonly reference: string;
  /** The file of the key; undefined: the user's own. */
  readonly key: string | undefined;
}

export interface Signed extends SignedRun {
  readonly key: Pick<Signer, "keyId" | "place" | "isNew">;
  /** The paths of the files are relative to it. */
  readonly stateDir: string;
}

export async function sign(
  workspace: Workspace,
  { reference, key }: SignRequest,
): Promise<Result<Signed, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const run = await runToSign(workspace, store.value, reference);
  if (!run.ok) return run;
  // Before a key is made for it.
  const signable = requireSignable(run.value);
  if (!signable.ok) return signable;
  const signer = await openSigner(workspace, key);
  if (!signer.ok) return signer;
  const signed = await signRun(workspace, store.value, run.value, signer.value);
  if (!signed.ok) return signed;
  const { keyId, place, isNew } = signer.value;
  const { stateDir } = store.value.parts.layout;
  return ok({ ...signed.value, key: { keyId, place, isNew }, stateDir });
}

/** The build that a task stands on, or the run that a reference means; for one that was not needed, the run whose result holds. */
export async function runToSign(
  workspace: Workspace,
  store: RunStore,
  reference: string,
): Promise<Result<RunRecord, Failure>> {
  const build = await buildOf(workspace, reference);
  if (!build.ok) return build;
  if (build.value === undefined) {
    const found = await findRun(workspace, store, reference, isSignable);
    return found.ok ? ok(found.value.run.record) : found;
  }
  const run = store.read(build.value);
  if (!run.ok) return run;
  const { record } = run.value;
  if (record.status !== "up_to_date" || record.same_as === undefined) return ok(record);
  const same = store.read(record.same_as.run);
  return same.ok ? ok(same.value.record) : same;
}

function isSignable({ action, status }: RunRecord): boolean {
  return (action === "job.run" || action === "build.run") && status !== "up_to_date";
}

/** undefined where the reference is not the name of a task. */
async function buildOf(workspace: Workspace, name: string): Promise<Result<RunId | undefined, Failure>> {
  const project = await workspace.project();
  // Records can be signed whatever the present configuration is like.
  if (!project.ok || !project.value.tasks.has(name)) return ok(undefined);
  const tasks = await workspace.tasks();
  if (!tasks.ok) return tasks;
  const record = tasks.value.read(name);
  if (!record.ok) return record;
  const build = record.value?.last_build;
  if (build !== undefined && build !== null) return ok(build.run);
  return fail({
    code: "not_signed",
    run: name,
    fact: "the task has no build",
    next: [nextCommand("build run", name)],
  });
}
