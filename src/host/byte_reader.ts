/** A stream of bytes, as a pipe or the body of a request gives it. Knows nothing of where the bytes come from. */

export interface ByteReader {
  /** The next bytes, valid until the next call; undefined at the end or after `cancel`. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): void;
}
