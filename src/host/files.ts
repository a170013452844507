/** Files, folders and their locks, as the machine gives them. Knows no records and no format of a file. */

import type { ChooseFolders, FileChange, FileWatch, WatchedPlace } from "./file_watch.ts";
import type { HostResult } from "./host_result.ts";
import type { IdentifiedFolder, Identities } from "./identities.ts";

export interface FileFacts {
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /**
   * When anything about it last changed, including its times and, for a folder, its names; it cannot be set.
   * In whole seconds on some systems; `modifiedAtMs` where the system has no such time.
   */
  readonly changedAtMs: number;
  /**
   * Equal for two paths that are the same file or folder now; undefined where the system has no such number.
   * The system reuses these numbers.
   */
  readonly fileId: string | undefined;
}

/** The kind of an entry in a folder; links are not followed. */
export interface EntryFacts {
  readonly kind: "file" | "directory" | "link" | "other";
  /** The number of its owner; undefined where the system has none (Windows). */
  readonly ownerId: number | undefined;
  /** Its permission bits, as in 0o600; undefined where the system has no modes (Windows). */
  readonly mode: number | undefined;
}

export type LockSupport =
  | { readonly kind: "given" }
  /**
   * The file system refuses locks, gives one to several holders, or does not answer. `reason` is the second
   * half of a sentence.
   */
  | { readonly kind: "none"; readonly reason: string };

/**
 * The most that is read in one piece: far more than any file that people or we write, and no danger to
 * memory.
 */
export const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/**
 * "private": folders 0700 and files 0600. "shared": by the user's own umask, for files that belong to a
 * project.
 */
export type FileMode = "private" | "shared";

/**
 * Files, synchronously: each call is short, and nothing else runs between two calls. New files are private by
 * default, where the system has modes.
 */
export interface Files {
  /**
   * The whole of a plain file of at most `maxBytes` (MAX_WHOLE_BYTES by default); "too_large" where it is
   * larger.
   */
  readBytes(path: string, maxBytes?: number): HostResult<Uint8Array>;
  /** Everything from a pipe or device that somebody named, within bounds, without blocking the thread. */
  readPipe(
    path: string,
    bounds: { readonly maxBytes: number; readonly timeoutMs: number },
  ): Promise<HostResult<Uint8Array>>;
  stat(path: string): HostResult<FileFacts>;
  /** Whether the path leads to something that can be examined: `stat` without the facts. */
  exists(path: string): boolean;
  /** The identities of many files, whose paths are relative to a folder, with "/" on every system. */
  identify(folder: string, paths: readonly string[]): Promise<Identities>;
  /** The names in a folder that are wanted, with their identities: `list` and `identify` in one step. */
  identifyAll(folder: string, isWanted: (name: string) => boolean): Promise<HostResult<IdentifiedFolder>>;
  /** The target of a link, as written in it. */
  readLink(path: string): HostResult<string>;
  /** Does not follow a link in the last step. */
  entry(path: string): HostResult<EntryFacts>;
  /** Names in a folder, unsorted: all, or those with one of the endings, which is faster in a folder with very many. */
  list(path: string, endings?: readonly string[]): HostResult<readonly string[]>;
  /** Whether the last name of the path is a link, whatever its target. */
  isLink(path: string): boolean;
  /** The path without links and without `.` or `..`; the file must exist. */
  realPath(path: string): HostResult<string>;
  /** Makes the folder and its parents; returns those that did not exist before, outermost first. */
  makeFolders(path: string, mode?: FileMode): HostResult<readonly string[]>;
  /** A part for a file's name that is unique and cannot be guessed. */
  uniqueName(): string;
  /**
   * Gives the content of a small plain file to `change`, and writes what that returns over it; false where that is not possible, because it
   * has another size, or is undefined. undefined, and `change` was not called, where the file is another one, is a link or has several names,
   * or the system does not offer it. After a power cut the file can have parts of both contents.
   */
  overwrite(path: string, change: (bytes: Uint8Array) => Uint8Array | undefined): boolean | undefined;
  /** Creates a file; fails where one exists. */
  createNew(path: string, mode?: FileMode): HostResult<WritableFile>;
  /**
   * Appends the bytes to a file; creates it in its folder where it is missing. Opens plain files only,
   * because opening a pipe waits for its reader.
   */
  append(path: string, bytes: Uint8Array, mode?: FileMode): HostResult<void>;
  /** The same in steps, so that what was appended can be made durable. */
  openForAppending(path: string, mode?: FileMode): HostResult<WritableFile>;
  /** Opens a plain file. Opening a pipe would block the thread until somebody writes to it. */
  openForReading(path: string): HostResult<ReadableFile>;
  /** Gives a file a second name in the same file system; fails where something has that name, and where files have one name only. */
  addName(path: string, name: string): HostResult<void>;
  /** Replaces `to` in one step. */
  rename(from: string, to: string): HostResult<void>;
  /** Makes the names in a folder durable; has no effect on systems that cannot (Windows). */
  syncFolder(path: string): HostResult<void>;
  /** The same in another thread, so that several of them wait for the disk together. */
  syncFolderBeside(path: string): Promise<HostResult<void>>;
  /**
   * Makes files and folders of one file system durable, those that still exist. Where the system can do that for all of its file system in
   * one step, and little else waits to be written there, many of them are synced in that step.
   */
  syncAll(paths: readonly string[]): HostResult<void>;
  /** The same in other threads. */
  syncAllBeside(paths: readonly string[]): Promise<HostResult<void>>;
  /**
   * Lets the system write what waits for the disk on which this folder is, in another thread, so that a later `syncAllBeside` has less to wait
   * for; where the system has one call for that. Nothing is sure afterwards; but false where something could not be written, which no later
   * sync may tell.
   */
  writeAheadBeside(folder: string): Promise<boolean>;
  remove(path: string): HostResult<void>;
  /** For a disk that may not answer. */
  readonly beside: FilesBeside;
  /** The note of the lock's holder; not_found where there is none. Works while the lock is held. */
  lockNote(path: string): HostResult<Uint8Array>;
  /**
   * Takes a kernel lock on a file, never on the target of a link; `release` or the end of this process frees
   * it. "held" where somebody else has it. `create`: "new" must not exist yet, "if_missing" makes it, "never"
   * fails with not_found.
   */
  tryLock(
    path: string,
    options: { readonly exclusive: boolean; readonly create: "new" | "if_missing" | "never" },
  ): HostResult<FileLock | "held">;
  /**
   * Whether the file system of a folder supports locks: asked once per folder and process, within a bound.
   * Where it does not, `tryLock` fails with "no_locks" from then on, without asking a system that would not
   * answer.
   */
  lockSupport(folder: string): Promise<LockSupport>;
  /** Bytes available to this user on the file system of the path; undefined where unknown. */
  freeBytes(path: string): number | undefined;
  /**
   * Calls `hear` for each change in the places, until the returned watch is closed; a problem is reported
   * last. Reading is no change. The system joins and reorders changes that come together; for entries in a
   * new folder it may report the folder alone, and for a name that came and went only that it went, more than
   * once. The receiver therefore has to look. `choose` says which folders below a deep place are wanted,
   * where the system watches each folder separately.
   */
  watch(
    places: readonly WatchedPlace[],
    hear: (change: HostResult<FileChange>) => void,
    choose?: ChooseFolders,
  ): Promise<HostResult<FileWatch>>;
}

