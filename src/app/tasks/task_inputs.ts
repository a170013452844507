/**
 * The inputs of a task: whether a build is needed, and what has changed since the build behind its status.
 */

import { canonicalJson } from "../../model/canonical_json.ts";
import type { Failure } from "../../model/failure.ts";
import { parseRunId, type RunId, runIdOf } from "../../model/ids.ts";
import { type Cause, compareManifests, type NeedFacts } from "../../model/manifest.ts";
import { type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import { readManifest } from "../../store/manifest_store.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskStore } from "../../store/task_store.ts";
import { InputsOfRun, leftOut } from "../inputs/inputs_of_run.ts";
import { type InputsProblem } from "../inputs/inputs_problem.ts";
import { takeManifest } from "../inputs/take_manifest.ts";
import { type KnownTask, readRun } from "./known_task.ts";

export interface TaskStores {
  readonly runs: RunStore;
  readonly tasks: TaskStore;
}

/** undefined where the task has no `inputs`. */
export async function examineTaskInputs(
  host: Host,
  stores: TaskStores,
  { project, task, command, recorded }: KnownTask,
  asked: { readonly extraArgs: readonly string[]; readonly fresh: boolean; readonly plan: RunId },
): Promise<Result<InputsOfRun | undefined, Failure>> {
  const needsFresh = task.acceptance.some(({ check, fresh }) => fresh && check !== undefined);
  return await InputsOfRun.look(host, stores.runs, {
    project,
    subject: "task",
    action: "build.run",
    command: task,
    resolved: command,
    definition: recorded.definition,
    extraArgs: asked.extraArgs,
    needs: await needFacts(host, stores, task.needs),
    plan: asked.plan,
    fresh: asked.fresh ? "flag" : needsFresh ? "criterion" : undefined,
  });
}

export type InputsSince =
  /** Empty where nothing changed. */
  | { readonly kind: "compared"; readonly causes: readonly Cause[] }
  /** The inputs of the build can no longer be read. */
  | { readonly kind: "unrecorded" }
  /** The inputs cannot be determined now. */
  | { readonly kind: "unknown"; readonly problem: InputsProblem };

/** The changes since a build; undefined where the task, or the build, has no inputs. */
export async function inputsSince(
  host: Host,
  stores: TaskStores,
  { project, task, configured, recorded }: KnownTask,
  build: RunRecord,
): Promise<InputsSince | undefined> {
  if (task.inputs === undefined || build.inputs === undefined) return undefined;
  const { parts } = stores.runs;
  const then = await readManifest(parts, acceptedSince(stores.runs, build) ?? build.id);
  if (!then.ok) return { kind: "unrecorded" };
  const now = await takeManifest(host, parts, {
    command: task,
    resolved: configured,
    definition: recorded.definition,
    extraArgs: build.intent.extra_args,
    needs: await needFacts(host, stores, task.needs),
    leftOut: leftOut(host, stores.runs, project, task, configured),
  });
  if (!now.ok) return { kind: "unknown", problem: now.failure };
  return now.value.key === then.value.key
    ? { kind: "compared", causes: [] }
    : { kind: "compared", causes: compareManifests(then.value.manifest, now.value.manifest()) };
}

/** The newest statement of a person that the changes since the build do not matter. */
function acceptedSince(runs: RunStore, build: RunRecord): RunId | undefined {
  const timestamps = runs.timestamps(build.name);
  const { timestamp } = parseRunId(build.id)!;
  for (const each of timestamps.ok ? timestamps.value : []) {
    if (each <= timestamp) return undefined;
    const record = readRun(runs, runIdOf(build.name, each));
    if (record?.action !== "runs.accept_unchanged" || record.status !== "succeeded") continue;
    if (record.same_as?.run === build.id) return record.id;
  }
}

/**
 * The outputs of the needed tasks. A need without outputs counts as changed whenever it ran, because nothing
 * else shows what it did.
 */
async function needFacts(
  { digests }: Host,
  { runs, tasks }: TaskStores,
  names: readonly string[],
): Promise<readonly NeedFacts[]> {
  return await Promise.all(names.map(async (name) => {
    const stored = tasks.read(name);
    const build = stored.ok ? readRun(runs, stored.value?.last_build?.run) : undefined;
    const left = build?.outputs.map(({ path, sha256 }) => [path, sha256]) ?? [];
    const text = canonicalJson(left.length > 0 ? left : build?.id ?? null);
    return { name, sha256: await digests.sha256(new TextEncoder().encode(text)) };
  }));
}
