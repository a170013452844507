/** Adds to a captured file what its run wrote after the death of its recorder, where another file has all of it. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { HostResult } from "../host/host_result.ts";
import type { StoreParts } from "./store_parts.ts";

/** What the other file has from an offset on; empty at its end. */
export type ReadMore = (offsetBytes: number) => Promise<HostResult<Uint8Array>>;

/**
 * The other file begins with what was captured. Returns false where it could not be read to its end; the captured file then
 * has all that could be read.
 */
export async function completeOutput(
  { files, layout }: StoreParts,
  relative: string,
  whole: { readonly read: ReadMore; readonly bytes: number },
): Promise<Result<boolean, Failure>> {
  const path = layout.inState(relative);
  const facts = files.stat(path);
  let sizeBytes = facts.ok ? facts.value.sizeBytes : 0;
  for (;;) {
    const more = await whole.read(sizeBytes);
    if (!more.ok || more.value.length === 0) return ok(sizeBytes >= whole.bytes);
    const added = files.append(path, more.value);
    if (!added.ok) {
      return fail({
        code: "state_unwritable",
        action: "complete the output in",
        path,
        reason: added.failure.reason,
      });
    }
    sizeBytes += more.value.length;
  }
}
