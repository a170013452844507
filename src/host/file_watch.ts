/** Watching folders for changes: what is asked for, and what is reported. Knows neither globs nor jobs. */

/** Which of several folders to watch, including their content; several are asked at once. */
export type ChooseFolders = (folders: readonly string[]) => Promise<ReadonlySet<string>>;

export interface WatchedPlace {
  /** An existing folder, without links in its path. When it is removed, nothing more is reported. */
  readonly folder: string;
  /** Includes all folders below it, except links to folders. No other place may lie inside a deep one. */
  readonly deep: boolean;
}

export interface FileChange {
  /**
   * "made": it now exists under this name; also used where the system lost count, then for the folder of the
   * place. "removed": the name is gone; for a place, also where it was renamed. "unheard": a folder that
   * cannot be read and is not watched.
   */
  readonly kind: "made" | "changed" | "removed" | "unheard";
  /** Absolute. */
  readonly path: string;
}

export interface FileWatch {
  /** Nothing is reported after this call. Resolves when the system holds nothing of the watch any more. */
  close(): Promise<void>;
}
