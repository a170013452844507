/** The captured output of one attempt: two files that only grow, and finally their size and digest. */

import type { CapturedStream } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { Digests, StreamDigest } from "../host/digests.ts";
import type { Files, WritableFile } from "../host/files.ts";

/**
 * Output up to this size is made durable before the outcome is recorded. Syncing more would delay the end of
 * a run by seconds; after a power cut, the digest in the record tells whether all of it was written.
 */
const SYNC_UP_TO_BYTES = 8 * 1024 * 1024;
/** Small files are digested in one piece at the end, which needs no extra library. */
const IN_MEMORY_UP_TO_BYTES = 1024 * 1024;
/** From this size on, digesting while writing is worth its cost. */
const BESIDE_FROM_BYTES = 64 * 1024;

const SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export interface OutputFile {
  /** Relative to the state folder. */
  readonly path: string;
  /** Called once at a time; the bytes stay unchanged until the promise resolves. */
  write(bytes: Uint8Array): Promise<Result<void, Failure>>;
  /** Closes the file; nothing was written to it, and nothing refers to it. */
  abandon(): void;
  /** Closes the file and returns size and digest of its content. */
  finish(): Promise<Result<CapturedStream, Failure>>;
}

export interface OutputMachine {
  readonly files: Files;
  readonly digests: Digests;
}

export interface OutputListener {
  /** Receives the number of bytes about to be written; if it fails, nothing is written. */
  onWrite(addedBytes: number): Result<void, Failure>;
  /** Receives the size after each write. */
  onGrown(sizeBytes: number): void;
}

/** Creates the file at `absolutePath`. */
export function createOutputFile(
  machine: OutputMachine,
  absolutePath: string,
  relativePath: string,
  { onWrite, onGrown }: OutputListener,
): Result<OutputFile, Failure> {
  const created = machine.files.createNew(absolutePath);
  if (!created.ok) return fail(unwritable(absolutePath, created.failure.reason));
  const file: WritableFile = created.value;
  let sizeBytes = 0;
  let lost: Failure | undefined;
  const lose = (failure: Failure) => fail(lost = failure);
  /**
   * Digests everything written so far, once there is so much that its digest would delay the end of the run.
   */
  let digest: StreamDigest | undefined;
  return ok({
    path: relativePath,
    async write(bytes) {
      if (digest === undefined && sizeBytes + bytes.length > IN_MEMORY_UP_TO_BYTES) {
        const begun = await digestSoFar(machine, absolutePath, sizeBytes);
        if (!begun.ok) return lose(begun.failure);
        digest = begun.value;
      }
      const noted = onWrite(bytes.length);
      if (!noted.ok) return lose(noted.failure);
      const isLarge = digest !== undefined && bytes.length >= BESIDE_FROM_BYTES;
      const writing = isLarge ? file.writeBeside(bytes) : file.write(bytes);
      digest?.update(bytes);
      const written = await writing;
      if (!written.ok) return lose(unwritable(absolutePath, written.failure.reason));
      sizeBytes += bytes.length;
      onGrown(sizeBytes);
      return written;
    },
    abandon() {
      file.close();
      machine.files.remove(absolutePath);
    },
    async finish() {
      const synced = sizeBytes > 0 && sizeBytes <= SYNC_UP_TO_BYTES ? await file.syncBeside() : undefined;
      file.close();
      if (synced !== undefined && !synced.ok) lost ??= unwritable(absolutePath, synced.failure.reason);
      // Size and digest of a part must not pass for those of the whole.
      if (lost !== undefined) return fail(lost);
      if (digest !== undefined) return ok({ path: relativePath, bytes: sizeBytes, sha256: digest.hex() });
      const whole = await digestFile(machine, absolutePath);
      if (!whole.ok) return whole;
      return ok({ path: relativePath, bytes: whole.value.sizeBytes, sha256: whole.value.sha256 });
    },
  });
}

/** A digest of the content so far, which can be continued. */
async function digestSoFar(
  machine: OutputMachine,
  path: string,
  sizeBytes: number,
): Promise<Result<StreamDigest, Failure>> {
  const digest = await machine.digests.open("sha256");
  const bytes = machine.files.readBytes(path);
  if (!bytes.ok) return fail(unreadable(path, bytes.failure.reason));
  if (bytes.value.length !== sizeBytes) return fail(unreadable(path, "another process changed it"));
  digest.update(bytes.value);
  return ok(digest);
}

/** Size and SHA-256 of a file that no longer changes. */
export async function digestFile(
  machine: OutputMachine,
  path: string,
): Promise<Result<{ readonly sizeBytes: number; readonly sha256: string }, Failure>> {
  const facts = machine.files.stat(path);
  if (!facts.ok) return fail(unreadable(path, facts.failure.reason));
  if (facts.value.sizeBytes === 0) return ok({ sizeBytes: 0, sha256: SHA256_OF_NOTHING });
  if (facts.value.sizeBytes <= IN_MEMORY_UP_TO_BYTES) {
    const bytes = machine.files.readBytes(path);
    if (!bytes.ok) return fail(unreadable(path, bytes.failure.reason));
    return ok({ sizeBytes: bytes.value.length, sha256: await machine.digests.sha256(bytes.value) });
  }
  const digest = await machine.digests.ofFile(path, "sha256");
  if (!digest.ok) return fail(unreadable(path, digest.failure.reason));
  return ok({ sizeBytes: digest.value.sizeBytes, sha256: digest.value.hex });
}

function unwritable(path: string, reason: string): Failure {
  return { code: "state_unwritable", action: "keep the output in", path, reason };
}

function unreadable(path: string, reason: string): Failure {
  return { code: "state_unreadable", action: "read back the output in", path, reason };
}
