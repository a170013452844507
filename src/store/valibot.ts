/** What judges the shapes of records: valibot, as a copy that loads quickly (docs/design/0018-start-up.md). */

// @ts-types="valibot"
export * from "./copied/valibot.js";
