/**
 * Records of this project in other places, for a project that has none yet: from before projects had their
 * own state folder, or from before its folder was moved. Not searched for where there are records.
 */

import { ok, type Result } from "../../model/result.ts";
import type { Failure } from "../../model/failure.ts";
import { listProjectFolders } from "../../store/project_folder.ts";
import { isSamePlace } from "./same_place.ts";
import type { Workspace } from "./workspace.ts";

export interface OlderRecords {
  /** The argument for `runs adopt`. */
  readonly from: string;
  /**
   * "before": from this configuration, in the state folder of the user. "moved": from a project whose folder
   * is gone.
   */
  readonly kind: "before" | "moved";
}

export async function olderRecords(
  workspace: Workspace,
): Promise<Result<OlderRecords | undefined, Failure>> {
  const place = await workspace.stateFolder();
  if (!place.ok) return place;
  const { known, base, folder } = place.value;
  if (known === undefined || base === undefined || folder !== known.path) return ok(undefined);
  const { files, paths } = workspace.host;
  const own = workspace.storeIn(folder);
  const names = own.names();
  if (!names.ok || names.value.length > 0) return ok(undefined);
  if (await hasBefore(workspace, base)) return ok({ from: base, kind: "before" });
  const facts = files.stat(known.root);
  const listed = listProjectFolders(workspace.host, base);
  for (const { path, file } of listed.ok ? listed.value : []) {
    if (file === undefined || file.state_dir !== null || path === known.path || files.stat(file.root).ok) {
      continue;
    }
    const isMoved = facts.ok && facts.value.fileId !== undefined && facts.value.fileId === file.root_id;
    if (isMoved || paths.basename(file.root) === paths.basename(known.root)) {
      return ok({ from: file.root, kind: "moved" });
    }
  }
  return ok(undefined);
}

/** Whether this configuration made a record in the state folder of the user, where all records used to be. */
async function hasBefore(workspace: Workspace, base: string): Promise<boolean> {
  const project = await workspace.project();
  const store = workspace.storeIn(base);
  const names = store.names();
  if (!project.ok || !names.ok) return false;
  const { jobs, tasks, configPath } = project.value;
  return names.value.filter((name) => jobs.has(name) || tasks.has(name)).some((name) => {
    const latest = store.latest(name);
    const then = latest.ok ? latest.value.run?.record.intent.config_path : undefined;
    return then !== undefined && isSamePlace(workspace.host.files, then, configPath);
  });
}
