/**
 * The exit code for each result: one total function for outcomes, one for failures. A test compares them with
 * docs/exit-codes.md.
 */

import type { Failure } from "../../model/failure.ts";
import type { RunRecord } from "../../model/run.ts";

export const EXIT = {
  done: 0,
  checkFailed: 1,
  usage: 64,
  refused: 65,
  notFound: 66,
  toolFailed: 69,
  bug: 70,
  inputOutput: 74,
  busy: 75,
  config: 78,
  timedOut: 124,
  notExecutable: 126,
  programNotFound: 127,
} as const;

/**
 * The numbers of signals that can end a process on any of these systems. Source: signal(7). On macOS, 1 to 15
 * are equal.
 */
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
};

/** As in a shell: 128 plus the signal's number; 128 for a signal without a name here. */
export function exitCodeOfSignal(signal: string): number {
  return 128 + (SIGNAL_NUMBERS[signal] ?? 0);
}

export function exitCodeOfFailure(failure: Failure): number {
  switch (failure.code) {
    case "arguments_invalid":
      return EXIT.usage;
    case "config_missing":
    case "config_unreadable":
    case "config_of_another_user":
    case "config_invalid":
    case "inputs_unknown":
      return EXIT.config;
    case "task_not_planned":
    case "definition_drifted":
    case "needs_not_done":
    case "worktree_kept":
    case "not_confirmed":
    case "not_signed":
    case "refused":
    case "document_not_ours":
      return EXIT.refused;
    case "job_not_named":
      return EXIT.usage;
    case "job_not_found":
    case "task_not_found":
    case "service_not_found":
    case "schedule_not_found":
    case "run_not_found":
    case "run_ambiguous":
      return EXIT.notFound;
    case "place_unknown":
    case "state_no_folder":
    case "state_unwritable":
    case "state_unreadable":
    case "file_unreadable":
    case "file_unwritable":
    case "watch_failed":
      return EXIT.inputOutput;
    case "tool_missing":
    case "tool_failed":
    case "send_failed":
    case "github_failed":
    case "outcome_unknown":
    case "end_unknown":
      return EXIT.toolFailed;
    case "busy":
    case "task_owned":
      return EXIT.busy;
    case "stopped_by_signal":
      return exitCodeOfSignal(failure.signal);
    case "service_not_ready":
      return failure.supervisor_exit_code ?? EXIT.checkFailed;
    case "documents_outdated":
    case "check_failed":
      return EXIT.checkFailed;
  }
}

/** Stops that do what SIGTERM to us does. */
const AS_SIGTERM: readonly string[] = ["change", "failed_node", "stop_request"];

/** The exit code for a run that has ended. */
export function exitCodeOfRun(run: RunRecord): number {
  switch (run.status) {
    case "succeeded":
    // Nothing had to be done.
    case "up_to_date":
      return EXIT.done;
    case "failed":
      // With success_exit_codes a status of 0 can be a failure, and must not look like success to the caller.
      return run.exit_code || EXIT.checkFailed;
    case "signalled":
      return exitCodeOfSignal(run.signal ?? "");
    case "timed_out":
      return EXIT.timedOut;
    case "cancelled": {
      const cause = run.stopped_by?.cause;
      if (cause?.kind === "signal") return exitCodeOfSignal(cause.signal);
      if (cause?.kind === "not_ready" || cause?.kind === "slurm") return EXIT.checkFailed;
      if (cause !== undefined && AS_SIGTERM.includes(cause.kind)) return exitCodeOfSignal("SIGTERM");
      return cause?.kind === "bug" ? EXIT.bug : EXIT.inputOutput;
    }
    case "not_started":
      if (run.not_started_cause === "not_trusted") return EXIT.refused;
      return run.not_started_cause === "program_not_found" ? EXIT.programNotFound : EXIT.notExecutable;
    case "running":
    case "interrupted":
      throw new Error(`Cannot give an exit code for run "${run.id}": it has no outcome`);
  }
}

/** For a run that may have no outcome: null while it runs, and 1 where it was interrupted. */
export function exitCodeOfEnded(run: RunRecord): number | null {
  if (run.status === "running") return null;
  return run.status === "interrupted" ? EXIT.checkFailed : exitCodeOfRun(run);
}
