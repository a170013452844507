/** Why the inputs of a job or task cannot be determined now, and what a person can do: data and its words. */

import type { TrackedProblem } from "../../git/tracked.ts";
import { fail, type Result } from "../../model/result.ts";

export type InputsProblem =
  | { readonly kind: "git"; readonly problem: TrackedProblem }
  | { readonly kind: "unreadable"; readonly path: string; readonly reason: string };

export function unreadable(path: string, reason: string): Result<never, InputsProblem> {
  return fail({ kind: "unreadable", path: path === "" ? "." : path, reason });
}

/**
 * A definition that cannot be carried out as written. Any other problem only means that no result can be
 * reused.
 */
export function isWrongDefinition(
  { kind, problem }: InputsProblem & { readonly problem?: TrackedProblem },
): boolean {
  return kind === "git" && (problem?.kind === "no_repository" || problem?.kind === "no_git");
}

/** One line. */
export function inputsProblemWords(problem: InputsProblem): string {
  if (problem.kind === "unreadable") return `${problem.path}: ${problem.reason}`;
  switch (problem.problem.kind) {
    case "no_repository":
      return '"@git" needs a git repository, and there is none here';
    case "no_git":
      return `"@git" needs git: ${problem.problem.reason}`;
    case "failed":
      return `git cannot list the files: ${problem.problem.reason}`;
    case "not_utf8":
      return `${problem.problem.name}: its name is not UTF-8`;
  }
}
