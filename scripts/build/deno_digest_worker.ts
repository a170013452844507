/** The start of a thread for digests in a built program, which finds it by the name of this file. */

import "../../src/host/deno_digest_worker.ts";
