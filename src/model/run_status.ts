/** The statuses of a run, and the reasons why no process was started. */

export const RUN_STATUSES = [
  "running",
  "succeeded",
  "up_to_date",
  "failed",
  "signalled",
  "timed_out",
  "cancelled",
  "not_started",
  "interrupted",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Why a process was not started. */
export const NOT_STARTED_CAUSES = [
  "program_not_found",
  "program_not_executable",
  "working_dir_missing",
  "arguments_too_long",
  "spawn_failed",
  // A schedule or an assistant asked for it.
  "not_trusted",
] as const;
export type NotStartedCause = (typeof NOT_STARTED_CAUSES)[number];
