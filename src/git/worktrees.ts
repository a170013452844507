/**
 * The repository and work tree of a folder, and the other work trees of that repository: read from git's
 * files, because a process for each `status` would cost more than everything else in it. Knows no runs.
 * Source: gitrepository-layout(5), "gitdir", "commondir" and "worktrees/<id>/gitdir".
 */

import type { Files } from "../host/files.ts";
import type { Paths } from "../host/paths.ts";

export interface Worktree {
  /** The canonical folder that all work trees of the repository share. */
  readonly commonDir: string;
  /** The canonical top folder of this work tree. */
  readonly top: string;
}

interface Machine {
  readonly files: Files;
  readonly paths: Paths;
}

/** Such a file contains one path; a longer file is something else. */
const MAX_POINTER_BYTES = 64 * 1024;
/** More work trees than in any practical case; reading a folder with more entries stops here. */
const MAX_WORKTREES = 1000;

/** The work tree of a folder; undefined where there is none. `folder` must be canonical. */
export function worktreeOf(machine: Machine, folder: string): Worktree | undefined {
  const { files, paths } = machine;
  for (let top = folder;; top = paths.dirname(top)) {
    const facts = files.stat(paths.join(top, ".git"));
    if (facts.ok) {
      const commonDir = commonDirOf(machine, top);
      return commonDir === undefined ? undefined : { commonDir, top };
    }
    if (paths.dirname(top) === top) return undefined;
  }
}

/** The canonical top folders of the other existing work trees. */
export function otherWorktrees(machine: Machine, { commonDir, top }: Worktree): readonly string[] {
  const { files, paths } = machine;
  const linked = files.list(paths.join(commonDir, "worktrees"));
  // A repository without linked work trees has only this one.
  if (!linked.ok) return [];
  const dotGits = linked.value.slice(0, MAX_WORKTREES).map((id) => {
    const own = paths.join(commonDir, "worktrees", id);
    return pathIn(machine, paths.join(own, "gitdir"), own);
  });
  if (paths.basename(commonDir) === ".git") dotGits.push(commonDir);
  const tops = new Set<string>();
  for (const dotGit of dotGits) {
    const real = dotGit === undefined ? undefined : files.realPath(paths.dirname(dotGit));
    if (real?.ok && real.value !== top) tops.add(real.value);
  }
  return [...tops].sort();
}

/** git's own folder for the work tree with this top folder; undefined where there is none. */
export function gitDirOf(machine: Machine, top: string): string | undefined {
  const dotGit = machine.paths.join(top, ".git");
  const facts = machine.files.stat(dotGit);
  if (!facts.ok) return undefined;
  return facts.value.kind === "directory" ? dotGit : pathIn(machine, dotGit, top, "gitdir: ");
}

function commonDirOf(machine: Machine, top: string): string | undefined {
  const { files, paths } = machine;
  const gitDir = gitDirOf(machine, top);
  if (gitDir === undefined) return undefined;
  const common = pathIn(machine, paths.join(gitDir, "commondir"), gitDir) ?? gitDir;
  const real = files.realPath(common);
  return real.ok ? real.value : undefined;
}

/** The absolute path in a file of git; undefined where the file holds none. */
function pathIn({ files, paths }: Machine, file: string, base: string, prefix = ""): string | undefined {
  const facts = files.stat(file);
  if (!facts.ok || facts.value.kind !== "file" || facts.value.sizeBytes > MAX_POINTER_BYTES) return undefined;
  const bytes = files.readBytes(file);
  if (!bytes.ok) return undefined;
  const text = new TextDecoder().decode(bytes.value).replace(/\r?\n$/, "");
  if (!text.startsWith(prefix) || text.length === prefix.length) return undefined;
  return paths.resolve(base, text.slice(prefix.length));
}

/** git's own folder for a linked work tree whose folder, or whose `.git` in it, may be gone. */
export function adminDirOf({ files, paths }: Machine, commonDir: string, top: string): string | undefined {
  const linked = files.list(paths.join(commonDir, "worktrees"));
  for (const id of linked.ok ? linked.value.slice(0, MAX_WORKTREES) : []) {
    const own = paths.join(commonDir, "worktrees", id);
    const dotGit = pathIn({ files, paths }, paths.join(own, "gitdir"), own);
    if (dotGit !== undefined && paths.dirname(dotGit) === top) return own;
  }
  return undefined;
}
