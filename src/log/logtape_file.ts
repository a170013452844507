/** The file sink of LogTape that rotates, as a copy that loads quickly (docs/design/0018-start-up.md). */

import type { getRotatingFileSink as Original } from "@logtape/file";
import { getBaseRotatingFileSink } from "./logtape_file/filesink.base.js";
import { denoDriver } from "./logtape_file/filesink.deno.js";

/** The driver syncs the file after every line. Records are what has to survive a power cut; a log need not. */
const driver = { ...denoDriver, flushSync() {} };

export const getRotatingFileSink: typeof Original = (path, options) =>
  getBaseRotatingFileSink(path, { ...options, ...driver });
