/**
 * Steps with files on Linux, by the system's own calls: a quarter of the time of the runtime's, which makes objects of what it opens and of
 * each answer. For a process that takes thousands of such steps. Whatever does not succeed at once is left to the runtime, which takes the
 * step again and can say why it is not possible.
 */

import type { EntryFacts, FileFacts, FileLock, WritableFile } from "./files.ts";
import type { HostResult } from "./host_result.ts";
import { attempt } from "./deno_problem.ts";
import { writable } from "./deno_writable.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
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
import { openedLinuxCalls } from "./posix_calls.ts";
import {
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDWR,
  O_WRONLY,
} from "./linux_open_flags.ts";

type Calls = NonNullable<ReturnType<typeof openedLinuxCalls>>;

/** The first calls of each function take longer than the runtime's steps, and a process that starts one job takes about as many. */
const STEPS_OF_A_SHORT_PROCESS = 100;
/** The system refuses it, so that nothing reaches another file that got the number of a closed one. */
const NO_DESCRIPTOR = -1;
/** Source: flock(2). */
const LOCK_SH = 1, LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8;

const encoder = new TextEncoder();
const pathRoom = new PathBytes();
const targetRoom = new PathBytes();
const NO_PATH = new Uint8Array(1);
const facts = new ArrayBuffer(STATX_BYTES);
const factBytes = new Uint8Array(facts);
const words16 = new Uint16Array(facts);
const words = new Uint32Array(facts);
let steps = 0;

/** undefined where the runtime has to take the step. With the path in place. */
function callsFor(path: string): Calls | undefined {
  const calls = openedLinuxCalls();
  if (calls === undefined || ++steps < STEPS_OF_A_SHORT_PROCESS) return undefined;
  return path.startsWith("/") && pathRoom.put(path) ? calls : undefined;
}

export function quickEntry(path: string): EntryFacts | undefined {
  const calls = callsFor(path);
  if (calls?.statx(AT_FDCWD, pathRoom.bytes, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, factBytes) !== 0) {
    return undefined;
  }
  const kind = kindNow();
  return { kind, ownerId: words[STATX_AT.owner]!, mode: words16[STATX_AT.mode16]! & 0o777 };
}

export function quickStat(path: string): FileFacts | undefined {
  const calls = callsFor(path);
  if (calls?.statx(AT_FDCWD, pathRoom.bytes, 0, STATX_BASIC_STATS, factBytes) !== 0) return undefined;
  const kind = kindNow();
  return {
    kind: kind === "link" ? "other" : kind,
    sizeBytes: words[STATX_AT.size]! + words[STATX_AT.size + 1]! * 2 ** 32,
    modifiedAtMs: timeAt(STATX_AT.modified),
    changedAtMs: secondsAt(STATX_AT.changed) * 1000,
    fileId: `${deviceNow()}:${inodeNow()}`,
  };
}

function kindNow(): EntryFacts["kind"] {
  const kind = words16[STATX_AT.mode16]! & S_IFMT;
  return kind === S_IFREG ? "file" : kind === S_IFDIR ? "directory" : kind === S_IFLNK ? "link" : "other";
}

/** In milliseconds. The runtime gives the time of a change in whole seconds, and both have to be equal. */
function timeAt(at: number): number {
  return secondsAt(at) * 1000 + Math.floor(words[at + 2]! / 1e6);
}

function secondsAt(at: number): number {
  return words[at]! + (words[at + 1]! | 0) * 2 ** 32;
}

function inodeNow(): number {
  return words[STATX_AT.inode]! + words[STATX_AT.inode + 1]! * 2 ** 32;
}

/** The two numbers in one, as the C library has them. Source: gnu_dev_makedev in sys/sysmacros.h. */
function deviceNow(): number {
  const [major, minor] = [words[STATX_AT.deviceMajor]!, words[STATX_AT.deviceMinor]!];
  const low = ((major & 0xfff) << 8 | minor & 0xff) >>> 0;
  const high = (minor >>> 8) * 2 ** 20 + (major >>> 12) * 2 ** 44;
  return low + high;
}

export function quickRemove(path: string): boolean {
  return callsFor(path)?.unlink(pathRoom.bytes) === 0;
}

export function quickRename(from: string, to: string): boolean {
  const calls = callsFor(from);
  return calls !== undefined && targetRoom.put(to) && calls.rename(pathRoom.bytes, targetRoom.bytes) === 0;
}

export function quickLink(path: string, name: string): boolean {
  const calls = callsFor(path);
  return calls !== undefined && targetRoom.put(name) && calls.link(pathRoom.bytes, targetRoom.bytes) === 0;
}

/** Creates a file that does not exist. */
export function quickCreate(path: string, mode: number): WritableFile | undefined {
  const calls = callsFor(path);
  if (calls === undefined) return undefined;
  const descriptor = calls.creat(pathRoom.bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, mode);
  return descriptor < 0 ? undefined : new QuickFile(calls, descriptor);
}

