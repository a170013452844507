/** Captured output as a recording of a terminal. Source: asciicast v2, which every version of asciinema plays. Pure. */

export interface RecordingHead {
  readonly columns: number;
  readonly rows: number;
  /** In milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly title: string;
}

const RETURN = 13;
const NEWLINE = 10;

export class Asciicast {
  readonly #startedAtMs: number;
  readonly #isCooked: boolean;
  /** Bytes of a character that a piece divides wait for the next one of the same stream. */
  readonly #decoders = new Map<string, TextDecoder>();
  #lastMs = 0;
  #lastByte = 0;

  /**
   * `isCooked`: the output went to a terminal, which ends lines with a carriage return as well; where it did not, one is added.
   */
  constructor(startedAtMs: number, isCooked: boolean) {
    this.#startedAtMs = startedAtMs;
    this.#isCooked = isCooked;
  }

  static head({ columns, rows, startedAtMs, title }: RecordingHead): string {
    return `${
      JSON.stringify({
        version: 2,
        width: columns,
        height: rows,
        timestamp: Math.floor(startedAtMs / 1000),
        title,
      })
    }\n`;
  }

  /** One event as a line; empty for a piece without a whole character. `atMs`: undefined where it is unknown: then at once. */
  piece(stream: string, bytes: Uint8Array, atMs: number | undefined): string {
    const decoder = this.#decoders.get(stream) ?? new TextDecoder("utf-8", { ignoreBOM: true });
    this.#decoders.set(stream, decoder);
    const text = decoder.decode(this.#isCooked ? bytes : this.#cooked(bytes), { stream: true });
    if (text === "") return "";
    // Times do not go back, although a clock may.
    this.#lastMs = Math.max(this.#lastMs, (atMs ?? 0) - this.#startedAtMs);
    return `[${(this.#lastMs / 1000).toFixed(3)}, "o", ${JSON.stringify(text)}]\n`;
  }

  #cooked(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length * 2);
    let length = 0;
    for (const byte of bytes) {
      if (byte === NEWLINE && this.#lastByte !== RETURN) out[length++] = RETURN;
      out[length++] = this.#lastByte = byte;
    }
    return out.subarray(0, length);
  }
}
