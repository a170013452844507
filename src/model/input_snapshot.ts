/**
 * The input files of a run as they were found at one moment, with what tells later without reading them that they are still
 * the same. In columns, because there can be 100 000 of them. Pure.
 */

import type { InputFile, InputMode } from "./manifest.ts";

export interface InputSnapshot {
  /** Relative to the working directory, with "/" on every system; sorted by UTF-16 code units. */
  readonly paths: readonly string[];
  readonly modes: readonly InputMode[];
  readonly sizesBytes: readonly number[];
  /** Lower-case hex. */
  readonly sha256s: readonly string[];
  /** In microseconds since the epoch; so are the next. */
  readonly modifiedAtUs: readonly number[];
  /** -1 where the file has to be read at the next look, whatever its times say. */
  readonly changedAtUs: readonly number[];
  readonly inodes: readonly number[];
  /** Of `filesText` of these files. */
  readonly filesSha256: string;
}

/** Of a file that must be read at the next look. */
export const MUST_READ = -1;

/**
 * A file that was changed this shortly before it was looked at can be changed again without another time: clocks of file
 * systems tick in up to two seconds (FAT). Source: "racy-git" in git's technical documentation.
 */
export const RACY_US = 2_000_000;

export function filesOf(snapshot: InputSnapshot): readonly InputFile[] {
  return snapshot.paths.map((path, index) => ({
    path,
    mode: snapshot.modes[index]!,
    sizeBytes: snapshot.sizesBytes[index]!,
    sha256: snapshot.sha256s[index]!,
  }));
}
