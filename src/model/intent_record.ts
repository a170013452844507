/** The intent of a run: everything that was decided before its process started. Spelled as in the record. */

/** The yes to the question of a job or task. */
export interface ConfirmationRecord {
  readonly question: string;
  /** How the yes was given. */
  readonly by: (typeof CONFIRMED_BY)[number];
}

export const CONFIRMED_BY = ["terminal", "yes_flag"] as const;

/** The part of the intent that says which executor gets the attempts. */
export interface ExecutorRecord {
  readonly kind: "slurm";
  /** The attempts have the folders `<folder>-1`, `<folder>-2` and so on. */
  readonly folder: string;
  /** No process of ours stays for it: whichever command looks next records its end. */
  readonly unattended?: true;
}

export interface IntentRecord {
  readonly description: string | null;
  readonly command: readonly string[];
  /** The resolved path of command[0]; null where no program was found. */
  readonly program: string | null;
  readonly working_dir: string;
  readonly env_names: readonly string[];
  /** As declared; values of secrets are replaced by "***". */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly extra_args: readonly string[];
  readonly timeout_ms: number | null;
  readonly grace_ms: number;
  readonly interactive: boolean;
  /** It had a terminal of its own, so that both streams are stdout; absent where it had none. */
  readonly terminal?: true;
  readonly stdin: "none" | "inherit";
  readonly leave_running: boolean;
  readonly retry: RetryRecord | null;
  readonly success_exit_codes: readonly number[];
  readonly expected_outputs: readonly string[];
  readonly definition_sha256: string;
  readonly config_path: string;
  readonly config_sha256: string;
  /** The files of variables that were read, in order, with the names in each; values are not kept. */
  readonly env_files?: readonly { readonly path: string; readonly names: readonly string[] }[];
  /** Variables that were added for colours and for the size of the terminal; absent where there are none. */
  readonly color_env?: Readonly<Record<string, string>>;
  /** Names in `env` that came from the command line. */
  readonly env_flags?: readonly string[];
  /** Present only where the definition asks for confirmation. */
  readonly confirmed?: ConfirmationRecord;
  /** Absent where the processes are those of this machine. */
  readonly executor?: ExecutorRecord;
}

export interface RetryRecord {
  readonly max: number;
  readonly delay_ms: number;
  readonly backoff: number;
  readonly max_delay_ms: number;
  readonly on_exit_codes: readonly number[] | null;
}
