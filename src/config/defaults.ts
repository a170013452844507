/** The default of each key, in the words of the file. The only source for decode, show and the schema. */

const COMMAND = {
  working_dir: ".",
  kill_grace_seconds: 10,
  env: {},
  secrets: [],
  success_exit_codes: [0],
  color: "auto",
} as const;

/** By table and key. A key that is not listed has no value when it is not written. */
export const DEFAULTS = {
  job: {
    ...COMMAND,
    interactive: false,
    terminal: false,
    stdin: "none",
    leave_running: false,
    concurrency: "allow",
    alias: [],
    hidden: false,
    needs: [],
    executor: "local",
  },
  // A job without a command.
  group: { alias: [], hidden: false },
  task: {
    ...COMMAND,
    outputs: [],
    documents: [],
    acceptance: [],
    needs: [],
    parallel: false,
    executor: "local",
  },
  service: {
    working_dir: ".",
    kill_grace_seconds: 10,
    env: {},
    secrets: [],
    ready_timeout_seconds: 30,
    stop_signal: "SIGTERM",
    restart: "never",
  },
  // max_delay_seconds is at least this value, and at least delay_seconds.
  retry: { delay_seconds: 1, backoff: 2, max_delay_seconds: 30 },
  logging: { level: "info", stdout: true, max_bytes: 5_242_880, keep_files: 5 },
  hash: { algorithm: "sha256" },
  doc: { dir: "docs/tasks" },
  git: { branch_prefix: "task/" },
  pools: {},
  slurm: { extra_args: [], max_pending: 20, poll_seconds: 5 },
  // The ends that matter to a person who is not watching.
  notify: { on: ["failed", "signalled", "timed_out", "not_started", "interrupted"] },
  defaults: { max_detached: 20 },
  // Where it is not set, the kind of configuration decides.
  state: {},
  worktree: { copy: [], setup: [] },
  // Where it is not set, age alone keeps nothing.
  evidence: { sign: "asked" },
} as const;
