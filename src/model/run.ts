/** A run as a whole: its record, its events, and the words for how it ended. */

export * from "./graph_record.ts";
export * from "./run_event.ts";
export * from "./run_record.ts";
export * from "./run_status.ts";
export * from "./run_words.ts";
