/** The tree of git that a run stands for: that of its commit, or that of the files as long as its inputs are unchanged. */

import { isBound } from "../../model/bound_run.ts";
import type { RunRecord } from "../../model/run.ts";
import type { TreeOfRun } from "../../model/statement.ts";
import { isInRepository, treeOfRevision } from "../../git/git.ts";
import type { Files } from "../../host/files.ts";
import type { Paths } from "../../host/paths.ts";
import type { RunStore } from "../../store/run_store.ts";
import { readKnownTask } from "../tasks/known_task.ts";
import { resolveTask } from "../tasks/resolve_task.ts";
import { inputsSince } from "../tasks/task_inputs.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** More objects than a tree of changed folders has. */
const MAX_REMOVED = 100_000;

/** undefined where neither is known. */
export async function treeOfRun(
  workspace: Workspace,
  store: RunStore,
  run: RunRecord,
): Promise<TreeOfRun | undefined> {
  const { host } = workspace;
  const { git, intent: { working_dir: folder } } = run;
  if (git === null || !isBound(run)) return undefined;
  if (git.commit !== null && git.dirty === false) {
    const gitTree = await treeOfRevision(host, folder, git.commit);
    return gitTree === undefined ? undefined : { gitTree, by: "commit" };
  }
  if (!isInRepository(host, folder) || !await hasSameInputs(workspace, store, run)) return undefined;
  const aside = host.paths.join(store.layout.evidence, `.tree-${host.files.uniqueName()}`);
  const made = host.files.makeFolders(host.paths.join(aside, "objects"));
  if (!made.ok) return undefined;
  try {
    const { treeOfFiles } = await import("../../git/tree_of_files.ts");
    const gitTree = await treeOfFiles(host, folder, aside);
    // They may have changed while git read them.
    const isStill = gitTree !== undefined && await hasSameInputs(workspace, store, run);
    return isStill ? { gitTree, by: "inputs" } : undefined;
  } finally {
    removeAll(host.files, host.paths, aside);
  }
}

/** Whether the inputs of a build are now what they were. */
async function hasSameInputs(workspace: Workspace, runs: RunStore, run: RunRecord): Promise<boolean> {
  const project = await workspace.project();
  const task = project.ok && run.action === "build.run" ? project.value.tasks.get(run.name) : undefined;
  const tasks = await workspace.tasks();
  if (!project.ok || task === undefined || !tasks.ok) return false;
  const stores = { runs, tasks: tasks.value };
  const resolved = await resolveTask(workspace, project.value, task);
  const known = await readKnownTask(workspace.host.digests, stores, resolved);
  if (!known.ok || known.value.configured.workingDir !== run.intent.working_dir) return false;
  const since = await inputsSince(workspace.host, stores, known.value, run);
  return since?.kind === "compared" && since.causes.length === 0;
}

/** A folder that we made, with everything in it. */
function removeAll(files: Files, paths: Paths, folder: string): void {
  const folders = [folder];
  for (let at = 0; at < folders.length && at < MAX_REMOVED; at++) {
    const names = files.list(folders[at]!);
    for (const name of names.ok ? names.value : []) {
      const path = paths.join(folders[at]!, name);
      const entry = files.entry(path);
      if (entry.ok && entry.value.kind === "directory") folders.push(path);
      else files.remove(path);
    }
  }
  for (const each of folders.reverse()) files.remove(each);
}
