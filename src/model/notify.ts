/** The command that notifies of the end of a run, and the ends that it is called for. Pure. */

import { formatDuration } from "./duration.ts";
import type { CommandDefinition } from "./job.ts";
import { RUN_STATUSES, type RunStatus } from "./run_status.ts";
import type { RunRecord } from "./run_record.ts";

export type NotifiedStatus = Exclude<RunStatus, "running">;

export const NOTIFIED_STATUSES = RUN_STATUSES.filter((status): status is NotifiedStatus =>
  status !== "running"
);

export interface NotifySettings {
  readonly on: readonly NotifiedStatus[];
  /** Its words can contain facts about the run. */
  readonly command: CommandDefinition;
}

/** The facts that words of the command can contain, as in `${status}`. */
export const NOTIFY_FACTS = [
  "job",
  "subject",
  "run",
  "status",
  "reason",
  "exit_code",
  "duration",
] as const;
type NotifyFact = (typeof NOTIFY_FACTS)[number];

/** The run that a program was started for. There is no notification for runs inside it. */
const ONLY_WHOLE_RUNS: readonly string[] = ["job.run", "build.run", "graph.run"];

/** Whether the end of this run is notified. A node of a graph is not, because its graph is; nor is an act of our own. */
export function isNotified({ on }: NotifySettings, { action, part_of, status }: RunRecord): boolean {
  return ONLY_WHOLE_RUNS.includes(action) && part_of === undefined &&
    (on as readonly string[]).includes(status);
}

export function factsOf(record: RunRecord): Readonly<Record<NotifyFact, string>> {
  return {
    job: record.name,
    subject: record.subject,
    run: record.id,
    status: record.status,
    reason: record.reason,
    exit_code: record.exit_code === null ? "" : String(record.exit_code),
    duration: record.duration_ms === null ? "" : formatDuration(record.duration_ms),
  };
}

/** The same facts for programs that read their environment; the id has a variable of its own. */
export function factVariables(record: RunRecord): Readonly<Record<string, string>> {
  return {
    ORCHASTRATION_RUN_NAME: record.name,
    ORCHASTRATION_RUN_SUBJECT: record.subject,
    ORCHASTRATION_RUN_STATUS: record.status,
    ORCHASTRATION_RUN_REASON: record.reason,
    ORCHASTRATION_RUN_EXIT_CODE: record.exit_code === null ? "" : String(record.exit_code),
    ORCHASTRATION_RUN_DURATION_MS: record.duration_ms === null ? "" : String(record.duration_ms),
  };
}
