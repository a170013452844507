/** Words for how a run ended, shared by records and reports. Pure. */

import { commandSlip } from "./command_slip.ts";
import { formatDuration } from "./duration.ts";
import type { ChangeRecord, Outcome, ProcessEnd, StopAskerRecord, StopCause } from "./run_outcome.ts";
import type { RecoveredProcess, RunRecord } from "./run_record.ts";
import type { SlurmRecord } from "./slurm_record.ts";

/** The outcome as the second half of a sentence: `it …`. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.status) {
    case "succeeded":
      return `exited with status ${outcome.exit_code}`;
    case "failed":
      return `exited with status ${outcome.exit_code}${
        outcome.because === undefined ? "" : `, but ${outcome.because}`
      }`;
    case "signalled":
      return `was ended by ${outcome.signal}, which Orchastration did not send`;
    case "timed_out":
      return `timed out after ${formatDuration(outcome.after_ms)}, then ${describeEnd(outcome.end)}`;
    case "cancelled":
      return `was stopped: ${describeStopCause(outcome.cause)}; it ${describeEnd(outcome.end)}`;
    case "not_started":
      return `was not started: ${outcome.detail}`;
  }
}

function describeEnd(end: ProcessEnd): string {
  switch (end.kind) {
    case "exited":
      return `exited with status ${end.exit_code}`;
    case "signalled":
      return `ended by ${end.signal}`;
    case "unknown":
      return "did not end, even when forced";
    case "untold":
      return "ended, and its node did not say how";
    case "none":
      return "had not been started";
  }
}

export function describeStopCause(cause: StopCause): string {
  switch (cause.kind) {
    case "timeout":
      return `the timeout of ${formatDuration(cause.after_ms)} passed`;
    case "signal":
      return `Orchastration received ${cause.signal}`;
    case "recorder":
      return `the run could not be recorded any longer: ${cause.detail}`;
    case "bug":
      return `an error inside Orchastration: ${cause.detail}`;
    case "change":
      return `for a new run, because ${describeChange(cause)}`;
    case "failed_node":
      return `${cause.name} did not succeed, and --fail-fast stops the nodes beside it`;
    case "not_ready":
      return `it was not ready after ${formatDuration(cause.after_ms)}`;
    case "stop_request":
      return `stop was called${describeAsker(cause)}`;
    case "slurm":
      return describeSlurmState(cause.state);
    case "leftovers":
      return "its main process had ended while other processes of the run were still alive";
  }
}

/** `Slurm job 12 waits: Resources`. */
export function describeSlurm({ job_id, state, waits_for, node }: SlurmRecord): string {
  const job = job_id === null ? "a Slurm job without a known id" : `Slurm job ${job_id}`;
  // Where it runs and something is waited for, it is the end that cannot be seen.
  if (node !== null) return `${job} runs on ${node}${waits_for === null ? "" : `; ${waits_for}`}`;
  if (waits_for !== null) return `${job} waits: ${waits_for}`;
  return state === null || state === "PENDING" ? `${job} was submitted` : `${job} is ${state}`;
}

/** Slurm's own word stands in each, so that it can be looked up. */
function describeSlurmState(state: string): string {
  switch (state) {
    case "TIMEOUT":
      return "Slurm ended it at the time limit of the job (TIMEOUT)";
    case "OUT_OF_MEMORY":
      return "Slurm ended it, because it used more memory than it asked for (OUT_OF_MEMORY)";
    case "NODE_FAIL":
      return "its node failed (NODE_FAIL)";
    case "PREEMPTED":
      return "Slurm ended it to make room for another job (PREEMPTED)";
    case "DEADLINE":
      return "Slurm ended it at the deadline of the job (DEADLINE)";
    case "CANCELLED":
      return "somebody cancelled the job in Slurm (CANCELLED)";
    default:
      return `Slurm ended it (${state})`;
  }
}

/** ` by ada, through codex`. */
function describeAsker({ user, agent }: StopAskerRecord): string {
  return `${user === null ? "" : ` by ${user}`}${agent === null ? "" : ` through ${agent}`}`;
}

/** `src/a.ts and 3 more changed`. */
export function describeChange({ paths, more }: ChangeRecord): string {
  const [first, second] = paths;
  const others = paths.length + more - 1;
  if (second !== undefined && others === 1) return `${first} and ${second} changed`;
  return others > 0 ? `${first} and ${others} more changed` : `${first} changed`;
}

/** What happened to the processes of an interrupted run. */
export function describeRecovered(process: RecoveredProcess): string {
  switch (process) {
    case "gone":
      return "its processes were gone when it was recovered";
    case "killed":
      return "its processes were ended on recovery";
    case "ended":
      return "its processes ended by themselves while recovery waited";
    case "left":
      return "its processes were left running on request";
    case "unknown":
      return "this system cannot tell what happened to its processes";
  }
}

/** A hint for a run that failed because its command was written for a shell. */
export function noteOnProgram({ not_started_cause, intent }: RunRecord): string | undefined {
  const slip = commandSlip(intent.command);
  if (slip === undefined || (slip.kind !== "sign" && not_started_cause !== "program_not_found")) {
    return undefined;
  }
  return slip.instead === undefined ? slip.fact : `${slip.fact}: ${slip.instead}`;
}

/** The command that was called for a task, as it is typed; for a job it is omitted. */
export function actionWord({ action }: Pick<RunRecord, "action">): string {
  return action === "job.run" ? "" : action.replaceAll(".", " ").replaceAll("_", "-");
}
