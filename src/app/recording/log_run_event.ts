/** The log messages for the events of a run. */

import { whyWords } from "../../model/cause_words.ts";
import { inWords } from "../../model/in_words.ts";
import { describeStopCause, type RunEvent, type RunRecord } from "../../model/run.ts";
import type { ProgramLog } from "../../log/log.ts";

export function logRunEvent(log: ProgramLog, event: RunEvent, record: RunRecord): void {
  const about = { event: event.kind, run: record.id, [record.subject]: record.name };
  switch (event.kind) {
    case "run_created":
      return log.debug("run recorded", { ...about, why: whyWords(record) });
    case "run_up_to_date":
      return log.info("run up to date", { ...about, same_as: event.same });
    case "job_lock_awaited":
      return log.info("waiting for its slot", { ...about, holder: event.holder });
    case "attempt_started":
      return log.info("run started", {
        ...about,
        pid: event.process?.pid,
        slurm_job: event.slurm?.job_id,
        attempt: event.number === 1 ? undefined : event.number,
      });
    case "slurm_noted":
      return log.debug("Slurm told more", {
        ...about,
        slurm_job: event.slurm.job_id,
        state: event.slurm.state,
        waits_for: event.slurm.waits_for,
        node: event.slurm.node,
      });
    case "stop_requested":
    case "stop_escalated":
      return log[event.cause.kind === "change" ? "info" : "warning"](`${event.signal} sent`, {
        ...about,
        why: describeStopCause(event.cause),
      });
    case "attempt_finished":
      return log.debug("attempt finished", { ...about, attempt: event.number, status: event.outcome.status });
    case "inputs_compared":
      if (event.changed.length === 0) return;
      return log.warning("inputs changed while it ran", { ...about, changed: event.changed.join(", ") });
    case "evidence_gathered":
      return log.debug("outputs and checks recorded", about);
    case "retry_scheduled":
      return log.info("trying again", { ...about, attempt: event.number, delay_ms: event.delayMs });
    case "graph_finished":
      return log[event.status === "succeeded" ? "info" : "error"](`graph ${event.status}`, {
        ...about,
        status: event.status,
        why: event.reason,
        duration_ms: event.durationMs,
      });
    case "run_finished":
      return log[isAsWanted(record) ? "info" : "error"](`run ${inWords(record.status)}`, {
        ...about,
        status: record.status,
        exit_code: record.exit_code,
        signal: record.signal,
        duration_ms: record.duration_ms,
      });
  }
}

/** It succeeded, or ended to make room for the next run of a watch. */
function isAsWanted(record: RunRecord): boolean {
  return record.status === "succeeded" ||
    (record.status === "cancelled" && record.stopped_by?.cause.kind === "change");
}
