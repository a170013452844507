/** Shows captured output: unchanged, or line by line with the time at which each line began; without colours if they cannot be seen. */

import type { LogPiece, StreamName } from "../../app/runs/ordered_log.ts";
import { joinBytes } from "../../model/bytes.ts";
import type { ReadableFile } from "../../host/files.ts";
import type { Invocation } from "../base/invocation.ts";
import { WithoutSequences } from "../output/without_sequences.ts";

/** At most this many pieces wait for the reader. */
const PIECES_AT_ONCE = 1000;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 10;

export interface LogView {
  show(pieces: Iterable<LogPiece>): Promise<void>;
  /** The bytes kept back because their line had no end. */
  close(): void;
}

/** On a terminal that shows both streams, those of stderr have their own colour. */
export class PlainLog implements LogView {
  readonly #invocation: Invocation;
  readonly #isMarked: boolean;
  readonly #begun = new Set<string>();
  readonly #isRaw: boolean;

  constructor(invocation: Invocation, streams: readonly StreamName[], isRaw: boolean) {
    this.#invocation = invocation;
    this.#isRaw = isRaw;
    this.#isMarked = streams.length > 1 && invocation.console.isScreen;
  }

  async show(pieces: Iterable<LogPiece>): Promise<void> {
    const { console } = this.#invocation;
    let waiting = 0;
    for (const { stream, path, fromBytes, toBytes } of pieces) {
      if (!this.#begun.has(path)) {
        console.showFrom(stream, path, fromBytes);
        if (!this.#isRaw && !console.display(stream).hasColor) console.showPlain(stream, path);
      }
      this.#begun.add(path);
      const mark = this.#isMarked && stream === "stderr" ? console.errStyle.yellow : undefined;
      console.grown(stream, path, toBytes, mark);
      if (++waiting % PIECES_AT_ONCE === 0) await console.flush();
    }
  }

  close(): void {}
}

interface OpenLine {
  readonly atMs: number | undefined;
  readonly parts: Uint8Array[];
  sizeBytes: number;
}

/** Whole lines, in the order in which they ended. */
export class TimedLog implements LogView {
  readonly #invocation: Invocation;
  readonly #isMarked: boolean;
  readonly #open = new Map<StreamName, OpenLine>();
  /** Takes the colours out of a stream; empty for raw bytes. */
  readonly #plain = new Map<StreamName, WithoutSequences>();

  constructor(invocation: Invocation, streams: readonly StreamName[], isRaw: boolean) {
    this.#invocation = invocation;
    for (const stream of streams) {
      const isPlain = !isRaw && !invocation.console.display(stream).hasColor;
      if (isPlain) this.#plain.set(stream, new WithoutSequences());
    }
    this.#isMarked = streams.length > 1 && invocation.console.isScreen;
  }

  async show(pieces: Iterable<LogPiece>): Promise<void> {
    const files = new Map<string, ReadableFile>();
    try {
      for (const piece of pieces) await this.#showPiece(piece, files);
    } finally {
      for (const file of files.values()) file.close();
    }
  }

  close(): void {
    for (const [stream, line] of this.#open) this.#print(stream, line, NO_BYTES);
    this.#open.clear();
  }

  async #showPiece(piece: LogPiece, files: Map<string, ReadableFile>): Promise<void> {
    const { host, console } = this.#invocation;
    let file = files.get(piece.path);
    if (file === undefined) {
      const opened = host.files.openForReading(piece.path);
      // The log was removed meanwhile.
      if (!opened.ok) return;
      files.set(piece.path, file = opened.value);
    }
    file.seek(piece.fromBytes);
    for (let left = piece.toBytes - piece.fromBytes; left > 0;) {
      const buffer = new Uint8Array(Math.min(CHUNK_BYTES, left));
      const read = file.read(buffer);
      if (!read.ok || read.value === 0) return;
      left -= read.value;
      const bytes = buffer.subarray(0, read.value);
      this.#cut(piece, this.#plain.get(piece.stream)?.put(bytes) ?? bytes);
      await console.flush();
      if (console.isClosed(piece.stream)) return;
    }
  }

  #cut({ stream, atMs }: LogPiece, bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      const line = this.#open.get(stream) ?? { atMs, parts: [], sizeBytes: 0 };
      const end = bytes.indexOf(NEWLINE, start);
      if (end < 0 && line.sizeBytes + bytes.length - start < CHUNK_BYTES) {
        const rest = bytes.subarray(start);
        line.parts.push(rest);
        line.sizeBytes += rest.length;
        this.#open.set(stream, line);
        return;
      }
      // A longer line is cut, so that no log has to fit into memory.
      const to = end < 0 ? bytes.length : end + 1;
      this.#print(stream, line, bytes.subarray(start, to));
      this.#open.delete(stream);
      start = to;
    }
  }

  #print(stream: StreamName, { atMs, parts }: OpenLine, last: Uint8Array): void {
    const { console } = this.#invocation;
    const { style } = console.look(stream);
    const time = atMs === undefined ? "" : `${style.dim(new Date(atMs).toISOString())} `;
    const content = joinBytes([...parts, last]);
    const isEnded = content.at(-1) === NEWLINE;
    const text = isEnded ? content.subarray(0, -1) : content;
    const [before, after] = this.#isMarked && stream === "stderr" ? style.yellow("\0").split("\0") : ["", ""];
    const encoder = new TextEncoder();
    console.bytes(
      stream,
      joinBytes([encoder.encode(`${time}${before}`), text, encoder.encode(`${after}\n`)]),
    );
  }
}

const NO_BYTES = new Uint8Array(0);
