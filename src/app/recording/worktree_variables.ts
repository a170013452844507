/** The variables by which the processes of a job know their work tree, and the ports that no other one uses. */

import type { Project } from "../../model/project.ts";
import type { Host } from "../../host/host.ts";
import { locationsOf } from "../../host/platform_paths.ts";
import { worktreeOf } from "../../git/worktrees.ts";
import { Layout } from "../../store/layout.ts";
import { portBaseFor } from "../../store/port_ranges.ts";

export const WORKTREE_VARIABLE = "ORCHASTRATION_WORKTREE";
export const PORT_BASE_VARIABLE = "ORCHASTRATION_PORT_BASE";

/** None for a project outside of a repository. */
export async function worktreeVariables(
  host: Host,
  { canonicalRoot, root }: Project,
): Promise<Readonly<Record<string, string>>> {
  const top = worktreeOf(host, canonicalRoot ?? root)?.top;
  if (top === undefined) return {};
  const { state } = locationsOf(host.environment, host.paths);
  if (!state.ok) return { [WORKTREE_VARIABLE]: top };
  const { files, paths, clock, digests, processes } = host;
  const parts = { files, paths, clock, digests, processes, layout: new Layout(paths, state.value) };
  const base = await portBaseFor(parts, top, await digests.sha256(new TextEncoder().encode(top)));
  return {
    [WORKTREE_VARIABLE]: top,
    ...(base === undefined ? {} : { [PORT_BASE_VARIABLE]: String(base) }),
  };
}
