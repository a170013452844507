/** The captured output of one attempt: two files that only grow, and at the end their size and digest. */

import type { CapturedStream } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { Digests, Files, HostProblem, WritableFile } from "../host/host.ts";

/**
 * Output up to this size is made durable before the outcome is recorded. More would hold up the end of a run for
 * seconds; the digest in the record then tells after a power cut whether all of it arrived.
 */
const SYNC_UP_TO_BYTES = 8 * 1024 * 1024;
/** Digests of small files are taken in one piece, which needs nothing to be loaded. */
const IN_MEMORY_UP_TO_BYTES = 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

export interface OutputFile {
  /** Relative to the state folder. */
  readonly path: string;
  write(bytes: Uint8Array): Result<void, Failure>;
  /** Closes the file, which nothing was written to and nothing refers to. */
  abandon(): void;
  /** Ends the file; its size and digest as they are on disk. */
  finish(): Promise<Result<CapturedStream, Failure>>;
}

export interface OutputMachine {
  readonly files: Files;
  readonly digests: Digests;
}

/** Creates the file at `absolutePath`; `onGrown` hears the size after each write. */
export function createOutputFile(
  machine: OutputMachine,
  absolutePath: string,
  relativePath: string,
  onGrown: (sizeBytes: number) => void,
): Result<OutputFile, Failure> {
  const created = machine.files.createNew(absolutePath);
  if (!created.ok) return unwritable(absolutePath, created.failure.reason);
  const file: WritableFile = created.value;
  let sizeBytes = 0;
  let problem: HostProblem | undefined;
  return ok({
    path: relativePath,
    write(bytes) {
      const written = file.write(bytes);
      if (!written.ok) {
        problem = written.failure;
        return unwritable(absolutePath, problem.reason);
      }
      sizeBytes += bytes.length;
      onGrown(sizeBytes);
      return written;
    },
    abandon() {
      file.close();
      machine.files.remove(absolutePath);
    },
    async finish() {
      const synced = sizeBytes > 0 && sizeBytes <= SYNC_UP_TO_BYTES ? file.sync() : undefined;
      file.close();
      if (synced !== undefined && !synced.ok) problem ??= synced.failure;
      // Size and digest of a part would pass for those of the whole.
      if (problem !== undefined) return unwritable(absolutePath, problem.reason);
      const digest = await digestFile(machine, absolutePath);
      if (!digest.ok) return digest;
      return ok({ path: relativePath, bytes: digest.value.sizeBytes, sha256: digest.value.sha256 });
    },
  });
}

/** Size and SHA-256 of a file that does not change any more. */
export async function digestFile(
  machine: OutputMachine,
  path: string,
): Promise<Result<{ readonly sizeBytes: number; readonly sha256: string }, Failure>> {
  const facts = machine.files.stat(path);
  if (!facts.ok) return unreadable(path, facts.failure.reason);
  if (facts.value.sizeBytes <= IN_MEMORY_UP_TO_BYTES) {
    const bytes = machine.files.readBytes(path);
    if (!bytes.ok) return unreadable(path, bytes.failure.reason);
    return ok({ sizeBytes: bytes.value.length, sha256: await machine.digests.sha256(bytes.value) });
  }
  const opened = machine.files.openForReading(path);
  if (!opened.ok) return unreadable(path, opened.failure.reason);
  try {
    const digest = await machine.digests.open("sha256");
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let sizeBytes = 0;;) {
      const read = opened.value.read(buffer);
      if (!read.ok) return unreadable(path, read.failure.reason);
      if (read.value === 0) return ok({ sizeBytes, sha256: digest.hex() });
      digest.update(buffer.subarray(0, read.value));
      sizeBytes += read.value;
    }
  } finally {
    opened.value.close();
  }
}

function unwritable(path: string, reason: string): Result<never, Failure> {
  return fail({ code: "state_unwritable", action: "keep the output in", path, reason });
}

function unreadable(path: string, reason: string): Result<never, Failure> {
  return fail({ code: "state_unreadable", action: "read back the output in", path, reason });
}