/**
 * Files on a disk that may not answer, such as one of a network: each call waits in another thread, so that its caller can stop
 * waiting. A call that nobody waits for any more can still take effect.
 */
export interface FilesBeside {
  /** Names in a folder, unsorted. */
  list(path: string): Promise<HostResult<readonly string[]>>;
  /** What a plain file has from an offset on, of at most `maxBytes`; empty at its end. The file is opened anew for each call. */
  readPart(path: string, offsetBytes: number, maxBytes: number): Promise<HostResult<Uint8Array>>;
  /** Creates a private file with this content, durably; fails where one exists. */
  createNew(path: string, bytes: Uint8Array): Promise<HostResult<void>>;
  /** Makes the private folder and its parents, where they do not exist. */
  makeFolders(path: string): Promise<HostResult<void>>;
  remove(path: string): Promise<HostResult<void>>;
}

export interface WritableFile {
  /** Appends all of the bytes to the file. */
  write(bytes: Uint8Array): HostResult<void>;
  /** The same in another thread; the bytes and the file must not be touched until the promise resolves. */
  writeBeside(bytes: Uint8Array): Promise<HostResult<void>>;
  sync(): HostResult<void>;
  /** The same in another thread; the file must not be touched until the promise resolves. */
  syncBeside(): Promise<HostResult<void>>;
  close(): void;
}

export interface ReadableFile {
  /** Fills the start of `into`; 0 at the end of the file. */
  read(into: Uint8Array): HostResult<number>;
  seek(offsetBytes: number): void;
  close(): void;
}

export interface FileLock {
  /**
   * Replaces the text that `lockNote` returns, for people who ask who holds the lock. Without text, what was there becomes spaces, or is removed: a file that
   * gives its space back, and gets it anew with the next note, costs more than all else around a short run.
   */
  note(text: string): void;
  release(): void;
}
