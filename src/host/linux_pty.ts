/** Pseudo-terminals for programs on Linux: pairs of which the program has one end and we the other. Knows no processes. */

import type { TerminalSize } from "./host.ts";
import { O_CLOEXEC, O_NONBLOCK } from "./linux_open_flags.ts";

const PTY = {
  posix_openpt: { parameters: ["i32"], result: "i32" },
  grantpt: { parameters: ["i32"], result: "i32" },
  unlockpt: { parameters: ["i32"], result: "i32" },
  ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
} as const;

const READ_WRITE = 2;
const NO_CONTROL = 0o400;
/** Source: asm-generic/ioctls.h; other on MIPS, PowerPC and SPARC, which the runtime does not have. */
const SET_WINDOW_SIZE = 0x5414n;
const NAME_BYTES = 64;
/** Writing to a program that does not read is retried after this time. */
const TRY_AGAIN_MS = 10;

type PtyCalls = Deno.DynamicLibrary<typeof PTY>["symbols"];

let calls: PtyCalls | undefined | "not opened" = "not opened";

/** undefined with another C library, and where a policy forbids loading one. */
export function ptyCalls(): PtyCalls | undefined {
  if (calls === "not opened") {
    try {
      calls = Deno.build.os === "linux" ? Deno.dlopen("libc.so.6", PTY).symbols : undefined;
    } catch {
      calls = undefined;
    }
  }
  return calls;
}

export class LinuxPty {
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
  static open(size: TerminalSize): LinuxPty | undefined {
    const calls = ptyCalls();
    if (calls === undefined) return undefined;
    const descriptor = calls.posix_openpt(READ_WRITE | NO_CONTROL | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return undefined;
    const name = new Uint8Array(NAME_BYTES);
    const isNamed = calls.grantpt(descriptor) === 0 && calls.unlockpt(descriptor) === 0 &&
      calls.ptsname_r(descriptor, name, BigInt(NAME_BYTES)) === 0;
    const theirs = isNamed ? calls.open(name, READ_WRITE | NO_CONTROL | O_CLOEXEC) : -1;
    if (theirs < 0) {
      calls.close(descriptor);
      return undefined;
    }
    const pty = new LinuxPty(calls, descriptor, name, theirs);
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
    if (this.#isOpen) {
      this.#calls.ioctl(
        this.descriptor,
        SET_WINDOW_SIZE,
        new Uint8Array(new Uint16Array([rows, columns, 0, 0]).buffer),
      );
    }
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
