/** Splits captured output into lines of plain text, in the order in which they ended. Keeps a bounded part of an unfinished line. */

import type { Files, ReadableFile } from "../../host/files.ts";
import { joinBytes } from "../../model/bytes.ts";
import { plainLine } from "../../model/plain_line.ts";
import type { LogPiece, StreamName } from "./ordered_log.ts";

const CHUNK_BYTES = 64 * 1024;
/** Kept at the beginning of a line, and the same at its end. */
const KEPT_BYTES = 4 * 1024;
const NEWLINE = 10;

export interface LogLine {
  readonly stream: StreamName;
  readonly text: string;
  /** Where the next line of this stream begins. */
  readonly endBytes: number;
}

interface OpenLine {
  head: Uint8Array;
  tail: Uint8Array;
  sizeBytes: number;
}

export class LogLines {
  readonly #files: Files;
  readonly #open = new Map<StreamName, OpenLine>();
  readonly #opened = new Map<string, ReadableFile>();
  readonly #at = new Map<StreamName, number>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** The lines that end in these pieces. A file that was removed meanwhile has none. */
  *of(pieces: Iterable<LogPiece>): Generator<LogLine, void> {
    for (const piece of pieces) yield* this.#linesOf(piece);
  }

  /** The lines of output to which nothing more is added. */
  *all(pieces: Iterable<LogPiece>): Generator<LogLine, void> {
    yield* this.of(pieces);
    yield* this.rest();
  }

  /** The lines without an end; nothing more comes. */
  *rest(): Generator<LogLine, void> {
    for (const [stream, line] of this.#open) {
      yield { stream, text: textOf(line), endBytes: this.#at.get(stream)! };
    }
    this.#open.clear();
  }

  [Symbol.dispose](): void {
    for (const file of this.#opened.values()) file.close();
    this.#opened.clear();
  }

  *#linesOf({ stream, path, fromBytes, toBytes }: LogPiece): Generator<LogLine, void> {
    const file = this.#fileAt(path);
    if (file === undefined) return;
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let at = fromBytes; at < toBytes;) {
      // The lines of the two streams alternate, and both may be in one file.
      file.seek(at);
      const read = file.read(buffer.subarray(0, Math.min(CHUNK_BYTES, toBytes - at)));
      if (!read.ok || read.value === 0) return;
      const bytes = buffer.subarray(0, read.value);
      for (let start = 0; start < bytes.length;) {
        if (!this.#open.has(stream)) {
          for (const { text, sizeBytes } of wholeLines(bytes.subarray(start))) {
            start += sizeBytes;
            this.#at.set(stream, at + start);
            yield { stream, text: plainLine(text), endBytes: at + start };
          }
          if (start === bytes.length) break;
        }
        const newline = bytes.indexOf(NEWLINE, start);
        const end = newline < 0 ? bytes.length : newline;
        const line = lengthened(this.#open.get(stream), bytes.subarray(start, end));
        start = newline < 0 ? end : end + 1;
        this.#at.set(stream, at + start);
        if (newline < 0) {
          this.#open.set(stream, line);
        } else {
          this.#open.delete(stream);
          yield { stream, text: textOf(line), endBytes: at + start };
        }
      }
      at += read.value;
    }
  }

  #fileAt(path: string): ReadableFile | undefined {
    const known = this.#opened.get(path);
    if (known !== undefined) return known;
    const opened = this.#files.openForReading(path);
    if (!opened.ok) return undefined;
    this.#opened.set(path, opened.value);
    return opened.value;
  }
}

/** The whole lines at the beginning, decoded in one piece where their bytes are ASCII, as those of most logs are. */
function* wholeLines(bytes: Uint8Array): Generator<{ readonly text: string; readonly sizeBytes: number }> {
  const whole = bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
  const text = decode(whole);
  if (text.length !== whole.length || text.includes("\ufffd")) return;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    if (end - start > 2 * KEPT_BYTES) return;
    yield { text: text.slice(start, end), sizeBytes: end + 1 - start };
    start = end + 1;
  }
}

function lengthened(line: OpenLine | undefined, bytes: Uint8Array): OpenLine {
  const { head, tail, sizeBytes } = line ?? { head: NO_BYTES, tail: NO_BYTES, sizeBytes: 0 };
  const toHead = bytes.subarray(0, KEPT_BYTES - head.length);
  const toTail = bytes.subarray(toHead.length).slice(-KEPT_BYTES);
  return {
    head: toHead.length === 0 ? head : joinBytes([head, toHead]),
    tail: toTail.length === 0 ? tail : joinBytes([tail, toTail]).slice(-KEPT_BYTES),
    sizeBytes: sizeBytes + bytes.length,
  };
}

function textOf({ head, tail, sizeBytes }: OpenLine): string {
  const leftOut = sizeBytes - head.length - tail.length;
  if (leftOut === 0) return plainLine(decode(joinBytes([head, tail])));
  return `${plainLine(decode(head))} … ${leftOut} bytes … ${plainLine(decode(tail))}`;
}

const NO_BYTES = new Uint8Array(0);

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
