/** Reads what comes out of an open descriptor: a pipe, or our end of a terminal. Linux and macOS; knows no processes. */

import type { ByteReader } from "./byte_reader.ts";

/** As much as a pipe holds. */
const PIECE_BYTES = 64 * 1024;
/** Buffers of streams that have ended, for the next ones: new ones would be the largest part of the memory of many short processes. */
const spareBuffers: Uint8Array<ArrayBuffer>[] = [];
const MOST_SPARE_BUFFERS = 16;

/** Reports when descriptors can be read. */
export interface Ready {
  /** Calls back once when there is something to read, or the other end is closed. False if that cannot be detected. */
  once(descriptor: number, onReady: () => void): boolean;
  /** Must be called before the descriptor is closed. There is no callback afterwards. */
  forget(descriptor: number): void;
}

interface ReadCalls {
  read(descriptor: number, into: Uint8Array<ArrayBuffer>, bytes: bigint): bigint | number;
  close(descriptor: number): number;
}

/** After this many reports of input without any bytes, the other end of a terminal is closed. */
const MOST_EMPTY_READS = 3;

/** Our end of one pipe, or of a terminal, which ends with an error. */
export class DescriptorBytes implements ByteReader {
  readonly #calls: ReadCalls;
  readonly #ready: Ready;
  readonly #descriptor: number;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #isOver = false;
  #wake: () => void = () => {};
  #emptyReads = 0;
  readonly #onClose: () => void;

  constructor(calls: ReadCalls, ready: Ready, descriptor: number, onClose = () => {}) {
    this.#onClose = onClose;
    this.#calls = calls;
    this.#ready = ready;
    this.#descriptor = descriptor;
  }

  async read(): Promise<Uint8Array | undefined> {
    while (!this.#isOver) {
      this.#buffer ??= spareBuffers.pop() ?? new Uint8Array(PIECE_BYTES);
      const size = Number(this.#calls.read(this.#descriptor, this.#buffer, BigInt(PIECE_BYTES)));
      if (size > 0) {
        this.#emptyReads = 0;
        return this.#buffer.subarray(0, size);
      }
      if (size !== 0 && ++this.#emptyReads <= MOST_EMPTY_READS) {
        await this.#untilReady();
        continue;
      }
      this.cancel();
      // A caller that asks for more has finished with what came before.
      if (spareBuffers.length < MOST_SPARE_BUFFERS) spareBuffers.push(this.#buffer);
      this.#buffer = undefined;
    }
    return undefined;
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onClose();
    this.#ready.forget(this.#descriptor);
    this.#calls.close(this.#descriptor);
    this.#wake();
  }

  /** The read gave no bytes: there are none yet, or a signal interrupted it. */
  async #untilReady(): Promise<void> {
    const ready = Promise.withResolvers<void>();
    this.#wake = ready.resolve;
    if (!this.#ready.once(this.#descriptor, ready.resolve)) throw new Error("Cannot wait for output");
    await ready.promise;
  }
}
