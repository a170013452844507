/** The records of the same project in a work tree of its repository. */

import { projectFolderFor } from "../../store/project_folder.ts";
import type { RunStore } from "../../store/run_store.ts";
import { runningRuns } from "../../store/running_runs.ts";
import type { StoredRun } from "../../store/stored_run.ts";
import { TaskStore } from "../../store/task_store.ts";
import { isWithin } from "../workspace/state_place.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface RecordsThere {
  readonly store: RunStore;
  readonly tasks: TaskStore;
  /** The records of several work trees are in one folder, because the folder was chosen explicitly. */
  readonly isShared: boolean;
}

/** `root`: the project's folder in that work tree. undefined where no place is known. */
export async function recordsThere(workspace: Workspace, root: string): Promise<RecordsThere | undefined> {
  const place = await workspace.stateFolder();
  if (!place.ok) return undefined;
  const { known, base, folder } = place.value;
  const real = workspace.host.files.realPath(root);
  const isOurs = known !== undefined && real.ok && real.value === known.root;
  const theirs = known === undefined || base === undefined || isOurs
    ? undefined
    : await projectFolderFor(workspace.host, base, real.ok ? real.value : root);
  const path = theirs === undefined ? folder : theirs.file?.state_dir ?? theirs.path;
  const store = workspace.storeIn(path);
  return { store, tasks: new TaskStore(store.parts), isShared: theirs === undefined && !isOurs };
}

/** The running runs in the work tree, of any project in it. */
export function runsIn(
  { host: { paths } }: Workspace,
  { store, isShared }: RecordsThere,
  top: string,
): readonly StoredRun[] {
  const running = runningRuns(store.parts);
  return isShared ? running.filter(({ record }) => isWithin(paths, top, record.intent.working_dir)) : running;
}
