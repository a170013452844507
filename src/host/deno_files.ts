/** Files on the real machine. */

import type { OperatingSystem } from "./environment.ts";
import type { EntryFacts, FileFacts, FileMode, Files, ReadableFile, WritableFile } from "./files.ts";
import type { HostResult } from "./host_result.ts";
import type { Paths } from "./paths.ts";
import { createLocks, uniqueName } from "./deno_locks.ts";
import { openPlain, readPipe, readPlain } from "./deno_plain_files.ts";
import { createFilesBeside } from "./deno_files_beside.ts";
import { pause } from "./deno_pause.ts";
import { attempt, attemptBeside } from "./deno_problem.ts";
import { writable } from "./deno_writable.ts";
import { syncAll, syncAllBeside, writeAheadBeside } from "./deno_sync_all.ts";
import { namesWith } from "./linux_list.ts";
import { linuxCalls } from "./posix_calls.ts";
import {
  quickAppender,
  quickCreate,
  quickEntry,
  quickLink,
  quickRemove,
  quickRename,
  quickStat,
} from "./linux_many_files.ts";
import { PathBytes } from "./linux_statx.ts";
import { overwriteSmallFile } from "./linux_small_files.ts";
import { MAX_WHOLE_BYTES } from "./files.ts";
import { whileHeldOpen } from "./retry_while_open.ts";

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Before the umask. */
const SHARED_FOLDER_MODE = 0o777;
const SHARED_FILE_MODE = 0o666;
/** Source: access(2). */
const F_OK = 0;
/** About a thousand names: with fewer, opening the C library takes longer than it saves. */
const LARGE_FOLDER_BYTES = 64 * 1024;

const pathRoom = new PathBytes();
const DONE: HostResult<void> = { ok: true, value: undefined };

/** The permission bits. The runtime makes some up on Windows, where they mean nothing. */
function modeOf({ mode }: Deno.FileInfo, os: OperatingSystem): number | undefined {
  return os === "windows" || mode === null ? undefined : mode & 0o777;
}

