/**
 * The identities of many files on the real machine. On Linux by one system call per file: half the time of
 * `Deno.lstatSync`, with microseconds where that gives milliseconds, and for the last change only seconds. On
 * other systems by `Deno.lstatSync`.
 */

import { attempt } from "./deno_problem.ts";
import type { HostProblem, HostResult } from "./host_result.ts";
import {
  type IdentifiedFolder,
  type Identities,
  IDENTITY,
  IDENTITY_KINDS,
  IDENTITY_NUMBERS,
} from "./identities.ts";
import { linuxCalls } from "./posix_calls.ts";
import {
  AT_SYMLINK_NOFOLLOW,
  PathBytes,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  STATX_AT,
  STATX_BASIC_STATS,
  STATX_BYTES,
} from "./linux_statx.ts";
import { O_DIRECTORY, O_PATH } from "./linux_open_flags.ts";
import { inFolder, namesAt } from "./linux_list.ts";

const HALF = 2 ** 32;

const [FILE, EXECUTABLE, LINK, DIRECTORY, OTHER] = IDENTITY_KINDS.map((_, index) => index) as [
  number,
  number,
  number,
  number,
  number,
];

const pathRoom = new PathBytes();
const facts = new ArrayBuffer(STATX_BYTES);
const [bytes, words16, words] = [new Uint8Array(facts), new Uint16Array(facts), new Uint32Array(facts)];
const seconds = new Int32Array(facts);

interface Found extends Identities {
  readonly problems: Map<number, HostProblem>;
}

export function identifyFiles(folder: string, paths: readonly string[]): Identities {
  const found = roomFor(paths.length);
  if (paths.length === 0) return found;
  const isDone = inFolder(folder, O_PATH, (at) => {
    identifyAt(at, folder, paths, found);
    return true;
  });
  if (isDone === undefined) {
    for (const [index, path] of paths.entries()) identifyFile(folder, path, index, found);
  }
  return found;
}

/** On Linux the folder is opened once for both. */
export function identifyAll(
  folder: string,
  isWanted: (name: string) => boolean,
): HostResult<IdentifiedFolder> {
  const quick = inFolder(folder, O_DIRECTORY, (at) => {
    const names = namesAt(at)?.filter(isWanted).sort();
    if (names === undefined) return undefined;
    const found = roomFor(names.length);
    identifyAt(at, folder, names, found);
    return { names, numbers: found.numbers, problems: found.problems };
  });
  if (quick !== undefined) return { ok: true, value: quick };
  // The runtime tries again and explains what is wrong.
  const listed = attempt(() => Array.from(Deno.readDirSync(folder), ({ name }) => name));
  if (!listed.ok) return listed;
  const names = listed.value.filter(isWanted).sort();
  return { ok: true, value: { names, ...identifyFiles(folder, names) } };
}

function roomFor(count: number): Found {
  return { numbers: new Float64Array(count * IDENTITY_NUMBERS), problems: new Map() };
}

function identifyAt(at: number, folder: string, paths: readonly string[], found: Found): void {
  const calls = linuxCalls()!;
  const { numbers } = found;
  for (let index = 0; index < paths.length; index++) {
    const isKnown = pathRoom.put(paths[index]!) &&
      calls.statx(at, pathRoom.bytes, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, bytes) === 0;
    if (!isKnown) {
      // The runtime tries again and explains what is wrong.
      identifyFile(folder, paths[index]!, index, found);
      continue;
    }
    const row = index * IDENTITY_NUMBERS;
    numbers[row + IDENTITY.kind] = kindOf(words16[STATX_AT.mode16]!);
    numbers[row + IDENTITY.sizeBytes] = words[STATX_AT.size + 1]! * HALF + words[STATX_AT.size]!;
    numbers[row + IDENTITY.modifiedAtUs] = microseconds(STATX_AT.modified);
    numbers[row + IDENTITY.changedAtUs] = microseconds(STATX_AT.changed);
    numbers[row + IDENTITY.inode] = words[STATX_AT.inode + 1]! * HALF + words[STATX_AT.inode]!;
  }
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

function identifyFile(folder: string, path: string, index: number, { numbers, problems }: Found): void {
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
