/** Reads a file that another machine writes, from its beginning until it is said to be whole. */

import type { ByteReader, Clock, Files, ReadableFile } from "../../host/host.ts";

const CHUNK_BYTES = 64 * 1024;
/** How long a network disk may take to show what was written on another machine. */
export const VISIBLE_BOUND_MS = 60_000;
/** Between two looks for more. */
export const LOOK_MS = 250;

export class GrowingFile implements ByteReader {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #into = new Uint8Array(CHUNK_BYTES);
  readonly #over = Promise.withResolvers<void>();
  #wantedBytes = 0;
  #giveUpAtMs = 0;
  #file: ReadableFile | undefined;
  #offset = 0;
  #isWhole = false;
  #isCancelled = false;

  constructor(files: Files, clock: Clock, path: string) {
    this.#files = files;
    this.#clock = clock;
    this.#path = path;
  }

  async read(): Promise<Uint8Array | undefined> {
    while (!this.#isCancelled) {
      // Noted before the look, so that nothing written before it is missed.
      const isWhole = this.#isWhole;
      const bytes = this.#next();
      if (bytes !== undefined) return bytes;
      const isRead = this.#offset >= this.#wantedBytes || this.#clock.monotonicMs() >= this.#giveUpAtMs;
      if (isWhole && isRead) break;
      await this.#clock.after(LOOK_MS).elapsed;
    }
    this.#close();
    this.#over.resolve();
    return undefined;
  }

  /**
   * Nothing more is written, and it has this size. Resolves when everything was read, with false where some of it did
   * not become visible within the bound.
   */
  async whole(sizeBytes: number): Promise<boolean> {
    this.#wantedBytes = sizeBytes;
    this.#giveUpAtMs = this.#clock.monotonicMs() + VISIBLE_BOUND_MS;
    this.#isWhole = true;
    await this.#over.promise;
    return this.#offset >= sizeBytes;
  }

  cancel(): void {
    this.#isCancelled = true;
  }

  #next(): Uint8Array | undefined {
    // Opened anew for each look, because a network disk asks its server only then.
    if (this.#file === undefined) {
      const opened = this.#files.openForReading(this.#path);
      if (!opened.ok) return undefined;
      opened.value.seek(this.#offset);
      this.#file = opened.value;
    }
    const read = this.#file.read(this.#into);
    if (!read.ok || read.value === 0) {
      this.#close();
      return undefined;
    }
    this.#offset += read.value;
    return this.#into.subarray(0, read.value);
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
