/** A signed build, and how git keeps a reference to it: as a trailer of a commit, or in a note. Pure. */

import type { RunId } from "./ids.ts";

/** The key of the trailer, as `git interpret-trailers` reads it. */
export const TRAILER = "Orchastration-Evidence";

/** The notes of git with such lines, below `refs/notes`. */
export const NOTES_REF = "orchastration";

export interface SignedBuild {
  readonly task: string;
  readonly build: RunId;
  /** The digest of the file with the signed statement about the build. */
  readonly sha256: string;
  readonly status: string | undefined;
  readonly gitTree: string | undefined;
  readonly inputs: string | undefined;
}

export function trailerLine({ task, sha256 }: Pick<SignedBuild, "task" | "sha256">): string {
  return `${TRAILER}: ${task} ${sha256}`;
}

/** A hook of git for `prepare-commit-msg`. `command`: how it calls this program, without further words. */
export function hookScript(command: string): string {
  return `#!/bin/sh
# Adds a trailer for each signed build that stands for exactly the files of the commit. Keeps no commit from being made.
tree=$(git write-tree 2>/dev/null) && ${command} --tree "$tree" --message "$1" >/dev/null 2>&1
exit 0
`;
}
