/**
 * The identities of many files on the real machine. On Linux by one system call per file: half the time of
 * `Deno.lstatSync`, with microseconds where that gives milliseconds, and for the last change only seconds. On
 * other systems by `Deno.lstatSync`.
 */

import { attempt } from "./deno_problem.ts";
import type { HostProblem, Identities } from "./host.ts";
import { IDENTITY, IDENTITY_KINDS, IDENTITY_NUMBERS } from "./identities.ts";
import { linuxCalls } from "./posix_calls.ts";
import {
  AT_SYMLINK_NOFOLLOW,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  STATX_AT,
  STATX_BASIC_STATS,
  STATX_BYTES,
} from "./linux_statx.ts";
import { O_CLOEXEC } from "./linux_open_flags.ts";

/** Source: open(2), and fcntl.h of x86_64 and aarch64, which have these in common. */
const O_PATH = 0o10000000;
/** The longest path that the system takes, and more than that in bytes of a file system that stores UTF-8. */
const MAX_PATH_BYTES = 8192;
const HALF = 2 ** 32;

const [FILE, EXECUTABLE, LINK, DIRECTORY, OTHER] = IDENTITY_KINDS.map((_, index) => index) as [
  number,
  number,
  number,
  number,
  number,
];

const encoder = new TextEncoder();
const room = new Uint8Array(MAX_PATH_BYTES);
const facts = new ArrayBuffer(STATX_BYTES);
const [bytes, words16, words] = [new Uint8Array(facts), new Uint16Array(facts), new Uint32Array(facts)];
const seconds = new Int32Array(facts);

export function identifyFiles(folder: string, paths: readonly string[]): Identities {
  const numbers = new Float64Array(paths.length * IDENTITY_NUMBERS);
  const problems = new Map<number, HostProblem>();
  const isDone = paths.length > 0 && identifyByCall(folder, paths, numbers, problems);
  if (!isDone) {
    for (const [index, path] of paths.entries()) identifyFile(folder, path, index, numbers, problems);
  }
  return { numbers, problems };
}

/** false where the system's call cannot be used, or the folder not be opened. */
function identifyByCall(
  folder: string,
  paths: readonly string[],
  numbers: Float64Array,
  problems: Map<number, HostProblem>,
): boolean {
  const calls = linuxCalls();
  if (calls === undefined) return false;
  const opened = encoder.encodeInto(folder, room);
  if (opened.read < folder.length || opened.written === MAX_PATH_BYTES) return false;
  room[opened.written] = 0;
  const at = calls.open(room, O_PATH | O_CLOEXEC);
  if (at < 0) return false;
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index]!;
    const { read, written } = encoder.encodeInto(path, room);
    const isWhole = read === path.length && written < MAX_PATH_BYTES;
    if (isWhole) room[written] = 0;
    if (!isWhole || calls.statx(at, room, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, bytes) !== 0) {
      // The runtime tries again and explains what is wrong.
      identifyFile(folder, path, index, numbers, problems);
      continue;
    }
    const row = index * IDENTITY_NUMBERS;
    numbers[row + IDENTITY.kind] = kindOf(words16[STATX_AT.mode16]!);
    numbers[row + IDENTITY.sizeBytes] = words[STATX_AT.size + 1]! * HALF + words[STATX_AT.size]!;
    numbers[row + IDENTITY.modifiedAtUs] = microseconds(STATX_AT.modified);
    numbers[row + IDENTITY.changedAtUs] = microseconds(STATX_AT.changed);
    numbers[row + IDENTITY.inode] = words[STATX_AT.inode + 1]! * HALF + words[STATX_AT.inode]!;
  }
  calls.close(at);
  return true;
}

function microseconds(word: number): number {
  return (seconds[word + 1]! * HALF + words[word]!) * 1_000_000 + Math.floor(words[word + 2]! / 1000);
}

function kindOf(mode: number): number {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return (mode & 0o111) === 0 ? FILE : EXECUTABLE;
    case S_IFLNK:
      return LINK;
    case S_IFDIR:
      return DIRECTORY;
    default:
      return OTHER;
  }
}

function identifyFile(
  folder: string,
  path: string,
  index: number,
  numbers: Float64Array,
  problems: Map<number, HostProblem>,
): void {
  const looked = attempt(() => Deno.lstatSync(`${folder}/${path}`));
  if (!looked.ok) {
    problems.set(index, looked.failure);
    return;
  }
  const info = looked.value;
  const modifiedAtUs = (info.mtime?.getTime() ?? 0) * 1000;
  const kind = info.isSymlink ? LINK : info.isDirectory ? DIRECTORY : !info.isFile ? OTHER : kindOf(
    S_IFREG | (info.mode ?? 0),
  );
  numbers.set(
    [
      kind,
      info.size,
      modifiedAtUs,
      info.ctime === null ? modifiedAtUs : info.ctime.getTime() * 1000,
      info.ino ?? 0,
    ],
    index * IDENTITY_NUMBERS,
  );
}
