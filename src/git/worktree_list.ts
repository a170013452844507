/** Reads git's list of the work trees of a repository. Pure. */

/** A work tree of the repository. */
export interface Worktree {
  readonly path: string;
  /** The branch that is checked out there; "" for none. */
  readonly branch: string;
  /** Its folder was removed, but git still has its entry. */
  readonly isGone: boolean;
  /** Why git keeps it from being removed; "" where no reason was given, undefined where it does not. */
  readonly locked: string | undefined;
  /** The commit that is checked out; undefined for none. */
  readonly head: string | undefined;
  /** The repository itself, without files to work on. */
  readonly isBare: boolean;
}

/** Parses `git worktree list --porcelain`; the first entry is the main work tree, or the bare repository. */
export function parseWorktrees(text: string): readonly Worktree[] {
  return text.split("\n\n").filter((block) => block.startsWith("worktree ")).map((block) => {
    const head = /^HEAD ([0-9a-f]+)$/m.exec(block)?.[1];
    const locked = /^locked(?: (.*))?$/m.exec(block);
    return {
      path: /^worktree (.*)$/m.exec(block)?.[1] ?? "",
      branch: /^branch refs\/heads\/(.*)$/m.exec(block)?.[1] ?? "",
      isGone: /^prunable(?: |$)/m.test(block),
      locked: locked === null ? undefined : locked[1] ?? "",
      // Before the first commit of a branch, git shows zeros.
      head: head === undefined || /^0+$/.test(head) ? undefined : head,
      isBare: /^bare$/m.test(block),
    };
  });
}
