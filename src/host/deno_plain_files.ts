/**
 * Bounded reading: only plain files are opened, and only a limited number of bytes is read. Opening a pipe
 * waits for its writer and blocks the only thread, with deadlines and signals; a device has no end.
 */

import type { HostResult } from "./host_result.ts";
import { attempt, problemOf } from "./deno_problem.ts";
import { readSmallFile } from "./linux_small_files.ts";

const PIECE_BYTES = 64 * 1024;

/** Opens a plain file; the caller closes it. */
export function openPlain(path: string): HostResult<Deno.FsFile> {
  const before = attempt(() => Deno.statSync(path));
  if (!before.ok) return before;
  if (!before.value.isFile) return notPlain(before.value);
  const opened = attempt(() => Deno.openSync(path, { read: true }));
  if (!opened.ok) return opened;
  // Another file may have taken its place meanwhile.
  const now = attempt(() => opened.value.statSync());
  if (now.ok && now.value.isFile) return opened;
  opened.value.close();
  return now.ok ? notPlain(now.value) : now;
}

/** Reads a whole plain file of at most this size. */
export function readPlain(path: string, maxBytes: number): HostResult<Uint8Array> {
  const small = readSmallFile(path, maxBytes);
  if (small !== undefined) return { ok: true, value: small };
  const opened = openPlain(path);
  if (!opened.ok) return opened;
  const file = opened.value;
  try {
    const facts = attempt(() => file.statSync());
    if (!facts.ok) return facts;
    if (facts.value.size > maxBytes) return tooLarge(maxBytes);
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    // The size that the system reports need not be true, as in /proc; one more byte shows whether it is the
    // end.
    for (let room = facts.value.size + 1; sizeBytes <= maxBytes; room = PIECE_BYTES) {
      const piece = new Uint8Array(room);
      const read = attempt(() => file.readSync(piece));
      if (!read.ok) return read;
      if (read.value === null) return { ok: true, value: joined(pieces, sizeBytes) };
      pieces.push(piece.subarray(0, read.value));
      sizeBytes += read.value;
      // As much as there was, and no byte more.
      const isWhole = sizeBytes === facts.value.size && sizeBytes < room;
      if (isWhole) return { ok: true, value: joined(pieces, sizeBytes) };
    }
    return tooLarge(maxBytes);
  } finally {
    file.close();
  }
}

/** Reads everything from a pipe or device, within a bound on size and time, without blocking the thread. */
export async function readPipe(
  path: string,
  maxBytes: number,
  timeoutMs: number,
): Promise<HostResult<Uint8Array>> {
  const late = Symbol();
  const deadline = new Promise<typeof late>((resolve) =>
    AbortSignal.timeout(timeoutMs).addEventListener("abort", () => resolve(late))
  );
  const tooLate: HostResult<never> = {
    ok: false,
    failure: { kind: "timed_out", reason: `no writer finished within ${timeoutMs / 1000} seconds` },
  };
  const opening = Deno.open(path, { read: true });
  try {
    const file = await Promise.race([opening, deadline]);
    if (file === late) return tooLate;
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    while (sizeBytes <= maxBytes) {
      const piece = new Uint8Array(PIECE_BYTES);
      const read = await Promise.race([file.read(piece), deadline]);
      if (read === late) return tooLate;
      if (read === null) return { ok: true, value: joined(pieces, sizeBytes) };
      pieces.push(piece.subarray(0, read));
      sizeBytes += read;
    }
    return tooLarge(maxBytes);
  } catch (error) {
    return { ok: false, failure: problemOf(error) };
  } finally {
    // Not awaited: without a writer the open never returns, and its thread ends with this process.
    opening.then((file) => file.close(), () => {});
  }
}

function joined(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const piece of pieces) {
    all.set(piece, offset);
    offset += piece.length;
  }
  return all;
}

function notPlain(facts: Deno.FileInfo): HostResult<never> {
  return facts.isDirectory
    ? { ok: false, failure: { kind: "is_a_directory", reason: "it is a directory" } }
    : { ok: false, failure: { kind: "other", reason: "it is not a plain file" } };
}

function tooLarge(maxBytes: number): HostResult<never> {
  const size = maxBytes % MIB === 0 ? `${maxBytes / MIB} MiB` : `${maxBytes} bytes`;
  return { ok: false, failure: { kind: "too_large", reason: `it is larger than ${size}` } };
}

const MIB = 1024 * 1024;
