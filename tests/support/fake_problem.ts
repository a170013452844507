/** Problems in the words of the real host. Pure. */

import type { HostProblem, HostProblemKind, HostResult } from "../../src/host/host_result.ts";

/** A kind alone stands for itself in its usual words. */
export type ProblemOrKind = HostProblem | HostProblemKind;

export type Failed = Extract<HostResult<never>, { readonly ok: false }>;

const USUAL_REASONS: Readonly<Record<HostProblemKind, string>> = {
  not_found: "no such file or directory",
  already_exists: "it already exists",
  permission_denied: "permission denied",
  is_a_directory: "it is a directory",
  not_a_directory: "a part of the path is not a directory",
  no_space: "no space left on the device",
  no_locks: "no locks available",
  read_only: "the file system is read-only",
  closed: "the reader has closed it",
  too_long: "the path is longer than the system allows",
  too_large: "it is larger than it may be",
  not_executable: "it cannot be executed",
  working_dir_missing: "the working directory does not exist",
  timed_out: "it did not answer in time",
  stopped: "it was stopped",
  too_many_watched: "the system allows no more watched folders",
  other: "input/output error",
};

export function toProblem(problem: ProblemOrKind): HostProblem {
  return typeof problem === "string" ? { kind: problem, reason: USUAL_REASONS[problem] } : problem;
}

export function failed(problem: ProblemOrKind): Failed;
export function failed(kind: HostProblemKind, reason: string): Failed;
export function failed(problem: ProblemOrKind, reason?: string): Failed {
  const plain = toProblem(problem);
  return { ok: false, failure: reason === undefined ? plain : { kind: plain.kind, reason } };
}

export const DONE: HostResult<void> = { ok: true, value: undefined };
