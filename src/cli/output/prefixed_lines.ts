/** Puts a prefix before each line of a stream of bytes. Knows no text: the bytes between two newlines stay unchanged. */

const NEWLINE = 10;
/** So much of a line is copied byte by byte, in the time that the calls of the system's own functions would take. */
const NEAR_BYTES = 128;

export interface Prefixed {
  /** Valid until the next call. */
  readonly bytes: Uint8Array;
  /** How many of the given bytes are in it; the rest is for another call. */
  readonly taken: number;
}

export class PrefixedLines {
  readonly #prefix: Uint8Array;
  #scratch = new Uint8Array(0);
  #isLineBegun = false;

  constructor(prefix: Uint8Array) {
    this.#prefix = prefix;
  }

  /** A line is unfinished. */
  get isLineBegun(): boolean {
    return this.#isLineBegun;
  }

  /** Ends an unfinished line with a newline that is not part of the stream. */
  lineWasEnded(): void {
    this.#isLineBegun = false;
  }

  /**
   * The bytes lie at the end of the scratch and move to its front, line by line, each behind its prefix: at most two calls of the
   * system's own functions for a line, and no objects.
   */
  put(bytes: Uint8Array): Prefixed {
    const prefix = this.#prefix;
    const room = 2 * bytes.length + prefix.length;
    if (this.#scratch.length < room) this.#scratch = new Uint8Array(room);
    const out = this.#scratch;
    const first = out.length - bytes.length;
    out.set(bytes, first);
    let at = 0;
    let start = first;
    while (start < out.length) {
      // Short lines grow by more than the space before the unread bytes.
      if (at + prefix.length > start) break;
      if (!this.#isLineBegun) {
        for (let each = 0; each < prefix.length; each++) out[at++] = prefix[each]!;
      }
      let isEnded = false;
      for (const near = Math.min(start + NEAR_BYTES, out.length); start < near && !isEnded;) {
        const byte = out[start++]!;
        out[at++] = byte;
        isEnded = byte === NEWLINE;
      }
      if (!isEnded && start < out.length) {
        const newline = out.indexOf(NEWLINE, start);
        const end = newline < 0 ? out.length : newline + 1;
        out.copyWithin(at, start, end);
        at += end - start;
        start = end;
        isEnded = newline >= 0;
      }
      this.#isLineBegun = !isEnded;
    }
    return { bytes: out.subarray(0, at), taken: start - first };
  }
}
