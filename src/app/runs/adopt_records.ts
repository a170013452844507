/**
 * Adopts records that belong to this project: from before its folder was moved, or from before projects had
 * their own records.
 */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { FileLock } from "../../host/files.ts";
import { tryJobLock } from "../../store/job_lock.ts";
import { moveRuns, moveTask, type Stayed } from "../../store/move_runs.ts";
import { listProjectFolders, removeProjectFolder } from "../../store/project_folder.ts";
import type { RunStore } from "../../store/run_store.ts";
import { prepareLocks } from "../../store/state_folders.ts";
import { remedyOf } from "../../store/state_remedy.ts";
import { TaskStore } from "../../store/task_store.ts";
import { isSamePlace } from "../workspace/same_place.ts";
import type { KnownProject } from "../workspace/state_place.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface AdoptReport {
  /** The old place. */
  readonly from: string;
  readonly to: string;
  readonly runs: readonly RunId[];
  readonly tasks: readonly string[];
  readonly stayed: readonly Stayed[];
  /** Nothing is left of the old folder. */
  readonly isGone: boolean;
}

const HERE = "one already exists here";

/** The place of the records, and which of them are meant. */
interface Source {
  readonly store: RunStore;
  /**
   * The folder of a project, which is removed when it becomes empty; undefined: other projects have records
   * in it.
   */
  readonly folder: string | undefined;
  isOurs(store: RunStore, id: RunId): boolean;
}

/** `named`: the previous folder of the project, or the state folder with the records. */
export async function adoptRecords(
  workspace: Workspace,
  named: string,
): Promise<Result<AdoptReport, Failure>> {
  const place = await workspace.stateFolder();
  if (!place.ok) return place;
  const { known, base, folder } = place.value;
  if (known === undefined || base === undefined) {
    return refused(named, "only a project has its own records, and no project is configured here", [
      nextCommand("init"),
    ]);
  }
  if (folder !== known.path) {
    return refused(named, `the records of this project are in ${folder}`, [
      nextAdvice(`move the folder to ${folder} yourself`),
    ]);
  }
  const source = findSource(workspace, named, known, base);
  if (!source.ok) return source;
  return await takeOver(workspace, source.value, workspace.storeIn(folder));
}

function findSource(
  workspace: Workspace,
  named: string,
  known: KnownProject,
  base: string,
): Result<Source, Failure> {
  const { files, paths } = workspace.host;
  const path = paths.resolve(workspace.currentFolder, named);
  const listed = listProjectFolders(workspace.host, base);
  if (!listed.ok) {
    const { reason } = listed.failure;
    const remedy = remedyOf(listed.failure);
    return fail({ code: "state_unreadable", action: "list the projects in", path: base, reason, remedy });
  }
  const theirs = listed.value.find((each) => each.file?.root === path || each.path === path);
  if (theirs !== undefined) {
    if (theirs.path === known.path) return refused(named, "they are the records of this project");
    const { file } = theirs;
    if (file !== undefined && files.stat(file.root).ok) {
      return refused(named, `${file.root} exists, so its records belong to another project`);
    }
    if (file !== undefined && file.state_dir !== null) {
      return refused(
        named,
        `its records are in ${file.state_dir}, where [state] dir of its configuration put them`,
      );
    }
    return ok({ store: workspace.storeIn(theirs.path), folder: theirs.path, isOurs: () => true });
  }
  if (isSamePlace(files, path, base)) {
    const location = workspace.locateConfig();
    const config = location.ok ? location.value.path : undefined;
    const isOurs = (store: RunStore, id: RunId) => {
      const run = store.read(id);
      return run.ok && config !== undefined &&
        isSamePlace(files, run.value.record.intent.config_path, config);
    };
    return ok({ store: workspace.storeIn(base), folder: undefined, isOurs });
  }
  return refused(named, `no project in ${base} was ever at ${path}`, [
    nextCommand("runs list", "--everywhere"),
  ]);
}

async function takeOver(
  workspace: Workspace,
  source: Source,
  own: RunStore,
): Promise<Result<AdoptReport, Failure>> {
  const from = source.store;
  const runs: RunId[] = [];
  const tasks: string[] = [];
  const stayed: Stayed[] = [];
  const names = from.names();
  if (!names.ok) return names;
  const stored = new TaskStore(from.parts).names();
  if (!stored.ok) return stored;
  for (const { parts } of [from, own]) {
    const locks = await prepareLocks(parts);
    if (!locks.ok) return locks;
  }
  for (const name of new Set([...names.value, ...stored.value])) {
    const locked = lockBoth(from, own, name);
    if (!locked.ok) return locked;
    try {
      const isTaskOurs = source.folder !== undefined || isTaskOf(source, name);
      const moved = await moveRuns(from.parts, own.parts, name, (id) => source.isOurs(from, id));
      if (!moved.ok) return moved;
      runs.push(...moved.value.moved);
      stayed.push(...moved.value.stayed);
      if (!isTaskOurs) continue;
      // After its runs, which it refers to.
      const task = await moveTask(from.parts, own.parts, name);
      if (!task.ok) return task;
      if (task.value) tasks.push(name);
      else if (stored.value.includes(name)) stayed.push({ what: `task ${name}`, reason: HERE });
    } finally {
      for (const lock of locked.value) lock.release();
    }
  }
  if (source.folder !== undefined) moveInputKey(from, own);
  await workspace.noteUse();
  const isGone = source.folder !== undefined && stayed.length === 0 &&
    await removeProjectFolder(own.parts, source.folder);
  return ok({ from: from.layout.stateDir, to: own.layout.stateDir, runs, tasks, stayed, isGone });
}

/** Nobody works under this name in either folder meanwhile. */
function lockBoth(from: RunStore, own: RunStore, name: string): Result<readonly FileLock[], Failure> {
  const locks: FileLock[] = [];
  for (const { parts } of [from, own]) {
    const taken = tryJobLock(parts, name);
    if (taken.ok && taken.value.kind === "taken") {
      locks.push(taken.value.lock);
      continue;
    }
    for (const lock of locks) lock.release();
    if (!taken.ok) return taken;
    return refused(from.layout.stateDir, `another process is working on ${name}`);
  }
  return ok(locks);
}

/** The record of a task names its configuration; an older record only through its plan. */
function isTaskOf({ store, isOurs }: Source, name: string): boolean {
  const task = new TaskStore(store.parts).read(name);
  const run = task.ok ? task.value?.plan?.run ?? task.value?.last_run ?? undefined : undefined;
  return run !== undefined && isOurs(store, run);
}

/** Without it, up-to-date jobs would run once more; an existing key is kept. */
function moveInputKey(from: RunStore, own: RunStore): void {
  const { files } = own.parts;
  if (files.stat(own.layout.inputKey).ok || !files.stat(from.layout.inputKey).ok) return;
  if (files.makeFolders(own.layout.inputCaches).ok) files.rename(from.layout.inputKey, own.layout.inputKey);
}

function refused(
  value: string,
  fact: string,
  next: Extract<Failure, { readonly code: "refused" }>["next"] = [],
): Result<never, Failure> {
  return fail({ code: "refused", action: "adopt the records of", value, fact, next });
}
