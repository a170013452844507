/**
 * The state folders that a call concerns: that of its project, or with `--everywhere` all that the user's
 * state folder knows.
 */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { MASK } from "../../model/secrets.ts";
import { listProjectFolders, type ProjectFile, type ProjectFolder } from "../../store/project_folder.ts";
import type { RunStore } from "../../store/run_store.ts";
import { remedyOf } from "../../store/state_remedy.ts";
import { TaskStore } from "../../store/task_store.ts";
import type { Workspace } from "./workspace.ts";

export interface RecordPlace {
  readonly store: RunStore;
  readonly tasks: TaskStore;
  /** The root of its project; undefined: it belongs to no project, or the project is unknown. */
  readonly project: string | undefined;
  /** The root no longer exists. */
  readonly isOrphaned: boolean;
  /** Set for a project's folder in the user's state folder. */
  readonly folder: ProjectFolder | undefined;
}

/**
 * For this call only, or for all projects: first those without a project, then by path. A folder that several
 * projects share is in it once, or with `orphansApart` once more for each of them that is gone.
 */
export async function recordPlaces(
  workspace: Workspace,
  everywhere: boolean,
  orphansApart = false,
): Promise<Result<readonly RecordPlace[], Failure>> {
  const place = await workspace.stateFolder();
  if (!place.ok) return place;
  const { folder, known, base } = place.value;
  const own = known === undefined
    ? placeIn(workspace, folder, undefined)
    : { ...placeIn(workspace, folder, known), project: known.root, isOrphaned: false };
  if (!everywhere) return ok([own]);
  const listed = base === undefined ? ok([]) : listProjectFolders(workspace.host, base);
  if (!listed.ok) {
    const { reason } = listed.failure;
    const remedy = remedyOf(listed.failure);
    return fail({ code: "state_unreadable", action: "list the projects in", path: base!, reason, remedy });
  }
  const all = [
    ...(base === undefined ? [] : [placeIn(workspace, base, undefined)]).filter(hasRecords),
    ...listed.value.map((each) => placeIn(workspace, each.file?.state_dir ?? each.path, each)),
    own,
  ];
  return ok(eachOnce(workspace, all, orphansApart).sort(byProject));
}

function placeIn(workspace: Workspace, path: string, folder: ProjectFolder | undefined): RecordPlace {
  const store = workspace.storeIn(path);
  const project = folder === undefined ? undefined : folder.file?.root ?? rootOf(store);
  const isOrphaned = project !== undefined && isGone(workspace, project);
  return { store, tasks: new TaskStore(store.parts), project, isOrphaned, folder };
}

/** The user's state folder exists as soon as one project is known. */
function hasRecords({ store: { parts: { files }, layout } }: RecordPlace): boolean {
  return files.stat(layout.runs).ok || files.stat(layout.tasks).ok;
}

/** The root that its newest records name, where nothing else does. */
function rootOf(store: RunStore): ProjectFile["root"] | undefined {
  const names = store.names();
  for (const name of names.ok ? names.value : []) {
    const latest = store.latest(name);
    const project = latest.ok ? latest.value.run?.record.project : undefined;
    // A secret value is masked in the record.
    if (typeof project === "string" && !project.includes(MASK)) return project;
  }
  return undefined;
}

/** A folder that cannot be examined does not count as gone. */
function isGone({ host }: Workspace, root: string): boolean {
  const facts = host.files.stat(root);
  return !facts.ok && (facts.failure.kind === "not_found" || facts.failure.kind === "not_a_directory");
}

/** Several projects can share one folder of records, on purpose. */
function eachOnce(
  { host }: Workspace,
  places: readonly RecordPlace[],
  orphansApart: boolean,
): RecordPlace[] {
  const found = new Map<string, RecordPlace>();
  for (const place of places) {
    const { stateDir } = place.store.layout;
    const real = host.files.realPath(stateDir);
    // A missing folder has no records. If it was removed with its project, the rest of the project's state still has to be removed.
    const isApart = place.isOrphaned && (orphansApart || !real.ok);
    const key = isApart ? place.folder?.path : real.ok ? real.value : undefined;
    if (key !== undefined && !found.has(key)) found.set(key, place);
  }
  return [...found.values()];
}

function byProject(one: RecordPlace, other: RecordPlace): number {
  const [a, b] = [one.project ?? "", other.project ?? ""];
  return a < b ? -1 : a > b ? 1 : 0;
}
