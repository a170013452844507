/** The same project in the other work trees of its repository: where its records are there. */

import { otherWorktrees, worktreeOf } from "../../git/worktrees.ts";
import { projectFolderFor } from "../../store/project_folder.ts";
import type { RunStore } from "../../store/run_store.ts";
import { TaskStore } from "../../store/task_store.ts";
import type { Workspace } from "./workspace.ts";

export interface Sibling {
  /** Canonical. */
  readonly root: string;
  /** From the root of this project, as in `../feature-x`. */
  readonly way: string;
  readonly store: RunStore;
  readonly tasks: TaskStore;
}

/** By path; empty where the place of the records was named, because that says nothing about theirs. */
export async function siblingsOf(workspace: Workspace): Promise<readonly Sibling[]> {
  const place = await workspace.stateFolder();
  if (!place.ok || place.value.known === undefined || place.value.base === undefined) return [];
  const { known: { root }, base, folder } = place.value;
  const { host } = workspace;
  const worktree = worktreeOf(host, root);
  if (worktree === undefined) return [];
  const within = host.paths.relative(worktree.top, root);
  const siblings: Sibling[] = [];
  for (const top of otherWorktrees(host, worktree)) {
    const theirs = host.paths.join(top, within);
    const { path, file } = await projectFolderFor(host, base, theirs);
    const store = workspace.storeIn(file?.state_dir ?? path);
    // Work trees that share a folder of records on purpose are already covered.
    if (store.layout.stateDir === folder || !host.files.stat(store.layout.stateDir).ok) continue;
    siblings.push({
      root: theirs,
      way: host.paths.relative(root, theirs),
      store,
      tasks: new TaskStore(store.parts),
    });
  }
  return siblings;
}
