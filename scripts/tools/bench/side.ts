/** One process that is measured. */

export interface Side {
  /** As the table shows it. */
  readonly label: string;
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** Another exit status ends the benchmark: what failed has not been measured. 0 where nothing is said. */
  readonly exitCode?: number;
}
