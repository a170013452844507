/** The numbers that identify a file, and their order. Works on numbers alone. */

import type { HostProblem } from "./host_result.ts";

/** The order of the numbers of an identity. */
export const IDENTITY = {
  /** One of IDENTITY_KINDS. */
  kind: 0,
  sizeBytes: 1,
  /** Microseconds since the epoch, as exactly as the system tells. */
  modifiedAtUs: 2,
  /** When anything of the file was last changed; it cannot be set. The same as `modifiedAtUs` if there is no such time. */
  changedAtUs: 3,
  /** 0 where the system has none. */
  inode: 4,
} as const;
export const IDENTITY_NUMBERS = 5;

/** "executable" is a file that at least one user may execute; systems without such a mode have none. */
export const IDENTITY_KINDS = ["file", "executable", "link", "directory", "other"] as const;

/**
 * The facts that tell, without reading it, whether a file is unchanged; for a link, facts about the link itself. One row of
 * numbers for each path, because there can be 100 000 of them.
 */
export interface Identities {
  /** IDENTITY_NUMBERS for each path, in the order of the paths. */
  readonly numbers: Float64Array;
  /** The problem of each path that cannot be examined, by the path's index. The numbers of such a path mean nothing. */
  readonly problems: ReadonlyMap<number, HostProblem>;
}

/** The names in a folder, by UTF-16 code units, and the identities of what they name. */
export interface IdentifiedFolder extends Identities {
  readonly names: readonly string[];
}
