/** The order of the numbers in which hosts tell what identifies a file. Works on numbers alone. */

/** The order of the numbers of an identity. */
export const IDENTITY = {
  /** One of IDENTITY_KINDS. */
  kind: 0,
  sizeBytes: 1,
  /** Microseconds since the epoch, as exactly as the system tells. */
  modifiedAtUs: 2,
  /** When anything of the file was last changed; nobody can set it. The same as `modifiedAtUs` where there is no such time. */
  changedAtUs: 3,
  /** 0 where the system has none. */
  inode: 4,
} as const;
export const IDENTITY_NUMBERS = 5;

/** "executable" is a file that somebody may execute; systems without such a mode have none. */
export const IDENTITY_KINDS = ["file", "executable", "link", "directory", "other"] as const;
