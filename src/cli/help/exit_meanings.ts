/** What each exit code means, in words: one source for `help exit-codes`, the manual page and docs/exit-codes.md. */

import type { EXIT } from "../base/exit_code.ts";

/** Names of settings and commands stand between backticks. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "Done. The job succeeded, as its `success_exit_codes` count success.",
  checkFailed:
    "A check was carried out and its answer is no: `doctor` and `config check` with a problem, `config path` and `config check` where " +
    "there is no configuration, `hash --check` with a file that differs or cannot be read, " +
    "`build run` that exits 0 without its outputs or with a check that failed, " +
    "`plan status --exit-code` of a task that is not done, `recover` where a process is, or may be, still alive, " +
    "`logs --follow` of a run that was cut off.",
  usage: "The command line was not understood, or lacks something.",
  refused:
    "Refused: the task has no plan, its definition changed since, or what it needs is not done; or nobody said yes to what asks for it.",
  notFound: "No job, task or run has this name.",
  toolFailed:
    "An outside tool that is needed (git, gh) is missing or failed, or GitHub did not do what was asked for.",
  bug: "A bug in this program.",
  inputOutput: "State, output or a named file could not be read or written.",
  busy: "The job runs already and may run only once at a time, or somebody else is at the task.",
  config: "The configuration is missing, unreadable or wrong.",
  timedOut: "The timeout of the job passed.",
  notExecutable: "The job's process could not be started, although its program may be there.",
  programNotFound: "The job's program was not found.",
};

/** The codes that are not one number. */
export const JOBS_OWN = {
  code: "1 to 255",
  meaning: "`run` and `logs --follow`: the job failed, and this is the status that it ended with.",
};
export const BY_SIGNAL = { code: "128 + n", meaning: "Stopped by signal n." };
