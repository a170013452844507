/** LogTape, as a copy that loads quickly (docs/design/0018-start-up.md). */

// @ts-types="@logtape/logtape"
export { configureSync, getLogger } from "./copied/logtape.js";
export type { LogRecord } from "@logtape/logtape";
