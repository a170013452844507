/**
 * The identities of many files on the real machine. On Linux by one system call per file: half the time of
 * `Deno.lstatSync`, with microseconds where that gives milliseconds, and for the last change only seconds. On
 * other systems by `Deno.lstatSync`.
 */

import { attempt } from "./deno_problem.ts";
import type { FileIdentity, HostResult, OperatingSystem } from "./host.ts";

/** Source: statx(2) and linux/stat.h. */
const CALLS = {
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
} as const;
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;
const STATX_BYTES = 256;
const S_IFMT = 0o170000;
const KINDS: Readonly<Record<number, FileIdentity["kind"]>> = {
  0o100000: "file",
  0o040000: "directory",
  0o120000: "link",
};
const MAX_PATH_BYTES = 8192;

type Library = Deno.DynamicLibrary<typeof CALLS>;

export function identifyFiles(
  os: OperatingSystem,
  folder: string,
  paths: readonly string[],
): readonly HostResult<FileIdentity>[] {
  const library = os === "linux" ? load() : undefined;
  if (library === undefined) return paths.map((path) => identifyFile(folder, path));
  try {
    return identifyByCall(library, folder, paths);
  } finally {
    library.close();
  }
}

/** undefined on a system with another C library, or with a policy against loading one. */
function load(): Library | undefined {
  try {
    return Deno.dlopen("libc.so.6", CALLS);
  } catch {
    return undefined;
  }
}

function identifyByCall(
  { symbols }: Library,
  folder: string,
  paths: readonly string[],
): readonly HostResult<FileIdentity>[] {
  const encoder = new TextEncoder();
  const path = new Uint8Array(MAX_PATH_BYTES);
  const start = encoder.encodeInto(folder.endsWith("/") ? folder : `${folder}/`, path).written;
  const facts = new Uint8Array(STATX_BYTES);
  const view = new DataView(facts.buffer);
  return paths.map((each) => {
    const room = path.subarray(start, MAX_PATH_BYTES - 1);
    const { read, written } = encoder.encodeInto(each, room);
    path[start + written] = 0;
    const isLost = read < each.length ||
      symbols.statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, facts) !== 0;
    // The runtime asks again and explains what is wrong.
    if (isLost) return identifyFile(folder, each);
    const mode = view.getUint16(28, true);
    return {
      ok: true,
      value: {
        kind: KINDS[mode & S_IFMT] ?? "other",
        isExecutable: (mode & 0o111) !== 0,
        sizeBytes: Number(view.getBigUint64(40, true)),
        modifiedAtUs: microseconds(view, 112),
        changedAtUs: microseconds(view, 96),
        inode: Number(view.getBigUint64(32, true)),
      },
    };
  });
}

/** A struct statx_timestamp: seconds in 64 bits, then nanoseconds in 32. */
function microseconds(view: DataView, offset: number): number {
  const seconds = view.getInt32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true);
  return seconds * 1_000_000 + Math.floor(view.getUint32(offset + 8, true) / 1000);
}

function identifyFile(folder: string, path: string): HostResult<FileIdentity> {
  return attempt(() => identityOf(Deno.lstatSync(`${folder}/${path}`)));
}

function identityOf(info: Deno.FileInfo): FileIdentity {
  const modifiedAtUs = (info.mtime?.getTime() ?? 0) * 1000;
  return {
    kind: info.isSymlink ? "link" : info.isFile ? "file" : info.isDirectory ? "directory" : "other",
    isExecutable: info.mode !== null && (info.mode & 0o111) !== 0,
    sizeBytes: info.size,
    modifiedAtUs,
    changedAtUs: info.ctime === null ? modifiedAtUs : info.ctime.getTime() * 1000,
    inode: info.ino ?? 0,
  };
}
