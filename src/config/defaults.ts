/** What a key means that is not written, in the words of the file. The one place that decode, show and the schema ask. */

const COMMAND = {
  working_dir: ".",
  kill_grace_seconds: 10,
  env: {},
  secrets: [],
  success_exit_codes: [0],
} as const;

/** By the table that a key stands in. A key that is not here has no value where it is not written. */
export const DEFAULTS = {
  job: {
    ...COMMAND,
    interactive: false,
    stdin: "none",
    leave_running: false,
    concurrency: "allow",
    alias: [],
    hidden: false,
  },
  task: { ...COMMAND, outputs: [], documents: [], acceptance: [], needs: [] },
  // max_delay_seconds is at least this, and at least delay_seconds.
  retry: { delay_seconds: 1, backoff: 2, max_delay_seconds: 30 },
  logging: { level: "info", stdout: true, max_bytes: 5_242_880, keep_files: 5 },
  hash: { algorithm: "sha256" },
  doc: { dir: "docs/tasks" },
  git: { branch_prefix: "task/" },
  // Where nothing is said, it is decided by what kind of configuration it is.
  state: {},
} as const;
