/** The files with the output of an attempt, as the record names them. Types alone. */

/** One captured stream of one attempt. Digest and size are of the file as it is on disk. */
export interface CapturedStream {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The output of one attempt; null where the stream was not captured, is gone, or was empty. */
export interface CapturedOutput {
  readonly stdout: CapturedStream | null;
  readonly stderr: CapturedStream | null;
  /** The file with the order in which the two streams came. */
  readonly order: CapturedStream | null;
}
