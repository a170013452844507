/** The variables with the work tree of a job, and with ports that no other work tree uses. */

import type { Project } from "../../model/project.ts";
import type { Host } from "../../host/host.ts";
import { locationsOf } from "../../host/platform_paths.ts";
import { worktreeOf } from "../../git/worktrees.ts";
import { Layout } from "../../store/layout.ts";
import { portBaseFor } from "../../store/port_ranges.ts";

export const WORKTREE_VARIABLE = "ORCHASTRATION_WORKTREE";
const PORT_BASE_VARIABLE = "ORCHASTRATION_PORT_BASE";

/** They stay the same for the life of a work tree, so one call determines them once. */
const found = new WeakMap<Project, Promise<Readonly<Record<string, string>>>>();

/** None for a project outside of a repository. */
export function worktreeVariables(host: Host, project: Project): Promise<Readonly<Record<string, string>>> {
  const known = found.get(project);
  if (known !== undefined) return known;
  const variables = findVariables(host, project);
  found.set(project, variables);
  return variables;
}

async function findVariables(
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

/** A variable that the job sets itself stays; one of an enclosing job in another work tree does not. */
export function unlessDeclared(
  variables: Readonly<Record<string, string>>,
  declared: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !Object.hasOwn(declared, name)));
}
