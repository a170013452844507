/** Kernel locks on files, and whether a file system supports them. */

import type { OperatingSystem } from "./environment.ts";
import type { EntryFacts, FileLock, Files, LockSupport } from "./files.ts";
import type { HostResult } from "./host_result.ts";
import type { Paths } from "./paths.ts";
import { readPlain } from "./deno_plain_files.ts";
import { attempt, problemOf } from "./deno_problem.ts";
import { quickLock } from "./linux_many_files.ts";

const FILE_MODE = 0o600;
const MAX_NOTE_BYTES = 64 * 1024;
/** A lock is normally answered at once, but an unreachable file server may never answer. */
const ANSWER_BOUND_MS = 2000;

/**
 * The errors of systems without locks: ENOLCK, EOPNOTSUPP, EBADF and ENOSYS, and on Windows the errors of
 * servers that do not support them. Deno gives most of these no code. Source: flock(2), "System Error Codes"
 * on learn.microsoft.com.
 */
const NO_LOCKS: Readonly<Record<string, readonly number[]>> = {
  linux: [37, 95, 9, 38],
  darwin: [77, 102, 45, 9, 78],
  windows: [1, 50, 120],
};

export function createLocks(
  os: OperatingSystem,
  paths: Paths,
  entry: Files["entry"],
  remove: Files["remove"],
): Pick<Files, "tryLock" | "lockSupport" | "lockNote"> {
  const asked = new Map<string, Promise<LockSupport>>();
  const without = new Map<string, string>();

  async function ask(folder: string): Promise<LockSupport> {
    const support = await askSystem(paths.join(folder, `.locks-${uniqueName()}.tmp`));
    if (support.kind === "none") without.set(folder, support.reason);
    return support;
  }

  return {
    lockNote: (path) => readPlain(notePlace(os, path), MAX_NOTE_BYTES),
    lockSupport(folder) {
      const known = asked.get(folder) ?? ask(folder);
      asked.set(folder, known);
      return known;
    },
    tryLock(path, options) {
      const reason = without.get(paths.dirname(path));
      if (reason !== undefined) return { ok: false, failure: { kind: "no_locks", reason } };
      const quick = quickLock(path, options, FILE_MODE);
      if (quick !== undefined) return { ok: true, value: quick };
      // The system itself refuses to create the file where anything already has its name.
      const there = options.create === "new" ? undefined : entry(path);
      if (there?.ok && there.value.kind !== "file") return notAFile(there.value.kind);
      const opened = attempt(() => open(path, options.create));
      if (!opened.ok) return opened;
      const file = opened.value;
      const locked = lockedBy(() => file.tryLockSync(options.exclusive));
      if (locked.ok && locked.value) {
        return { ok: true, value: lockOn(file, os === "windows" ? notePlace(os, path) : undefined) };
      }
      file.close();
      if (!locked.ok && options.create === "new") remove(path);
      return locked.ok ? { ok: true, value: "held" } : locked;
    },
  };
}

export function uniqueName(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}

/**
 * Tests whether a locked file is locked for a second handle. "given" where that cannot be tested: the real
 * lock will tell.
 */
async function askSystem(path: string): Promise<LockSupport> {
  const first = attempt(() => open(path, "new"));
  if (!first.ok) return { kind: "given" };
  let mayRemove = true;
  try {
    const answer = await withinBound(first.value.tryLock(true));
    if (answer === undefined) {
      // The thread that asks may wait for ever, and keeps the file open with it.
      mayRemove = false;
      return { kind: "none", reason: `no answer within ${ANSWER_BOUND_MS / 1000} seconds` };
    }
    if (!answer.ok) {
      return answer.failure.kind === "no_locks"
        ? { kind: "none", reason: answer.failure.reason }
        : { kind: "given" };
    }
    const second = attempt(() => open(path, "never"));
    if (!second.ok) return { kind: "given" };
    try {
      const again = lockedBy(() => second.value.tryLockSync(true));
      return again.ok && again.value
        ? { kind: "none", reason: "it gives the lock to several holders at once" }
        : { kind: "given" };
    } finally {
      second.value.close();
    }
  } finally {
    if (mayRemove) {
      first.value.close();
      attempt(() => Deno.removeSync(path));
    }
  }
}

/** undefined where no answer comes in time. */
async function withinBound(asked: Promise<boolean>): Promise<HostResult<boolean> | undefined> {
  const answer = asked.then(
    (value): HostResult<boolean> => ({ ok: true, value }),
    (error) =>
      lockedBy(() => {
        throw error;
      }),
  );
  const { promise: bound, resolve } = Promise.withResolvers<undefined>();
  // Without setTimeout, for which the runtime loads Node's timers.
  const signal = AbortSignal.timeout(ANSWER_BOUND_MS);
  const pass = () => resolve(undefined);
  signal.addEventListener("abort", pass);
  try {
    return await Promise.race([answer, bound]);
  } finally {
    signal.removeEventListener("abort", pass);
  }
}

/** Like `attempt`, but names the problem of file systems without locks. */
function lockedBy(lock: () => boolean): HostResult<boolean> {
  try {
    return { ok: true, value: lock() };
  } catch (error) {
    const number = error instanceof Error ? /\(os error (\d+)\)/.exec(error.message)?.[1] : undefined;
    const failure = problemOf(error);
    const isNone = number !== undefined && NO_LOCKS[Deno.build.os]?.includes(Number(number)) === true;
    return { ok: false, failure: isNone ? { kind: "no_locks", reason: failure.reason } : failure };
  }
}

function open(path: string, create: "new" | "if_missing" | "never"): Deno.FsFile {
  const making = create === "new" ? { createNew: true } : create === "if_missing" ? { create: true } : {};
  return Deno.openSync(path, { read: true, write: true, mode: FILE_MODE, ...making });
}

function notAFile(kind: Exclude<EntryFacts["kind"], "file">): HostResult<never> {
  switch (kind) {
    case "directory":
      return { ok: false, failure: { kind: "is_a_directory", reason: "it is a directory" } };
    case "link":
      return { ok: false, failure: { kind: "other", reason: "it is a symbolic link" } };
    case "other":
      return { ok: false, failure: { kind: "other", reason: "it is not a plain file" } };
  }
}

/**
 * The file in which a holder writes who it is: the locked file itself, or on Windows a file beside it,
 * because Windows locks prevent others from reading. Source: LockFileEx on learn.microsoft.com.
 */
function notePlace(os: OperatingSystem, path: string): string {
  return os === "windows" ? `${path}.note` : path;
}

function lockOn(file: Deno.FsFile, beside: string | undefined): FileLock {
  return {
    note(text) {
      // The note is only for people, so a full disk is no reason to fail.
      attempt(() => {
        if (beside !== undefined) {
          if (text === "") Deno.removeSync(beside);
          else Deno.writeTextFileSync(beside, text, { mode: FILE_MODE });
          return;
        }
        const sizeBytes = file.seekSync(0, Deno.SeekMode.End);
        const bytes = new TextEncoder().encode(text === "" ? " ".repeat(sizeBytes) : text);
        file.seekSync(0, Deno.SeekMode.Start);
        file.writeSync(bytes);
        if (sizeBytes > bytes.length) file.truncateSync(bytes.length);
      });
    },
    release() {
      // Closing the file frees the lock only when the last copy of the handle is closed, and another process
      // may have a copy.
      file.unlockSync();
      file.close();
    },
  };
}
