/** One measured process. */

export interface Side {
  /** The name in the table. */
  readonly label: string;
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** Another exit status ends the benchmark, because a failed process was not measured. 0 by default. */
  readonly exitCode?: number;
}
