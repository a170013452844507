/** The last recorded run of each job, and the recorded status of each task, in all projects. Reads no configuration of theirs. */

import { recordedStatus } from "../../model/derive_task_status.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { reconcile } from "../../model/task_status.ts";
import type { TaskOwner } from "../../model/task_owner.ts";
import type { TaskView } from "../../model/task_view.ts";
import type { DamagedRecord, RunStore, StoredRun } from "../../store/run_store.ts";
import { ownerOf } from "../recording/task_lease.ts";
import { type RunView, viewOf } from "../runs/run_view.ts";
import { type RecordPlace, recordPlaces } from "../workspace/record_places.ts";
import { siblingsOf } from "../workspace/siblings.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface PlaceStatus {
  readonly place: RecordPlace;
  /** By name. */
  readonly jobs: readonly { readonly name: string; readonly last: RunView }[];
  /** Sorted by name, with the recorded status, because their files are not examined. */
  readonly tasks: readonly PlacedTask[];
}

export interface PlacedTask {
  readonly name: string;
  readonly status: TaskView["status"];
  readonly reason: string;
  /** Its last build; undefined where there is none, or none that can be read. */
  readonly build: RunView | undefined;
  /** Its plan, likewise. */
  readonly plan: RunRecord | undefined;
}

export interface StatusEverywhere {
  /** By project. */
  readonly places: readonly PlaceStatus[];
  readonly damaged: readonly DamagedRecord[];
  /** By task, over all work trees; only of this repository. */
  readonly owners: ReadonlyMap<string, TaskOwner>;
  readonly nowMs: number;
}

export async function showStatusEverywhere(
  workspace: Workspace,
  asked: string | undefined,
): Promise<Result<StatusEverywhere, Failure>> {
  const found = await recordPlaces(workspace, true);
  if (!found.ok) return found;
  const damaged: DamagedRecord[] = [];
  const isAsked = (name: string) => asked === undefined || name === asked;
  const places = found.value.map((place) => ({
    place,
    jobs: jobsOf(workspace, place, isAsked, damaged),
    tasks: tasksOf(workspace, place, isAsked, damaged),
  }));
  const isNothing = places.every(({ jobs, tasks }) => jobs.length === 0 && tasks.length === 0);
  if (asked !== undefined && isNothing && damaged.length === 0) {
    const fact = "nothing of this name is recorded in any project";
    return fail({ code: "run_not_found", reference: asked, fact, suggestion: undefined });
  }
  return ok({ places, damaged, owners: new Map(), nowMs: workspace.host.clock.nowMs() });
}

/** The recorded status of each task in every work tree of this repository. */
export async function showStatusOfWorktrees(
  workspace: Workspace,
  asked: string | undefined,
): Promise<Result<StatusEverywhere, Failure>> {
  const own = await recordPlaces(workspace, false);
  if (!own.ok) return own;
  const siblings = (await siblingsOf(workspace)).map(({ store, tasks, root }): RecordPlace => ({
    store,
    tasks,
    project: root,
    isOrphaned: false,
    folder: undefined,
  }));
  const damaged: DamagedRecord[] = [];
  const isAsked = (name: string) => asked === undefined || name === asked;
  const places = [...own.value, ...siblings].map((place) => ({
    place,
    jobs: [],
    tasks: tasksOf(workspace, place, isAsked, damaged),
  }));
  if (asked !== undefined && damaged.length === 0 && places.every(({ tasks }) => tasks.length === 0)) {
    const fact = "no task of this name is recorded in any work tree of this repository";
    return fail({ code: "run_not_found", reference: asked, fact, suggestion: undefined });
  }
  const names = new Set(places.flatMap(({ tasks }) => tasks.map(({ name }) => name)));
  return ok({
    places,
    damaged,
    owners: await ownersOf(workspace, [...names]),
    nowMs: workspace.host.clock.nowMs(),
  });
}

async function ownersOf(
  workspace: Workspace,
  names: readonly string[],
): Promise<ReadonlyMap<string, TaskOwner>> {
  const owners = new Map<string, TaskOwner>();
  const project = await workspace.project();
  if (!project.ok) return owners;
  for (const name of names) {
    const owner = await ownerOf(workspace, project.value, name);
    if (owner !== undefined) owners.set(name, owner);
  }
  return owners;
}

function jobsOf(
  { host }: Workspace,
  { store }: RecordPlace,
  isAsked: (name: string) => boolean,
  damaged: DamagedRecord[],
): PlaceStatus["jobs"] {
  const names = store.names();
  if (!names.ok) {
    if (names.failure.code === "state_unreadable") damaged.push(names.failure);
    return [];
  }
  return names.value.filter(isAsked).flatMap((name) => {
    const latest = store.latest(name);
    if (!latest.ok) {
      if (latest.failure.code === "state_unreadable") damaged.push(latest.failure);
      return [];
    }
    damaged.push(...latest.value.damaged);
    const { run } = latest.value;
    return run?.record.subject === "job" ? [{ name, last: viewOf(run, host.processes) }] : [];
  });
}

function tasksOf(
  { host }: Workspace,
  { store, tasks }: RecordPlace,
  isAsked: (name: string) => boolean,
  damaged: DamagedRecord[],
): readonly PlacedTask[] {
  const names = tasks.names();
  if (!names.ok) {
    if (names.failure.code === "state_unreadable") damaged.push(names.failure);
    return [];
  }
  return names.value.filter(isAsked).flatMap((name) => {
    const stored = tasks.read(name);
    if (!stored.ok && stored.failure.code === "state_unreadable") damaged.push(stored.failure);
    if (!stored.ok || stored.value === undefined) return [];
    const built = runOf(store, stored.value.last_build?.run);
    return [{
      name,
      ...recordedStatus(reconcile(stored.value, built?.record), built?.record),
      build: built && viewOf(built, host.processes),
      plan: runOf(store, stored.value.plan?.run)?.record,
    }];
  });
}

function runOf(store: RunStore, id: RunId | undefined): StoredRun | undefined {
  const run = id === undefined ? undefined : store.read(id);
  return run?.ok ? run.value : undefined;
}
