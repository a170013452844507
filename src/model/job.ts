/** A job: a named argv command that is run again and again, in the form of a validated configuration. */

import type { ColorSetting } from "./color_env.ts";
import type { ExecutorName } from "./executor.ts";
import type { Parameter } from "./parameters.ts";

export interface Retry {
  /** The number of further attempts after the first; at least 1. */
  readonly max: number;
  readonly delayMs: number;
  /** Each delay is the one before it times this factor; at least 1. */
  readonly backoff: number;
  readonly maxDelayMs: number;
  /** Only these exit statuses are retried; undefined: every ending that is not a success. */
  readonly onExitCodes: readonly number[] | undefined;
}

export interface EnvFileSetting {
  /** As written: absolute, or relative to the project root. */
  readonly path: string;
  /** False where a missing file is accepted. */
  readonly required: boolean;
  /** The place of its name in the configuration, relative to the job or task. */
  readonly at: readonly (string | number)[];
}

/** The part that jobs and tasks share: everything needed to run the command. */
export interface CommandDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly command: readonly [string, ...string[]];
  /** As written: absolute, or relative to the project root. */
  readonly workingDir: string;
  /** Added to the inherited environment, replacing variables of the same name. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Files of variables. They are added to the inherited environment and overridden by `env`; a later file
   * overrides an earlier one.
   */
  readonly envFiles: readonly EnvFileSetting[];
  /** undefined: no timeout. */
  readonly timeoutMs: number | undefined;
  /** The time between asking the processes to stop and forcing them. */
  readonly killGraceMs: number;
  readonly secrets: readonly string[];
  readonly retry: Retry | undefined;
  readonly successExitCodes: readonly number[];
  /** The question that somebody has to answer with yes before the command runs; undefined: none. */
  readonly confirm: string | undefined;
  /** Whether its captured output is to have colours. */
  readonly color: ColorSetting;
  /**
   * Paths, globs, exclusions that start with `!`, and "@git"; undefined: the command runs whatever the files
   * are.
   */
  readonly inputs: readonly string[] | undefined;
  /** Environment variables that the result depends on. */
  readonly inputEnv: readonly string[];
  /** Programs whose output the result depends on. */
  readonly inputTools: readonly (readonly [string, ...string[]])[];
  /** Paths that the command is expected to leave behind, relative to the working directory. */
  readonly outputs: readonly string[];
  /**
   * True where `outputs` is written, even as an empty list: the command leaves nothing else behind that
   * matters.
   */
  readonly declaresOutputs: boolean;
}

/** The options of a command that has none of its own, such as a check. */
export const WITHOUT_OPTIONS = {
  retry: undefined,
  successExitCodes: [0],
  confirm: undefined,
  inputs: undefined,
  inputEnv: [],
  inputTools: [],
  outputs: [],
  declaresOutputs: false,
  color: "auto",
} as const satisfies Partial<CommandDefinition>;

export type Concurrency = "allow" | "refuse" | "wait";

export interface Job extends CommandDefinition {
  /** The heading under which the job is listed. */
  readonly group: string | undefined;
  /** Further names for the job. Records are kept under its own name. */
  readonly alias: readonly string[];
  /** Hidden in lists and completion. */
  readonly hidden: boolean;
  /** What the words after `--` mean; undefined: they are added to the command as they are. */
  readonly args: readonly Parameter[] | undefined;
  readonly interactive: boolean;
  /** It gets a terminal of its own, which is captured. */
  readonly terminal: boolean;
  readonly stdin: "none" | "inherit";
  readonly leaveRunning: boolean;
  readonly concurrency: Concurrency;
  /**
   * The name of a lock that the job shares with every job of the same lock, in any project; undefined: none.
   */
  readonly lock: string | undefined;
  /** Own names of the jobs and groups that have to succeed before it starts. */
  readonly needs: readonly string[];
  /** Where it needs a place while it runs; undefined: nowhere. */
  readonly pool: string | undefined;
  /** Names of services that are ready before it starts. */
  readonly uses: readonly string[];
  /** Where its attempts run. Not a part of its definition: the result is the same. */
  readonly executor: ExecutorName;
}

/** A job without a command: a name for the jobs that it needs, which are run by it. */
export interface JobGroup {
  readonly name: string;
  readonly description: string | undefined;
  /** The heading under which the job is listed. */
  readonly group: string | undefined;
  /** Further names that it can be called by. */
  readonly alias: readonly string[];
  /** Hidden in lists and completion. */
  readonly hidden: boolean;
  /** Own names; at least one. */
  readonly needs: readonly string[];
}
