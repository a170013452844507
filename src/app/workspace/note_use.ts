/** Maintains `project.json` of the current project: docs/design/0019-projects.md says when. */

import type { Host } from "../../host/host.ts";
import { worktreeOf } from "../../git/worktrees.ts";
import { PROJECT_FORMAT, type ProjectFile, writeProjectFile } from "../../store/project_folder.ts";
import type { StatePlace } from "./state_place.ts";

const DAY_MS = 86_400_000;

/** If anything fails, the file stays as it was, because every reader can work without it. */
export function noteUse(host: Host, { folder, known }: StatePlace): void {
  if (known === undefined) return;
  const { files, paths, clock } = host;
  const before = known.file;
  // A root that was removed during the run no longer tells its repository.
  const facts = files.stat(known.root);
  const git = facts.ok ? gitOf(host, known.root) : before?.git ?? null;
  const root_id = (facts.ok ? facts.value.fileId : before?.root_id) ?? null;
  const state_dir = folder === known.path ? null : folder;
  const nowMs = clock.nowMs();
  if (before !== undefined && isSame(before, { git, root_id, state_dir })) {
    const ageMs = nowMs - Date.parse(before.last_used);
    if (ageMs >= 0 && ageMs < DAY_MS) return;
  }
  // A newer program may have written more fields, which must not be lost.
  if (before !== undefined && before.format > PROJECT_FORMAT) return;
  writeProjectFile({ files, paths }, known.path, {
    format: PROJECT_FORMAT,
    kind: "project",
    root: known.root,
    root_id,
    git,
    state_dir,
    last_used: new Date(nowMs).toISOString(),
  });
}

function gitOf(host: Host, root: string): ProjectFile["git"] {
  const worktree = worktreeOf(host, root);
  return worktree === undefined ? null : { common_dir: worktree.commonDir, worktree: worktree.top };
}

function isSame(
  before: Pick<ProjectFile, "git" | "root_id" | "state_dir">,
  now: Pick<ProjectFile, "git" | "root_id" | "state_dir">,
): boolean {
  return before.state_dir === now.state_dir && before.root_id === now.root_id &&
    before.git?.common_dir === now.git?.common_dir &&
    before.git?.worktree === now.git?.worktree;
}
