/** A call as it would be made in another work tree. */

import { isWithin } from "../workspace/state_place.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The same configuration in another work tree, where it is part of the repository. */
export async function workspaceIn(
  workspace: Workspace,
  configPath: string,
  root: string,
): Promise<Workspace> {
  const { host: { paths, files } } = workspace;
  const location = workspace.locateConfig();
  const ours = location.ok ? location.value.projectRoot : workspace.currentFolder;
  const isInside = configPath !== "" && isWithin(paths, ours, configPath);
  const config = isInside ? paths.join(root, paths.relative(ours, configPath)) : configPath;
  // If the branch has no such file, the jobs are missing, and are reported as such.
  return await workspace.at(root, config !== "" && files.stat(config).ok ? config : undefined);
}
