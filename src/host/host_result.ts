/** Problems that the machine can have, and the answer of a call that can meet one. Knows no particular call. */

/** Expected problems of the machine. `reason` is the second half of a sentence, without a dot. */
export interface HostProblem {
  readonly kind: HostProblemKind;
  readonly reason: string;
}

export type HostProblemKind =
  | "not_found"
  | "already_exists"
  | "permission_denied"
  | "is_a_directory"
  | "not_a_directory"
  | "no_space"
  | "read_only"
  | "closed"
  | "too_long"
  | "too_large"
  | "not_executable"
  | "working_dir_missing"
  | "timed_out"
  | "stopped"
  | "too_many_watched"
  /** The file system has no locks that exclude others. */
  | "no_locks"
  | "other";

export type HostResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: HostProblem };
