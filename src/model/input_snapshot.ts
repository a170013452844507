/**
 * The input files of a run as they were at one moment, with the facts that tell later, without reading a
 * file, whether it is unchanged. Held in columns, because there can be 100 000 files. Pure.
 */

import { INPUT_MODES, type InputFile, type InputMode } from "./manifest.ts";

/** The numbers of a file, in this order; those of the host's identities, so that both are compared as they are. */
export const SNAPSHOT = { mode: 0, sizeBytes: 1, modifiedAtUs: 2, changedAtUs: 3, inode: 4 } as const;
export const SNAPSHOT_NUMBERS = 5;
export const SHA256_BYTES = 32;

export interface InputSnapshot {
  /** Relative to the working directory, with "/" on every system; sorted by UTF-16 code units. */
  readonly paths: readonly string[];
  /** SNAPSHOT_NUMBERS for each path: its place in INPUT_MODES, its size, its times in microseconds since the epoch, its inode. */
  readonly numbers: Float64Array;
  /** SHA256_BYTES for each path. */
  readonly digests: Uint8Array;
  /** The digest of `filesText` over these files, in hex. */
  readonly filesSha256: string;
  /**
   * A digest of what git listed and of the patterns, where the paths are what follows from these alone: as long as both are the
   * same, so are the paths.
   */
  readonly listing: string | undefined;
}

/** Stands in place of the time of the last change: the file has to be read next time, whatever its times say. */
export const MUST_READ = -1;

/**
 * A file that changed this shortly before it was examined can change again without getting a new time,
 * because the clocks of file systems tick in steps of up to two seconds (FAT). Source: "racy-git" in git's
 * technical documentation.
 */
export const RACY_US = 2_000_000;

export function filesOf(
  { paths, numbers, digests }: Pick<InputSnapshot, "paths" | "numbers" | "digests">,
): readonly InputFile[] {
  const hex = digests.toHex();
  return paths.map((path, index) => ({
    path,
    mode: modeOf(numbers, index),
    sizeBytes: numbers[index * SNAPSHOT_NUMBERS + SNAPSHOT.sizeBytes]!,
    sha256: hex.slice(index * 2 * SHA256_BYTES, (index + 1) * 2 * SHA256_BYTES),
  }));
}

export function modeOf(numbers: Float64Array, index: number): InputMode {
  return INPUT_MODES[numbers[index * SNAPSHOT_NUMBERS + SNAPSHOT.mode]!]!;
}
