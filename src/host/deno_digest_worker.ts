/** Digests files in a thread of its own, one for each request. */

import type { DigestAlgorithm, FileDigest } from "./digests.ts";
import type { HostResult } from "./host_result.ts";
import { attempt } from "./deno_problem.ts";
import { digestAhead } from "./deno_digest_ahead.ts";

export interface DigestRequest {
  readonly path: string;
  readonly algorithm: DigestAlgorithm;
}

/** The global scope of a worker. */
declare const self: {
  onmessage: (event: MessageEvent<DigestRequest>) => void;
  postMessage(reply: HostResult<FileDigest>): void;
};

self.onmessage = async ({ data: { path, algorithm } }) => {
  const opened = attempt(() => Deno.openSync(path, { read: true }));
  if (!opened.ok) return self.postMessage(opened);
  const digested = await digestAhead(opened.value, algorithm);
  opened.value.close();
  self.postMessage(digested);
};
