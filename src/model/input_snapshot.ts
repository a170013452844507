/**
 * The input files of a run as they were at one moment, with the facts that tell later, without reading a
 * file, whether it is unchanged. Held in columns, because there can be 100 000 files. Pure.
 */

import type { InputFile, InputMode } from "./manifest.ts";

export interface InputSnapshot {
  /** Relative to the working directory, with "/" on every system; sorted by UTF-16 code units. */
  readonly paths: readonly string[];
  readonly modes: readonly InputMode[];
  readonly sizesBytes: readonly number[];
  /** Lower-case hex. */
  readonly sha256s: readonly string[];
  /** Microseconds since the epoch, as in the next fields. */
  readonly modifiedAtUs: readonly number[];
  /** -1 where the file has to be read next time, whatever its times say. */
  readonly changedAtUs: readonly number[];
  readonly inodes: readonly number[];
  /** The digest of `filesText` over these files. */
  readonly filesSha256: string;
}

/** Marks a file that has to be read next time. */
export const MUST_READ = -1;

/**
 * A file that changed this shortly before it was examined can change again without getting a new time,
 * because the clocks of file systems tick in steps of up to two seconds (FAT). Source: "racy-git" in git's
 * technical documentation.
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
