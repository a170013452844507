/** What help knows beside the commands: the topics, as data, for the terminal, the manual page and docs/commands.md. */

import { EXIT } from "../base/exit_code.ts";
import { BY_SIGNAL, EXIT_MEANINGS, JOBS_OWN } from "./exit_meanings.ts";

/** Every topic with a sentence about it. */
export const TOPIC_SENTENCES = {
  "exit-codes": "what the exit codes mean",
  config: "where the configuration is, and what it can say",
  environment: "the variables that are read, and those that jobs are given",
} as const;

export type TopicName = keyof typeof TOPIC_SENTENCES;

export function isTopic(word: string): word is TopicName {
  return Object.hasOwn(TOPIC_SENTENCES, word);
}

/** Names of settings, variables and commands stand between backticks. */
export type TopicPart =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "terms"; readonly terms: readonly (readonly [term: string, meaning: string])[] }
  /** As it is, line by line. */
  | { readonly kind: "example"; readonly text: string };

export type Topic = readonly TopicPart[];

export const TOPICS: Readonly<Record<TopicName, Topic>> = {
  "exit-codes": [
    paragraph("The number that Orchastration ends with:"),
    terms(exitCodes()),
    paragraph(
      "n is the number of the signal: Ctrl-C (SIGINT, 2) gives 130, SIGTERM (15) gives 143. A job can itself end with a " +
        "number of this table; the `status` in the record of the run tells the two apart.",
    ),
  ],
  config: [
    paragraph("One TOML file names the jobs and tasks. The first of these is used; files are not merged:"),
    terms([
      ["--config <path>", "It must exist."],
      ["$ORCHASTRATION_CONFIG", "It must exist; empty counts as not set."],
      [
        "orchastration.toml",
        "The nearest one, from the current folder upward. Its folder is the project root, and a project with records of its own.",
      ],
      [
        "config.toml",
        "The user's own, in `~/.config/orchastration`, below `$XDG_CONFIG_HOME` where that is set, and in " +
        "`%AppData%\\orchastration` on Windows.",
      ],
    ]),
    paragraph("A file to begin with:"),
    example(
      '[jobs.test]\ndescription = "Run the tests"\ncommand = ["npm", "test"]\ntimeout_seconds = 600\n\n' +
        '[tasks.site]\ncommand = ["make", "site"]\noutputs = ["dist/*.html"]',
    ),
    paragraph("A command is a list: the program, then its arguments. No shell reads it."),
    paragraph("Jobs and tasks can have:"),
    terms([
      ["description", "One line for people."],
      ["command", "The program and its arguments; the only key that is required."],
      ["working_dir", "Where it runs; relative paths start at the project root."],
      ["env", "Variables laid over the inherited environment."],
      ["env_file", "Files of variables, as dotenv reads them, below `env`."],
      ["timeout_seconds", "After this time it is stopped."],
      ["kill_grace_seconds", "How long it may take to stop before it is forced to."],
      ["secrets", "Variables whose values are kept out of every record, log and document."],
      ["success_exit_codes", "The exit codes that count as success."],
      ["retry", "Try again after a failure: `max`, `delay_seconds`, `backoff`, and more."],
      ["inputs", "What it reads: paths, globs and `@git`. With it, nothing is run for nothing."],
      ["input_env", "Variables that the result depends on."],
      ["input_tools", "Programs, such as `node --version`, whose output the result depends on."],
      ["outputs", "What it is expected to leave behind."],
      ["windows, macos, linux", "Tables of what is different on these systems."],
      ["confirm", "A question that somebody has to say yes to first; `--yes` says so, too."],
    ]),
    paragraph(
      "Jobs also: `group`, `alias`, `hidden`, `interactive`, `stdin`, `leave_running`, `concurrency`, `lock`, `args`.",
    ),
    paragraph("Tasks also: `documents`, `acceptance`, `needs`, `repo`, `status`."),
    paragraph(
      "In `command`, `working_dir`, `env` and `check`, variables are replaced, each within its one argument; one dollar more, as " +
        "in `$${env:X}`, keeps the text:",
    ),
    terms([
      ["${env:NAME}", "A variable of the environment; unset, it is a problem of the job that needs it."],
      ["${env:NAME:-default}", "The same with a default, where it is unset or empty."],
      ["${project_root}", "The project root."],
      ["${job}, ${task}", "The name of the job, or of the task."],
    ]),
    paragraph("Beside them, the tables `[logging]`, `[hash]`, `[doc]`, `[git]` and `[state]`."),
    paragraph(
      "Records of a project are in a folder of its own in `~/.cache/orchastration/state/projects`, or where `[state] dir` says. " +
        "No other project sees them, except with `--everywhere`. `orchastration config path --state` prints where they are.",
    ),
  ],
  environment: [
    paragraph("Variables that Orchastration reads:"),
    terms([
      ["ORCHASTRATION_CONFIG", "The configuration file, where `--config` names none."],
      [
        "ORCHASTRATION_STATE_DIR",
        "The folder for runs and records, where `--state-dir` names none; over `[state] dir`.",
      ],
      [
        "ORCHASTRATION_LOG_STDOUT",
        "`0` leaves log records out of stdout where that is no terminal, as `[logging] stdout = false` does.",
      ],
      ["ORCHASTRATION_AGENT", "The name of the assistant that asks, for the records."],
      ["XDG_CONFIG_HOME", "Where the user's own configuration is; `~/.config` without it. Not on Windows."],
      [
        "XDG_CACHE_HOME",
        "Where the records of all projects and the log are; `~/.cache` without it. Not on Windows.",
      ],
      ["HOME", "What `~` means here. Not on Windows."],
      ["SUDO_UID", "Whose configurations root may find, besides its own: those of who called `sudo`."],
      ["AppData", "Where the user's own configuration is on Windows."],
      ["LocalAppData", "Where records and the log are on Windows."],
      ["NO_COLOR", "Not empty: no colours, as with `--no-color`."],
      ["TERM", "`dumb`: no colours, and no last line while a job is silent."],
      ["TMUX", "Not empty: `--notify` is handed on through tmux."],
      [
        "GH_HOST",
        "The GitHub that is meant where a repository is named without a host; github.com without it.",
      ],
      ["PATH", "Where the programs of jobs and tasks are looked for."],
    ]),
    paragraph(
      "What is over what, the strongest first: `--env`, the `env` of the job or task, its `env_file`, the environment of " +
        "Orchastration. Beside these, jobs and tasks are given:",
    ),
    terms([
      ["ORCHASTRATION_RUN_ID", "The id of the run that they belong to."],
      [
        "ORCHASTRATION_RUN_CHAIN",
        "The marks of all runs around them, by which their processes are found again.",
      ],
    ]),
  ],
};

function exitCodes(): readonly (readonly [string, string])[] {
  const rows = (Object.keys(EXIT) as (keyof typeof EXIT)[])
    .map((name) => [String(EXIT[name]), EXIT_MEANINGS[name]] as const);
  const [done, ...others] = rows;
  return [done!, [JOBS_OWN.code, JOBS_OWN.meaning], ...others, [BY_SIGNAL.code, BY_SIGNAL.meaning]];
}

function paragraph(text: string): TopicPart {
  return { kind: "paragraph", text };
}

function terms(rows: readonly (readonly [string, string])[]): TopicPart {
  return { kind: "terms", terms: rows };
}

function example(text: string): TopicPart {
  return { kind: "example", text };
}
