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

/** What jobs and tasks share: everything that is needed to run the command. */
export interface CommandDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly command: readonly [string, ...string[]];
  /** As written: absolute, or relative to the project root. */
  readonly workingDir: string;
  /** Laid over the inherited environment. */
  readonly env: Readonly<Record<string, string>>;
  /** undefined: no timeout. */
  readonly timeoutMs: number | undefined;
  /** Between asking the processes to stop and forcing them. */
  readonly killGraceMs: number;
  readonly secrets: readonly string[];
  readonly retry: Retry | undefined;
  readonly successExitCodes: readonly number[];
}

export type Concurrency = "allow" | "refuse" | "wait";

export interface Job extends CommandDefinition {
  readonly interactive: boolean;
  readonly stdin: "none" | "inherit";
  readonly leaveRunning: boolean;
  readonly concurrency: Concurrency;
}
