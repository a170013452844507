/**
 * The meaning of each exit code, in words: the source for `help exit-codes`, the manual page and
 * docs/exit-codes.md.
 */

import type { EXIT } from "../base/exit_code.ts";

/** Names of settings and commands are in backticks. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "Done. The job succeeded according to its `success_exit_codes`.",
  checkFailed:
    "A check ran and its answer is no: `doctor` and `config check` with a problem, `config path` and `config check` where " +
    "there is no configuration, `hash --check` with a file that differs or cannot be read, " +
    "`build run` that exits 0 without its outputs or with a check that failed, " +
    "`plan status --exit-code` of a task that is not done, `verify` with a line that fails, `recover` and `stop` where a process is, or may be, still alive, " +
    "`logs --follow` of a run that was interrupted, `evidence verify` of a folder of which not everything holds.",
  usage: "The command line could not be parsed, or something is missing in it.",
  refused:
    "Refused: the task has no plan, its definition changed since, or a task that it needs is not done; or a confirmation is missing. " +
    "`sign`: the run cannot be signed, or the key cannot be used; nothing is signed.",
  notFound: "No job, task, service, schedule or run has this name.",
  toolFailed:
    "A required outside tool (git, gh) is missing or failed, or GitHub did not do what was requested, or Slurm lost a job whose end nobody told.",
  bug: "A bug in this program.",
  inputOutput: "State, output or a named file could not be read or written.",
  busy:
    "The job is already running and may run only once at a time, or another process works on the task or owns it. " +
    "`wait --timeout`: the time passed. `stop`: a run was asked to end, and has not ended in time.",
  config: "The configuration is missing, unreadable or wrong.",
  timedOut: "The timeout of the job passed.",
  notExecutable: "The job's process could not be started, although its program may exist.",
  programNotFound: "The job's program was not found.",
};

/** Codes that are not a single number. */
export const JOBS_OWN = {
  code: "1 to 255",
  meaning: "`run`, `wait` and `logs --follow`: the job failed with this exit status.",
};
export const BY_SIGNAL = { code: "128 + n", meaning: "Stopped by signal n." };
