/** Where a thread for digests begins in a built program: its file keeps this name, by which it is found. */

import "../../src/host/deno_digest_worker.ts";
