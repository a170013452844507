/**
 * Imported first, it makes the host compile functions of the C library when it opens them: one that is compiled during a test would be a
 * leak for the test's sanitizer.
 */

import { compileAtOnce } from "../../src/host/deno_calls.ts";

compileAtOnce();
