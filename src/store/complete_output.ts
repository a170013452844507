/** Adds to a captured file what its run wrote after the death of its recorder, where another file has all of it. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { StoreParts } from "./store_parts.ts";

const CHUNK_BYTES = 1024 * 1024;

/**
 * `whole` begins with what was captured. Returns false where it could not be read to its end; the captured file then has
 * all that could be read.
 */
export function completeOutput(
  { files, layout }: StoreParts,
  relative: string,
  whole: { readonly path: string; readonly bytes: number },
): Result<boolean, Failure> {
  const path = layout.inState(relative);
  const facts = files.stat(path);
  let sizeBytes = facts.ok ? facts.value.sizeBytes : 0;
  const opened = files.openForReading(whole.path);
  if (!opened.ok) return ok(whole.bytes === 0);
  try {
    opened.value.seek(sizeBytes);
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const read = opened.value.read(chunk);
      if (!read.ok || read.value === 0) return ok(sizeBytes >= whole.bytes);
      const added = files.append(path, chunk.subarray(0, read.value));
      if (!added.ok) {
        return fail({
          code: "state_unwritable",
          action: "complete the output in",
          path,
          reason: added.failure.reason,
        });
      }
      sizeBytes += read.value;
    }
  } finally {
    opened.value.close();
  }
}
