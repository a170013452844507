/** The path at which the work tree of a task is, or would be created. */

import type { Paths } from "../../host/paths.ts";
import type { Worktree } from "../../git/worktree_list.ts";

/** Beside the repository: `../<repository>-<task>`. `main` is the first work tree that git lists. */
export function usualPlace(paths: Paths, main: Worktree, task: string): string {
  const name = paths.basename(main.path);
  const above = paths.dirname(main.path);
  if (!main.isBare) return paths.join(above, `${name}-${task}`);
  const plain = name.replace(/\.git$/, "");
  // `project/.bare` and `project/.git` have their work trees beside them, in the folder that has the name.
  const isHidden = plain === "" || plain.startsWith(".");
  return paths.join(above, `${isHidden ? paths.basename(above) : plain}-${task}`);
}
