/** A pipe between a fake process and its reader: it ends when the last process that holds it is gone. */

import type { ByteReader } from "../../src/host/byte_reader.ts";
import type { FakeLife } from "./fake_life.ts";
import { concatenate } from "./fake_terminal.ts";

/** As on Linux: a writer waits while more than this is unread. */
const CAPACITY_BYTES = 64 * 1024;

/** The target of a process's output. */
export interface OutputSink {
  hold(holder: object): void;
  letGo(holder: object): void;
  /** Resolves when the writer may continue; "gone" when nobody will ever read. */
  write(bytes: Uint8Array): Promise<"written" | "gone">;
}

export class FakePipe implements OutputSink {
  readonly #holders = new Set<object>();
  readonly #chunks: Uint8Array[] = [];
  #unreadBytes = 0;
  #readerGone = false;
  #wakeReader: () => void = () => {};
  #wakeWriters: (() => void)[] = [];

  hold(holder: object): void {
    this.#holders.add(holder);
  }

  letGo(holder: object): void {
    this.#holders.delete(holder);
    this.#wakeReader();
  }

  async write(bytes: Uint8Array): Promise<"written" | "gone"> {
    if (this.#readerGone) return "gone";
    if (bytes.length > 0) {
      this.#chunks.push(bytes.slice());
      this.#unreadBytes += bytes.length;
      this.#wakeReader();
    }
    while (this.#unreadBytes > CAPACITY_BYTES && !this.#readerGone) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
    }
    return this.#readerGone ? "gone" : "written";
  }

  /** Closes the reading end, dropping unread bytes. */
  closeReader(): void {
    this.#readerGone = true;
    this.#chunks.length = 0;
    this.#wakeReader();
    this.#letWritersGoOn();
  }

  reader(life: FakeLife): ByteReader {
    let last: Uint8Array | undefined;
    life.onDeath(() => this.closeReader());
    return {
      read: async () => {
        life.touch();
        // The bytes of the call before become invalid: code that keeps them without a copy is to be noticed.
        last?.fill(0x3f);
        while (this.#chunks.length === 0 && this.#holders.size > 0 && !this.#readerGone) {
          await new Promise<void>((resolve) => this.#wakeReader = resolve);
        }
        // The dead receive nothing.
        if (life.isDead) return await new Promise<never>(() => {});
        last = this.#chunks.length > 0 && !this.#readerGone ? this.#takeUnread() : undefined;
        return last;
      },
      cancel: () => {
        life.touch();
        this.closeReader();
      },
    };
  }

  #takeUnread(): Uint8Array {
    const taken = concatenate(this.#chunks.splice(0));
    this.#unreadBytes = 0;
    this.#letWritersGoOn();
    return taken;
  }

  #letWritersGoOn(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake();
  }
}

/** For processes that are not read. */
export const NOWHERE: OutputSink = { hold() {}, letGo() {}, write: () => Promise.resolve("written") };
