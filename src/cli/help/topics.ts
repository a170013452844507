/**
 * The topics of help beside the commands, as data, for the terminal, the manual page and docs/commands.md.
 */

import { EXIT } from "../base/exit_code.ts";
import { BY_SIGNAL, EXIT_MEANINGS, JOBS_OWN } from "./exit_meanings.ts";

/** Every topic with a sentence about it. */
export const TOPIC_SENTENCES = {
  "exit-codes": "what the exit codes mean",
  config: "where the configuration is, and what it can contain",
  environment: "variables that are read, and variables that jobs get",
} as const;

export type TopicName = keyof typeof TOPIC_SENTENCES;

export function isTopic(word: string): word is TopicName {
  return Object.hasOwn(TOPIC_SENTENCES, word);
}

/** Names of settings, variables and commands are in backticks. */
export type TopicPart =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "terms"; readonly terms: readonly (readonly [term: string, meaning: string])[] }
  /** Printed line by line, unchanged. */
  | { readonly kind: "example"; readonly text: string };

export type Topic = readonly TopicPart[];

export const TOPICS: Readonly<Record<TopicName, Topic>> = {
  "exit-codes": [
    paragraph("The exit codes of Orchastration:"),
    terms(exitCodes()),
    paragraph(
      "n is the number of the signal: Ctrl-C (SIGINT, 2) gives 130, SIGTERM (15) gives 143. A job can itself end with a " +
        "number of this table; the `status` in the record of the run distinguishes the two.",
    ),
  ],
  config: [
    paragraph("One TOML file names the jobs and tasks. The first of these is used; files are not merged:"),
    terms([
      ["--config <path>", "It must exist."],
      ["$ORCHASTRATION_CONFIG", "It must exist; empty counts as not set."],
      [
        "orchastration.toml",
        "The nearest one, from the current folder upward. Its folder is the project root, and becomes a project with its own records.",
      ],
      [
        "config.toml",
        "The user's own, in `~/.config/orchastration`, below `$XDG_CONFIG_HOME` where that is set, and in " +
        "`%AppData%\\orchastration` on Windows.",
      ],
    ]),
    paragraph("A first file:"),
    example(
      '[jobs.test]\ndescription = "Run the tests"\ncommand = ["npm", "test"]\ntimeout_seconds = 600\n\n' +
        '[tasks.site]\ncommand = ["make", "site"]\noutputs = ["dist/*.html"]',
    ),
    paragraph("A command is a list: the program, then its arguments. It is not run by a shell."),
    paragraph("Jobs and tasks can have:"),
    terms([
      ["description", "One line for people."],
      ["command", "The program and its arguments; the only key that is required."],
      ["working_dir", "Where the command runs; relative paths start at the project root."],
      ["env", "Variables added to the inherited environment."],
      ["env_file", "Files of variables in the syntax of dotenv; `env` overrides them."],
      ["timeout_seconds", "The command is stopped after this time."],
      ["kill_grace_seconds", "How long the command may take to stop before it is killed."],
      ["secrets", "Variables whose values are kept out of every record, log and document."],
      ["success_exit_codes", "The exit codes that count as success."],
      ["retry", "Try again after a failure: `max`, `delay_seconds`, `backoff`, and more."],
      [
        "inputs",
        "What the command reads: paths, globs and `@git`. It is then run only when something changed.",
      ],
      ["input_env", "Variables that the result depends on."],
      ["input_tools", "Programs, such as `node --version`, whose output the result depends on."],
      ["outputs", "What the command is expected to leave behind."],
      ["uses", "Services that are ready before the command starts."],
      ["windows, macos, linux", "Tables with settings for one system only."],
      ["confirm", "A question that has to be answered with yes first; `--yes` answers it."],
      ["terminal", "The job gets a terminal of its own, which is captured."],
      ["color", "Whether captured output is to have colours: auto, always or never."],
    ]),
    paragraph(
      "Jobs also: `group`, `alias`, `hidden`, `interactive`, `stdin`, `leave_running`, `concurrency`, `lock`, `args`, " +
        "`needs` (jobs that come before it), `pool` (of `[pools]`) and `executor` (`slurm`: on a cluster).",
    ),
    paragraph("Tasks also: `documents`, `acceptance`, `needs`, `parallel`, `executor`, `repo`, `status`."),
    paragraph(
      "In `command`, `working_dir`, `env` and `check`, variables are replaced, each within its one argument; a second dollar " +
        "sign, as in `$${env:X}`, keeps the text:",
    ),
    terms([
      ["${env:NAME}", "A variable of the environment; if it is not set, the job that needs it cannot run."],
      ["${env:NAME:-default}", "The same with a default, used if it is not set or empty."],
      ["${project_root}", "The project root."],
      ["${job}, ${task}", "The name of the job, or of the task."],
    ]),
    paragraph(
      "Further tables: `[logging]`, `[hash]`, `[doc]`, `[git]`, `[worktree]`, `[evidence]`, `[pools]`, `[services]`, `[schedules]`, `[notify]`, `[executors.slurm]` and `[state]`.",
    ),
    paragraph(
      "The records of a project are in its own folder in `~/.cache/orchastration/state/projects`, or where `[state] dir` says. " +
        "No other project sees them, except with `--everywhere`. `orchastration config path --state` prints where they are.",
    ),
  ],
  environment: [
    paragraph("Variables that Orchastration reads:"),
    terms([
      ["ORCHASTRATION_CONFIG", "The configuration file, if `--config` is not given."],
      [
        "ORCHASTRATION_STATE_DIR",
        "The folder for runs and records, if `--state-dir` is not given; overrides `[state] dir`.",
      ],
      [
        "ORCHASTRATION_LOG_STDOUT",
        "`0` keeps log records off stdout when it is not a terminal, as `[logging] stdout = false` does.",
      ],
      ["ORCHASTRATION_SIGNING_KEY", "The key for `sign` where `--key` is not given, in the same words."],
      ["SSH_AUTH_SOCK", "Where ssh-agent is, for a key that it has."],
      ["ORCHASTRATION_AGENT", "The name of the calling assistant, for the records, and for who owns a task."],
      ["CODEX_HOME, CLAUDE_CONFIG_DIR", "Where Codex and Claude Code keep their files of the user."],
      ["CLAUDE_PROJECT_DIR", "If it is set, a hook was called by Claude Code."],
      [
        "XDG_CONFIG_HOME",
        "The folder of the user's own configuration (default: `~/.config`). Not on Windows.",
      ],
      [
        "XDG_CACHE_HOME",
        "The folder of the log and of the records of all projects (default: `~/.cache`). Not on Windows.",
      ],
      ["HOME", "The home folder, written `~` here. Not on Windows."],
      ["SUDO_UID", "Under `sudo`: root also accepts configurations of the user who called it."],
      ["AppData", "The folder of the user's own configuration on Windows."],
      ["LocalAppData", "The folder of records and the log on Windows."],
      ["NO_COLOR", "If not empty: no colours, as with `--no-color`."],
      ["TERM", "`dumb`: no colours, and no status line while a job is silent."],
      ["CI", "If not empty: of several jobs only the output of those that fail is shown."],
      ["TMUX", "If not empty: `--notify` is passed on through tmux."],
      [
        "GH_HOST",
        "The GitHub host for repositories named without one (default: github.com).",
      ],
      [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "The collector of `export --send`. `_HEADERS` and `_TIMEOUT` count, too, and so do the forms for traces alone.",
      ],
      [
        "GITHUB_STEP_SUMMARY",
        "The file to which `export --format github` adds the summary; it prints annotations then.",
      ],
      ["DISPLAY", "On Linux, `ui` opens a browser if this or `WAYLAND_DISPLAY` is set."],
      ["PATH", "Where the programs of jobs and tasks are searched for."],
    ]),
    paragraph(
      "Precedence of variables, the strongest first: `--env`, the `env` of the job or task, its `env_file`, the environment of " +
        "Orchastration. In addition, jobs and tasks get:",
    ),
    terms([
      ["ORCHASTRATION_RUN_ID", "The id of the run that they belong to."],
      [
        "TRACEPARENT",
        "The trace context of the run (W3C), a child of that of the caller where there is one.",
      ],
      [
        "ORCHASTRATION_RUN_CHAIN",
        "The marks of all enclosing runs, by which their processes are found again.",
      ],
      [
        "ORCHASTRATION_SLOTS",
        "The slot and the pools that they have, which `run` inside them shares instead of waiting for them.",
      ],
      ["ORCHASTRATION_WORKTREE", "The top folder of the work tree of the project."],
      [
        "ORCHASTRATION_PORT_BASE",
        "The first of 100 ports that no other work tree of the user gets, and this one as long as it exists.",
      ],
      ["ORCHASTRATION_SERVICE_<NAME>_ADDRESS", "Where a service is that they use."],
    ]),
    paragraph(
      "The command of `[notify]` gets `ORCHASTRATION_RUN_ID`, `ORCHASTRATION_RUN_NAME`, `ORCHASTRATION_RUN_SUBJECT`, " +
        "`ORCHASTRATION_RUN_STATUS`, `ORCHASTRATION_RUN_REASON`, `ORCHASTRATION_RUN_EXIT_CODE` and " +
        "`ORCHASTRATION_RUN_DURATION_MS`.",
    ),
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
