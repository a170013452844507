/** The file sinks of LogTape, as a copy that loads quickly (docs/design/0018-start-up.md). */

// @ts-types="@logtape/file"
export { getRotatingFileSink } from "./logtape_file/filesink.deno.js";
