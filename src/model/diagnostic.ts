/** One problem of a configuration, with its place. */

export interface Diagnostic {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** Dotted, as in `jobs.sample.command`; empty for a syntax error. */
  readonly key: string;
  readonly message: string;
  /** How to write it instead. */
  readonly hint: string | undefined;
  /** The text of the line, without its end. */
  readonly sourceLine: string;
}
