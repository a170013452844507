/** The order of the numbers that identify a file. Works on numbers alone. */

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
