/** From a record to bytes. Apart from codec.ts, which reads and takes long to load: a run only writes. */

import type { RunRecord } from "../model/run.ts";

/** UTF-8 JSON with LF, two spaces and a line end, as docs/records.md says. */
export function encodeRun(record: RunRecord): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
}
