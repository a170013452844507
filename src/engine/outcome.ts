/** Names how an attempt ended. Pure. */

import type { NotStartedCause, Outcome, ProcessEnd, StopCause } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import type { HostProblem } from "../host/host_result.ts";

/** The outcome of a process that ran: from its own ending, or from why it was ended. */
export function outcomeOf(
  end: ProcessEnd,
  stopped: StopCause | undefined,
  successExitCodes: readonly number[],
): Outcome {
  if (stopped?.kind === "timeout") return { status: "timed_out", after_ms: stopped.after_ms, end };
  if (stopped !== undefined) return { status: "cancelled", cause: stopped, end };
  switch (end.kind) {
    case "exited":
      return {
        status: isAmong(successExitCodes, end.exit_code) ? "succeeded" : "failed",
        exit_code: end.exit_code,
      };
    case "signalled":
      return { status: "signalled", signal: end.signal };
    case "unknown":
    case "untold":
    case "none":
      throw new Error("Cannot name the outcome: a process that nobody stopped has no unknown ending");
  }
}

/** How the process behind an outcome ended. */
export function endOf(outcome: Outcome): ProcessEnd {
  switch (outcome.status) {
    case "succeeded":
    case "failed":
      return { kind: "exited", exit_code: outcome.exit_code };
    case "signalled":
      return { kind: "signalled", signal: outcome.signal };
    case "timed_out":
    case "cancelled":
      return outcome.end;
    case "not_started":
      return { kind: "none" };
  }
}

/** The stop cause of a run that can no longer be recorded. */
export function recorderCause(failure: Failure): StopCause & { readonly kind: "recorder" } {
  const detail = failure.code === "state_unwritable" || failure.code === "state_unreadable"
    ? `${failure.path}: ${failure.reason}`
    : failure.code;
  return { kind: "recorder", detail };
}

const NOT_STARTED: Partial<Record<HostProblem["kind"], NotStartedCause>> = {
  not_found: "program_not_found",
  permission_denied: "program_not_executable",
  not_executable: "program_not_executable",
  not_a_directory: "working_dir_missing",
  working_dir_missing: "working_dir_missing",
  too_long: "arguments_too_long",
};

/** The outcome of a process that the system refused to start. */
export function notStarted(problem: HostProblem): Outcome {
  return {
    status: "not_started",
    cause: NOT_STARTED[problem.kind] ?? "spawn_failed",
    detail: problem.reason,
  };
}

/**
 * Windows statuses have 32 bits; some programs show them with a sign (-1073741510), others without
 * (3221225786).
 */
export function isAmong(statuses: readonly number[], status: number): boolean {
  return statuses.some((each) => each >>> 0 === status >>> 0);
}