/** Opens a plain file, or creates it. */
export function quickAppender(path: string, mode: number): WritableFile | undefined {
  const calls = callsFor(path);
  const descriptor =
    calls?.creat(pathRoom.bytes, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND | O_NONBLOCK, mode) ??
      -1;
  if (calls === undefined || descriptor < 0) return undefined;
  if (isPlain(calls, descriptor)) return new QuickFile(calls, descriptor);
  calls.close(descriptor);
  return undefined;
}

/** Takes a lock that is free; undefined where it is not, and for everything else that the runtime has to tell. */
export function quickLock(
  path: string,
  { exclusive, create }: { readonly exclusive: boolean; readonly create: "new" | "if_missing" | "never" },
  mode: number,
): FileLock | undefined {
  const calls = callsFor(path);
  if (calls === undefined) return undefined;
  const making = create === "new" ? O_CREAT | O_EXCL : create === "if_missing" ? O_CREAT : 0;
  const descriptor = calls.creat(pathRoom.bytes, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | making, mode);
  if (descriptor < 0) return undefined;
  const isLocked = isPlain(calls, descriptor) &&
    calls.flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) === 0;
  if (isLocked) return new QuickLock(calls, descriptor);
  calls.close(descriptor);
  if (create === "new" && pathRoom.put(path)) calls.unlink(pathRoom.bytes);
  return undefined;
}

/** Whether it is a plain file; `words` then has its facts. */
function isPlain(calls: Calls, descriptor: number): boolean {
  return calls.statx(descriptor, NO_PATH, AT_EMPTY_PATH, STATX_BASIC_STATS, factBytes) === 0 &&
    kindNow() === "file";
}

class QuickLock implements FileLock {
  readonly #calls: Calls;
  #descriptor: number;

  constructor(calls: Calls, descriptor: number) {
    this.#calls = calls;
    this.#descriptor = descriptor;
  }

  note(text: string): void {
    const sizeBytes = isPlain(this.#calls, this.#descriptor) ? words[STATX_AT.size]! : 0;
    const bytes = encoder.encode(text === "" ? " ".repeat(sizeBytes) : text);
    // The note is only for people, so a full disk is no reason to fail.
    this.#calls.pwrite(this.#descriptor, bytes, BigInt(bytes.length), 0n);
    if (sizeBytes > bytes.length) this.#calls.ftruncate(this.#descriptor, BigInt(bytes.length));
  }

  release(): void {
    // Closing the file frees the lock only when the last copy of the descriptor is closed, and another process may have a copy.
    this.#calls.flock(this.#descriptor, LOCK_UN);
    this.#calls.close(this.#descriptor);
    this.#descriptor = NO_DESCRIPTOR;
  }
}

class QuickFile implements WritableFile {
  readonly #calls: Calls;
  #descriptor: number;
  /** The same file for the steps that the runtime takes: those in other threads, and those that did not succeed. */
  #again: WritableFile | undefined;

  constructor(calls: Calls, descriptor: number) {
    this.#calls = calls;
    this.#descriptor = descriptor;
  }

  write(bytes: Uint8Array): HostResult<void> {
    for (let offset = 0; offset < bytes.length;) {
      const rest = (offset === 0 ? bytes : bytes.subarray(offset)) as Uint8Array<ArrayBuffer>;
      const written = Number(this.#calls.write(this.#descriptor, rest, BigInt(rest.length)));
      if (written <= 0) {
        // It says why that is not possible.
        const again = this.#opened();
        return again.ok ? again.value.write(rest) : again;
      }
      offset += written;
    }
    return DONE;
  }

  async writeBeside(bytes: Uint8Array): Promise<HostResult<void>> {
    const again = this.#opened();
    return again.ok ? await again.value.writeBeside(bytes) : again;
  }

  sync(): HostResult<void> {
    if (this.#calls.fsync(this.#descriptor) === 0) return DONE;
    const again = this.#opened();
    return again.ok ? again.value.sync() : again;
  }

  async syncBeside(): Promise<HostResult<void>> {
    const again = this.#opened();
    return again.ok ? await again.value.syncBeside() : again;
  }

  close(): void {
    this.#calls.close(this.#descriptor);
    this.#descriptor = NO_DESCRIPTOR;
    this.#again?.close();
  }

  #opened(): HostResult<WritableFile> {
    if (this.#again !== undefined) return { ok: true, value: this.#again };
    const opened = attempt(() =>
      writable(Deno.openSync(`/proc/self/fd/${this.#descriptor}`, { append: true }))
    );
    if (opened.ok) this.#again = opened.value;
    return opened;
  }
}

const DONE: HostResult<void> = { ok: true, value: undefined };
