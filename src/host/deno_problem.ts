/**
 * Turns errors that Deno throws into problems as data. An error without a name here is a bug and is rethrown.
 */

import type { HostProblem, HostProblemKind, HostResult } from "./host_result.ts";

/**
 * The system's own codes. Source: errno(3) and, for EXDEV and the rest of Windows, the codes that Deno
 * reports there.
 */
const BY_CODE: Readonly<Record<string, readonly [HostProblemKind, string]>> = {
  ENOENT: ["not_found", "no such file or directory"],
  EEXIST: ["already_exists", "it already exists"],
  EACCES: ["permission_denied", "permission denied"],
  EPERM: ["permission_denied", "operation not permitted"],
  EISDIR: ["is_a_directory", "it is a directory"],
  ENOTDIR: ["not_a_directory", "a part of the path is not a directory"],
  ENOSPC: ["no_space", "no space left on the device"],
  EDQUOT: ["no_space", "the disk quota is used up"],
  EFBIG: ["no_space", "the file would become larger than the system allows"],
  EROFS: ["read_only", "the file system is read-only"],
  EPIPE: ["closed", "the reader has closed it"],
  E2BIG: ["too_long", "the arguments and the environment together are longer than the system allows"],
  ENAMETOOLONG: ["too_long", "the path is longer than the system allows"],
  ENOTEMPTY: ["other", "the directory is not empty"],
  ELOOP: ["other", "too many symbolic links"],
  EMFILE: ["other", "too many open files"],
  ENFILE: ["other", "too many open files on this system"],
  EIO: ["other", "input/output error"],
  EBUSY: ["other", "it is in use"],
  EAGAIN: ["other", "the system is short of a resource"],
  ENOMEM: ["other", "the system is out of memory"],
  ETXTBSY: ["other", "the file is being written"],
  ENOSYS: ["other", "the system does not offer this"],
  ENOTSUP: ["other", "the file system does not offer this"],
  EXDEV: ["other", "it is on another file system"],
  EINVAL: ["other", "the system refuses the name or the value"],
  ESTALE: ["other", "the network file system no longer has it"],
};

/** Deno's classes for errors without a code. */
const BY_CLASS: Readonly<Record<string, string>> = {
  NotFound: "ENOENT",
  AlreadyExists: "EEXIST",
  PermissionDenied: "EACCES",
  IsADirectory: "EISDIR",
  NotADirectory: "ENOTDIR",
  BrokenPipe: "EPIPE",
  FilesystemLoop: "ELOOP",
  Busy: "EBUSY",
};

/** Runs something that touches the machine; an error that it throws comes back as a problem. */
export function attempt<T>(run: () => T): HostResult<T> {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    return { ok: false, failure: problemOf(error) };
  }
}

/** The same for what goes on in another thread. */
export async function attemptBeside<T>(run: () => Promise<T>): Promise<HostResult<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return { ok: false, failure: problemOf(error) };
  }
}

/** The problem behind an error of Deno; throws the error again where it is not a known one. */
export function problemOf(error: unknown): HostProblem {
  if (!(error instanceof Error)) throw error;
  const code = (error as { code?: unknown }).code ?? BY_CLASS[error.name];
  const known = typeof code === "string" ? BY_CODE[code] : undefined;
  if (known !== undefined) return { kind: known[0], reason: known[1] };
  // Deno shows the bytes as escapes in quotes.
  if (error.name === "InvalidData") {
    const shown = /"(?:[^"\\]|\\.)*"/.exec(error.message)?.[0];
    return { kind: "other", reason: `${shown === undefined ? "it" : `the path ${shown}`} is not UTF-8 text` };
  }
  // A path or argument with a NUL byte is rejected before it reaches the system.
  if (error instanceof TypeError && /nul/i.test(error.message)) {
    return { kind: "other", reason: "it contains a NUL byte" };
  }
  const fromSystem = / \(os error \d+\)/.exec(error.message);
  if (fromSystem === null && typeof code !== "string") throw error;
  return { kind: "other", reason: error.message.replace(/ \(os error \d+\).*$/s, "").toLowerCase() };
}
