/**
 * Digests an open file whose head was already read: the next piece is read while the current one is digested.
 */

import { createHash } from "node:crypto";
import type { DigestAlgorithm, FileDigest } from "./digests.ts";
import type { HostResult } from "./host_result.ts";
import { problemOf } from "./deno_problem.ts";

/** Two pieces of this size stay in a processor's cache. */
const PIECE_BYTES = 256 * 1024;

export async function digestAhead(
  file: Deno.FsFile,
  algorithm: DigestAlgorithm,
  head?: Uint8Array,
): Promise<HostResult<FileDigest>> {
  const hash = createHash(algorithm);
  let [piece, next] = [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)];
  if (head !== undefined) hash.update(head);
  let sizeBytes = head?.length ?? 0;
  try {
    for (let read = await file.read(piece); read !== null;) {
      const reading = file.read(next);
      hash.update(piece.subarray(0, read));
      sizeBytes += read;
      [piece, next] = [next, piece];
      read = await reading;
    }
  } catch (error) {
    return { ok: false, failure: problemOf(error) };
  }
  return { ok: true, value: { sizeBytes, hex: hash.digest("hex") } };
}
