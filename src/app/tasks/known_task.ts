/** A task within one call: its resolved definition, and its records, read once. */

import { differences } from "../../model/difference.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { PlanLink, TaskRecord } from "../../model/task_record.ts";
import type { PlanView } from "../../model/task_view.ts";
import type { Digests } from "../../host/digests.ts";
import type { FileLock } from "../../host/files.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskStore } from "../../store/task_store.ts";
import { planDigest } from "./plan_digest.ts";
import type { ResolvedTask } from "./resolve_task.ts";
import { otherConfig } from "../workspace/other_config.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface KnownTask extends ResolvedTask {
  /** As stored; undefined where nothing is stored yet. */
  readonly record: TaskRecord | undefined;
  /** undefined where there is none, or its record cannot be read. */
  readonly plan: PlanView | undefined;
  /** The last build; undefined where there is none, or its record cannot be read. */
  readonly build: RunRecord | undefined;
}

/** The task in the form for the holder of its lock. */
export interface HeldTask {
  /** The state when the lock was taken. */
  readonly known: KnownTask;
  readonly runs: RunStore;
  readonly tasks: TaskStore;
  readonly lock: FileLock;
}

export async function readKnownTask(
  digests: Digests,
  { runs, tasks }: { readonly runs: RunStore; readonly tasks: TaskStore },
  resolved: ResolvedTask,
): Promise<Result<KnownTask, Failure>> {
  const stored = tasks.read(resolved.task.name);
  if (!stored.ok) return stored;
  const record = stored.value;
  return ok({
    ...resolved,
    record,
    plan: await readPlan(digests, runs, resolved, record?.plan),
    build: readRun(runs, record?.last_build?.run),
  });
}

async function readPlan(
  digests: Digests,
  runs: RunStore,
  { recorded }: ResolvedTask,
  link: PlanLink | null | undefined,
): Promise<PlanView | undefined> {
  const plan = readRun(runs, link?.run);
  if (plan === undefined || link === null || link === undefined) return undefined;
  const { definition, definitionSha256 } = recorded;
  const drift = definitionSha256 === link.definition_sha256 ? [] : differences(plan.definition, definition);
  const isIntact = await planDigest(digests, plan) === link.sha256;
  return { run: plan, sha256: link.sha256, drift, isIntact };
}

/** The configuration behind the task's record, where it is not the current one. */
export async function otherOwner(
  workspace: Workspace,
  { record, plan, build }: KnownTask,
): Promise<string | undefined> {
  if (record === undefined) return undefined;
  return await otherConfig(workspace, record.config_path ?? (plan?.run ?? build)?.intent.config_path);
}

/** undefined where there is none that can be read; the task then says what is missing. */
export function readRun(runs: RunStore, id: RunId | undefined): RunRecord | undefined {
  if (id === undefined) return undefined;
  const run = runs.read(id);
  return run.ok ? run.value.record : undefined;
}
