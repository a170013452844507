/** Examined files, as a record has them: outputs, documents, files of checks. Spelled as in the record. */

/** An entry of an output that does not count as part of it. */
export interface LeftOut {
  readonly path: string;
  readonly why: (typeof LEFT_OUT_REASONS)[number];
}

/** A link whose target is missing or circular; also a pipe, a socket or a device. */
export const LEFT_OUT_REASONS = ["broken_link", "no_file", "not_utf8"] as const;

/** An examined file, or a directory as a whole. */
export interface FileRecord {
  /** Relative to the working directory, with "/" on every system. */
  readonly path: string;
  readonly present: boolean;
  /**
   * "outside": a link that leaves the working directory. "unreadable": something exists whose content cannot
   * be read. Both count as absent.
   */
  readonly type: "file" | "directory" | "outside" | "unreadable" | "missing";
  /** For a directory: the size of all its files. */
  readonly bytes: number | null;
  /** For a directory: the digest of the list of digests and paths of its files. */
  readonly sha256: string | null;
  /** For a directory: the newest time of all its entries. */
  readonly modified_at: string | null;
  /**
   * Entries that do not count as part of it: below a directory, or the path itself where a glob found it.
   * Present only where there are some.
   */
  readonly left_out?: readonly LeftOut[];
}

export interface OutputRecord extends FileRecord {
  /** As declared: the path itself, or the glob that found it. */
  readonly declared: string;
  /** Compared with its state before the build; null where it is missing now, and in a run that recovery examined. */
  readonly change: "created" | "modified" | "unchanged" | null;
}

/** A file that the check of a task names in its command. */
export interface CheckFile {
  /** Relative to the working directory, with "/". */
  readonly path: string;
  /** As of an output. */
  readonly sha256: string;
}
