/** A job: a named argv command that is run again and again. The shape that a validated configuration gives. */

export interface Retry {
  /** How many further attempts after the first; at least 1. */
  readonly max: number;
  readonly delayMs: number;
  /** Each further delay is the one before times this; at least 1. */
  readonly backoff: number;
  readonly maxDelayMs: number;
  /** Only these exit statuses are tried again; undefined means every ending that is not a success. */
  readonly onExitCodes: readonly number[] | undefined;
}

export interface EnvFileSetting {
  /** As written: absolute, or relative to the project root. */
  readonly path: string;
  /** Else it may be missing. */
  readonly required: boolean;
  /** Where the configuration names it, within the job or task. */
  readonly at: readonly (string | number)[];
}

/** What jobs and tasks share: everything that is needed to run the command. */
export interface CommandDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly command: readonly [string, ...string[]];
  /** As written: absolute, or relative to the project root. */
  readonly workingDir: string;
  /** Laid over the inherited environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Files of variables, which are laid over the inherited environment, below `env`; a later one over an earlier one. */
  readonly envFiles: readonly EnvFileSetting[];
  /** undefined: no timeout. */
  readonly timeoutMs: number | undefined;
  /** Between asking the processes to stop and forcing them. */
  readonly killGraceMs: number;
  readonly secrets: readonly string[];
  readonly retry: Retry | undefined;
  readonly successExitCodes: readonly number[];
  /** What somebody has to say yes to before it is run; undefined: nothing. */
  readonly confirm: string | undefined;
  /** Paths, globs, `!` in front of what does not count, and "@git"; undefined: it is run whatever is there. */
  readonly inputs: readonly string[] | undefined;
  /** Variables of the environment that the result depends on. */
  readonly inputEnv: readonly string[];
  /** Programs whose output the result depends on. */
  readonly inputTools: readonly (readonly [string, ...string[]])[];
  /** Paths that it is expected to leave behind, relative to the working directory. */
  readonly outputs: readonly string[];
  /** `outputs` is written, be it empty: it leaves nothing else behind that matters. */
  readonly declaresOutputs: boolean;
}

export type Concurrency = "allow" | "refuse" | "wait";

export interface Job extends CommandDefinition {
  /** The heading that it is listed under. */
  readonly group: string | undefined;
  /** Further names that it can be called by. Records are under its own. */
  readonly alias: readonly string[];
  /** Left out of lists and completion. */
  readonly hidden: boolean;
  readonly interactive: boolean;
  readonly stdin: "none" | "inherit";
  readonly leaveRunning: boolean;
  readonly concurrency: Concurrency;
  /** The lock that it shares with every job of this name for it, in whichever project; undefined: none. */
  readonly lock: string | undefined;
}
