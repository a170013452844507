/** A run, whole: its record, what happens to it, and the words for how it ended. */

export * from "./run_event.ts";
export * from "./run_record.ts";
export * from "./run_words.ts";