export function createFiles(os: OperatingSystem, paths: Paths): Files {
  const stat = (path: string): HostResult<FileFacts> => {
    const quick = quickStat(path);
    if (quick !== undefined) return { ok: true, value: quick };
    return attempt(() => {
      const info = Deno.statSync(path);
      return {
        kind: info.isFile ? "file" : info.isDirectory ? "directory" : "other",
        sizeBytes: info.size,
        modifiedAtMs: info.mtime?.getTime() ?? 0,
        changedAtMs: (info.ctime ?? info.mtime)?.getTime() ?? 0,
        fileId: info.ino === null || info.ino === 0 ? undefined : `${info.dev}:${info.ino}`,
      };
    });
  };
  const entry = (path: string): HostResult<EntryFacts> => {
    const quick = quickEntry(path);
    if (quick !== undefined) return { ok: true, value: quick };
    return attempt(() => {
      const info = Deno.lstatSync(path);
      const kind = info.isSymlink ? "link" : info.isFile ? "file" : info.isDirectory ? "directory" : "other";
      return { kind, ownerId: info.uid ?? undefined, mode: modeOf(info, os) };
    });
  };
  const remove = (path: string): HostResult<void> =>
    quickRemove(path) ? DONE : attempt(() => Deno.removeSync(path));
  const rename = (from: string, to: string): HostResult<void> =>
    quickRename(from, to)
      ? DONE
      : os === "windows"
      ? attempt(() => whileHeldOpen(() => Deno.renameSync(from, to), isHeldOpen, pause))
      : attempt(() => Deno.renameSync(from, to));
  const openForAppending = (path: string, mode?: FileMode): HostResult<WritableFile> => {
    const quick = quickAppender(path, mode === "shared" ? SHARED_FILE_MODE : FILE_MODE);
    if (quick !== undefined) return { ok: true, value: quick };
    const facts = stat(path);
    if (facts.ok && facts.value.kind === "directory") {
      return { ok: false, failure: { kind: "is_a_directory", reason: "it is a directory" } };
    }
    if (facts.ok && facts.value.kind === "other") {
      return { ok: false, failure: { kind: "other", reason: "it is not a plain file" } };
    }
    const bits = mode === "shared" ? SHARED_FILE_MODE : FILE_MODE;
    const opened = attempt(() => Deno.openSync(path, { append: true, create: true, mode: bits }));
    return opened.ok ? { ok: true, value: writable(opened.value) } : opened;
  };
  let identities: typeof import("./deno_file_identities.ts") | undefined;
  return {
    stat,
    exists: (path) => isThere(path) ?? stat(path).ok,
    async identify(folder, names) {
      identities ??= await import("./deno_file_identities.ts");
      return identities.identifyFiles(folder, names);
    },
    async identifyAll(folder, isWanted) {
      identities ??= await import("./deno_file_identities.ts");
      return identities.identifyAll(folder, isWanted);
    },
    readLink: (path) => attempt(() => Deno.readLinkSync(path)),
    entry,
    readBytes: (path, maxBytes = MAX_WHOLE_BYTES) => readPlain(path, maxBytes),
    readPipe: (path, bounds) => readPipe(path, bounds.maxBytes, bounds.timeoutMs),
    list: (path, endings) =>
      attempt(() => {
        const isLarge = () => os === "linux" && Deno.statSync(path).size >= LARGE_FOLDER_BYTES;
        const names = endings === undefined || !isLarge() ? undefined : namesWith(endings, path);
        return names ?? namesIn(path, endings);
      }),
    isLink(path) {
      const quick = quickEntry(path);
      if (quick !== undefined) return quick.kind === "link";
      try {
        return Deno.lstatSync(path).isSymlink;
      } catch {
        return false;
      }
    },
    realPath: (path) => attempt(() => Deno.realPathSync(path)),
    makeFolders(path, mode) {
      const missing: string[] = [];
      for (let folder = path;;) {
        const facts = stat(folder);
        if (facts.ok && facts.value.kind === "directory") break;
        if (facts.ok) {
          return {
            ok: false,
            failure: { kind: "not_a_directory", reason: `${folder} is not a directory` },
          };
        }
        if (facts.failure.kind !== "not_found") return facts;
        missing.unshift(folder);
        const parent = paths.dirname(folder);
        if (parent === folder) break;
        folder = parent;
      }
      if (missing.length === 0) return { ok: true, value: missing };
      // Recursive, so that another process may make the same folder at the same moment.
      return attempt(() => {
        Deno.mkdirSync(path, { recursive: true, mode: mode === "shared" ? SHARED_FOLDER_MODE : FOLDER_MODE });
        return missing;
      });
    },
    uniqueName,
    overwrite: overwriteSmallFile,
    createNew(path, mode) {
      const bits = mode === "shared" ? SHARED_FILE_MODE : FILE_MODE;
      const quick = quickCreate(path, bits);
      if (quick !== undefined) return { ok: true, value: quick };
      return attempt(() => writable(Deno.openSync(path, { write: true, createNew: true, mode: bits })));
    },
    append(path, bytes, mode) {
      const opened = openForAppending(path, mode);
      if (!opened.ok) return opened;
      const file = opened.value;
      try {
        return file.write(bytes);
      } finally {
        file.close();
      }
    },
    openForAppending,
    openForReading(path) {
      const opened = openPlain(path);
      return opened.ok ? { ok: true, value: readable(opened.value) } : opened;
    },
    addName: (path, name) => quickLink(path, name) ? DONE : attempt(() => Deno.linkSync(path, name)),
    rename,
    syncFolder(path) {
      if (os === "windows") return { ok: true, value: undefined };
      return attempt(() => {
        const folder = Deno.openSync(path, { read: true });
        try {
          folder.syncSync();
        } finally {
          folder.close();
        }
      });
    },
    async syncFolderBeside(path) {
      if (os === "windows") return { ok: true, value: undefined };
      return await attemptBeside(async () => {
        const folder = Deno.openSync(path, { read: true });
        try {
          await folder.sync();
        } finally {
          folder.close();
        }
      });
    },
    syncAll: (paths) => syncAll(os, paths),
    syncAllBeside: (paths) => syncAllBeside(os, paths),
    writeAheadBeside: (folder) => writeAheadBeside(os, folder),
    remove,
    beside: createFilesBeside({ folder: FOLDER_MODE, file: FILE_MODE }),
    ...createLocks(os, paths, entry, remove),
    freeBytes(path) {
      // Only node:fs offers it; it is loaded when somebody asks.
      // deno-lint-ignore no-process-global
      const { statfsSync } = process.getBuiltinModule("node:fs");
      try {
        const facts = statfsSync(path);
        return facts.bavail * facts.bsize;
      } catch {
        return undefined;
      }
    },
    async watch(places, hear, choose) {
      const { watchFiles } = await import("./deno_watch.ts");
      return await watchFiles(os, places, hear, choose ?? ((folders) => Promise.resolve(new Set(folders))));
    },
  };
}

/** undefined where only the runtime can tell, which makes an error for a file that is not there; that takes ten times as long. */
function isThere(path: string): boolean | undefined {
  if (!path.startsWith("/") || !pathRoom.put(path)) return undefined;
  const answer = linuxCalls()?.access(pathRoom.bytes, F_OK);
  return answer === undefined ? undefined : answer === 0;
}

/**
 * Windows reports a file that somebody has open with two different errors: one when it is replaced, one when
 * it is moved.
 */
function namesIn(folder: string, endings: readonly string[] | undefined): string[] {
  const names: string[] = [];
  for (const { name } of Deno.readDirSync(folder)) {
    if (endings === undefined || endings.some((ending) => name.endsWith(ending))) names.push(name);
  }
  return names;
}

function isHeldOpen(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.Busy ||
    (error instanceof Error && "code" in error && error.code === "EBUSY");
}

function readable(file: Deno.FsFile): ReadableFile {
  return {
    read: (into) => attempt(() => file.readSync(into) ?? 0),
    seek: (offsetBytes) => void file.seekSync(offsetBytes, Deno.SeekMode.Start),
    close: () => file.close(),
  };
}
