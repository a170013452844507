/** What stands beside a criterion in a document: whether its proof is as it was recorded, and whether its check was edited with the work. */

import type { CheckFile } from "./run.ts";

export interface CriterionEvidence {
  /** The digest of the record of its check, as the journal has it; undefined where it has none. */
  readonly recordSha256: string | undefined;
  /** The record of its check with the output, or the confirmation, is as the journal has it. */
  readonly isVerified: boolean;
  /** Files that its check names and that differ between the plan and the build. */
  readonly editedChecks: readonly string[];
}

/** Paths that were added, changed or removed. */
export function editedFiles(
  planned: readonly CheckFile[] | undefined,
  built: readonly CheckFile[] | undefined,
): readonly string[] {
  const then = new Map((planned ?? []).map(({ path, sha256 }) => [path, sha256]));
  const now = new Map((built ?? []).map(({ path, sha256 }) => [path, sha256]));
  return [...new Set([...then.keys(), ...now.keys()])].filter((path) => then.get(path) !== now.get(path))
    .sort();
}
