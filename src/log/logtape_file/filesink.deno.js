// Copied from npm's @logtape/file 2.3.10 by scripts/copy_libraries.ts. Not to be edited.
import { join } from "@std/path/posix/join";
import { getBaseFileSink, getBaseRotatingFileSink } from "./filesink.base.js";
import { createFileSinks } from "./filesink.factory.deno.js";
import { getBaseTimeRotatingFileSink } from "./timefilesink.js";

//#region src/filesink.deno.ts
const { getFileSink, getRotatingFileSink, getTimeRotatingFileSink, driver: denoDriver, asyncDriver: denoAsyncDriver, timeDriver: denoTimeDriver, asyncTimeDriver: denoAsyncTimeDriver } = createFileSinks({
	getBaseFileSink,
	getBaseRotatingFileSink,
	getBaseTimeRotatingFileSink,
	join
});

//#endregion
export { denoAsyncDriver, denoAsyncTimeDriver, denoDriver, denoTimeDriver, getFileSink, getRotatingFileSink, getTimeRotatingFileSink };
