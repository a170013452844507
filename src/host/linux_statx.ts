/**
 * What statx(2) takes and gives, and paths in the form of C, for the modules that call the system themselves. Source: statx(2),
 * linux/stat.h and fcntl.h, as on x86 and ARM.
 */

export const AT_FDCWD = -100;
export const AT_EMPTY_PATH = 0x1000;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const STATX_BASIC_STATS = 0x7ff;
export const STATX_BYTES = 256;
export const S_IFMT = 0o170000;
export const S_IFREG = 0o100000;
export const S_IFDIR = 0o040000;
export const S_IFLNK = 0o120000;

/** Where a struct statx has them: the mode in 16-bit words, the others in 32-bit words, low half first. */
export const STATX_AT = {
  names: 4,
  owner: 5,
  mode16: 14,
  inode: 8,
  size: 10,
  changed: 24,
  modified: 28,
  deviceMajor: 34,
  deviceMinor: 35,
} as const;

/** Longer ones are refused by the system. */
const MAX_PATH_BYTES = 4096;
const encoder = new TextEncoder();

/** Room for one path, which the next one overwrites. */
export class PathBytes {
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(MAX_PATH_BYTES);

  /** False where the system would get another path. */
  put(path: string): boolean {
    if (path.includes("\0")) return false;
    const { read, written } = encoder.encodeInto(path, this.bytes);
    if (read < path.length || written === MAX_PATH_BYTES) return false;
    this.bytes[written] = 0;
    return true;
  }
}
