/** Lists the salvages of removed work trees. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { listSalvages, type Salvage } from "../../git/salvage.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { askingGit, repositoryOf, type RepositoryPlace } from "./worktree_act.ts";

export interface SalvageListing {
  /** Oldest first. */
  readonly salvages: readonly Salvage[];
}

export async function listSaved(workspace: Workspace): Promise<Result<SalvageListing, Failure>> {
  const action = "list what was saved in";
  const place = await repositoryOf(workspace, action);
  if (!place.ok) return place;
  const salvages = await salvagesOf(workspace, place.value, action);
  return salvages.ok ? ok({ salvages: salvages.value }) : salvages;
}

export async function salvagesOf(
  workspace: Workspace,
  place: RepositoryPlace,
  action: string,
): Promise<Result<readonly Salvage[], Failure>> {
  const git = askingGit(workspace, place, action);
  return git.ok ? await listSalvages(git.value, place.files.top) : git;
}
