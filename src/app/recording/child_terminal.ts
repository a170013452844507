/** Forwards our terminal to the terminal of a job: the size of the window, and the keys that are pressed. */

import type { Display } from "../../model/color_env.ts";
import type { Host } from "../../host/host.ts";
import type { ChildTerminal, TerminalSize } from "../../host/processes.ts";

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
const READ_BYTES = 4096;
/** Ctrl-D: a terminal has no other end of its input. */
const END_OF_INPUT = new Uint8Array([4]);

/** The size of our own terminal, so that captured output looks as it is shown. */
export function terminalSize({ columns, rows }: Display): TerminalSize {
  return { columns: columns ?? DEFAULT_COLUMNS, rows: rows ?? DEFAULT_ROWS };
}

/** Input that was read for a job that has ended meanwhile is kept for the next one. */
const readers = new WeakMap<Host, InputReader>();

/** While it is attached, a terminal of a job follows ours. */
export class FollowedTerminal {
  readonly #host: Host;
  readonly #child: ChildTerminal;
  readonly #takesInput: boolean;
  readonly #unlisten: () => void;
  #giveBackKeys: (() => void) | undefined;
  #isOver = false;

  /** `takesInput`: our input is the job's. */
  constructor(host: Host, child: ChildTerminal, takesInput: boolean, display: Display) {
    this.#host = host;
    this.#child = child;
    this.#takesInput = takesInput;
    this.#unlisten = host.terminal.onResize(() => child.resize(terminalSize(display)));
    this.takeKeys();
    if (takesInput) void this.#passOn();
  }

  /** Our terminal delivers each key as it is pressed, until `giveBackKeys`; the job's own terminal echoes the keys. */
  takeKeys(): void {
    if (this.#takesInput && !this.#isOver) this.#giveBackKeys ??= this.#host.terminal.takeKeys();
  }

  giveBackKeys(): void {
    this.#giveBackKeys?.();
    this.#giveBackKeys = undefined;
  }

  close(): void {
    this.#isOver = true;
    this.#unlisten();
    this.giveBackKeys();
  }

  async #passOn(): Promise<void> {
    const known = readers.get(this.#host);
    const reader = known ?? new InputReader(this.#host);
    if (known === undefined) readers.set(this.#host, reader);
    for (;;) {
      const bytes = await reader.next();
      // Another reader may continue from the kept bytes.
      if (this.#isOver) return;
      reader.taken();
      await this.#child.write(bytes ?? END_OF_INPUT);
      if (bytes === undefined) return;
    }
  }
}

/** A read that has begun cannot be cancelled, so all readers of its bytes share it. */
class InputReader {
  readonly #host: Host;
  #pending: Promise<Uint8Array | undefined> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** undefined at the end. The same bytes until `taken` is called. */
  next(): Promise<Uint8Array | undefined> {
    return this.#pending ??= this.#read();
  }

  taken(): void {
    this.#pending = undefined;
  }

  async #read(): Promise<Uint8Array | undefined> {
    const buffer = new Uint8Array(READ_BYTES);
    const read = await this.#host.terminal.stdin.read(buffer);
    return read.ok && read.value !== undefined ? buffer.subarray(0, read.value) : undefined;
  }
}
