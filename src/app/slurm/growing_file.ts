/** Reads a file that another machine writes, from its beginning until it is said to be whole. */

import type { ByteReader } from "../../host/byte_reader.ts";
import type { Clock } from "../../host/clock.ts";
import type { SharedDisk } from "./shared_disk.ts";

const CHUNK_BYTES = 256 * 1024;
/** How long a network disk may take to show what was written on another machine. */
export const VISIBLE_BOUND_MS = 60_000;
/** Between two looks for more. */
export const LOOK_MS = 250;

export class GrowingFile implements ByteReader {
  readonly #disk: SharedDisk;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #over = Promise.withResolvers<void>();
  #wantedBytes = 0;
  #giveUpAtMs = 0;
  #offset = 0;
  #isWhole = false;
  #isCancelled = false;
  /** The last look found what there was, or that there was nothing. */
  #isSeen = true;

  constructor(disk: SharedDisk, clock: Clock, path: string) {
    this.#disk = disk;
    this.#clock = clock;
    this.#path = path;
  }

  async read(): Promise<Uint8Array | undefined> {
    while (!this.#isCancelled) {
      // Noted before the look, so that nothing written before it is missed.
      const isWhole = this.#isWhole;
      const read = await this.#disk.readPart(this.#path, this.#offset, CHUNK_BYTES);
      this.#isSeen = read.ok || read.failure.kind === "not_found";
      if (read.ok && read.value.length > 0) {
        this.#offset += read.value.length;
        return read.value;
      }
      const isRead = this.#offset >= this.#wantedBytes || this.#clock.monotonicMs() >= this.#giveUpAtMs;
      if (isWhole && isRead) break;
      await this.#clock.after(LOOK_MS).elapsed;
    }
    this.#over.resolve();
    return undefined;
  }

  /**
   * Nothing more is written, and it has this size; undefined where nobody told it, so that it ends where the last look ends. Resolves
   * when everything was read, with false where some of it did not become visible within the bound.
   */
  async whole(sizeBytes: number | undefined): Promise<boolean> {
    this.#wantedBytes = sizeBytes ?? 0;
    this.#giveUpAtMs = this.#clock.monotonicMs() + VISIBLE_BOUND_MS;
    this.#isWhole = true;
    await this.#over.promise;
    return sizeBytes === undefined ? this.#isSeen : this.#offset >= sizeBytes;
  }

  cancel(): void {
    this.#isCancelled = true;
  }
}
