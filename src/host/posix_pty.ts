/** Pseudo-terminals for programs on Linux and macOS: pairs of which the program has one end and we the other. Knows no processes. */

import type { TerminalSize } from "./processes.ts";
import { type PtyCalls, ptyCalls } from "./posix_pty_calls.ts";

const NAME_BYTES = 64;
/** Writing to a program that does not read is retried after this time. */
const TRY_AGAIN_MS = 10;

const MASTERS = new TextEncoder().encode("/dev/ptmx\0");

export class PosixPty {
  /** Our end. */
  readonly descriptor: number;
  /** The program's end, as a path that ends with NUL. */
  readonly name: Uint8Array<ArrayBuffer>;
  readonly #calls: PtyCalls;
  /** Held until the program has its own, because a terminal without an open end counts as hung up. */
  #theirs: number;
  #isOpen = true;

  private constructor(
    calls: PtyCalls,
    descriptor: number,
    name: Uint8Array<ArrayBuffer>,
    theirs: number,
  ) {
    this.#calls = calls;
    this.descriptor = descriptor;
    this.name = name;
    this.#theirs = theirs;
  }

  /** undefined where the system has none left. */
  static open(size: TerminalSize): PosixPty | undefined {
    const calls = ptyCalls();
    if (calls === undefined) return undefined;
    const { READ_WRITE, NO_CONTROL, NONBLOCK, CLOEXEC } = calls.flags;
    const descriptor = calls.open(MASTERS, READ_WRITE | NO_CONTROL | NONBLOCK | CLOEXEC);
    if (descriptor < 0) return undefined;
    const name = new Uint8Array(NAME_BYTES);
    const isNamed = calls.grantpt(descriptor) === 0 && calls.unlockpt(descriptor) === 0 &&
      calls.ptsname_r(descriptor, name, BigInt(NAME_BYTES)) === 0;
    const theirs = isNamed ? calls.open(name, READ_WRITE | NO_CONTROL | CLOEXEC) : -1;
    if (theirs < 0) {
      calls.close(descriptor);
      return undefined;
    }
    const pty = new PosixPty(calls, descriptor, name, theirs);
    pty.resize(size);
    return pty;
  }

  /** The program has its end, or never will. */
  handedOver(): void {
    if (this.#theirs >= 0) this.#calls.close(this.#theirs);
    this.#theirs = -1;
  }

  /** Programs in the foreground of the terminal get SIGWINCH from the system. */
  resize({ columns, rows }: TerminalSize): void {
    if (!this.#isOpen) return;
    this.#calls.setWindowSize(
      this.descriptor,
      new Uint8Array(new Uint16Array([rows, columns, 0, 0]).buffer),
    );
  }

  /** Passes typed keys on. Waits while the program does not read, and drops the rest if the terminal is closed. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0 && this.#isOpen;) {
      const piece = new Uint8Array(rest);
      const taken = Number(this.#calls.write(this.descriptor, piece, BigInt(piece.length)));
      if (taken > 0) rest = rest.subarray(taken);
      else await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    }
  }

  /** The reader of the descriptor closes it. */
  closed(): void {
    this.#isOpen = false;
    this.handedOver();
  }
}
