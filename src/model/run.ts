/** A run as a whole: its record, its events, and the words for how it ended. */

export * from "./captured_output.ts";
export * from "./file_record.ts";
export * from "./graph_record.ts";
export * from "./inputs_record.ts";
export * from "./intent_record.ts";
export * from "./run_event.ts";
export * from "./run_outcome.ts";
export * from "./run_record.ts";
export * from "./run_status.ts";
export * from "./run_words.ts";
export * from "./slurm_record.ts";
export * from "./tool_record.ts";
