/** The terminal as the C library knows it: its modes (raw, echo and others), which a killed program does not restore, and its foreground group. */

import { type ForeignCalls, foreignCalls } from "./deno_calls.ts";

/** More bytes than a `struct termios` takes on any system. */
const TERMIOS_BYTES = 256;
const STDIN = 0;
const NOW = 0;
/** GetStdHandle takes this number for the input, GetConsoleMode for its modes. Source: processenv.h. */
const STD_INPUT_HANDLE = 0xfffffff6;

/** The modes of a console's input. Source: consoleapi.h. */
const SIGNAL_KEYS = 0x1;
const LINES = 0x2;
const ECHO = 0x4;
const SEQUENCES = 0x200;

const POSIX = {
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
  getpgrp: { parameters: [], result: "i32" },
} as const;
const WINDOWS = {
  GetStdHandle: { parameters: ["u32"], result: "pointer" },
  GetConsoleMode: { parameters: ["pointer", "buffer"], result: "i32" },
  SetConsoleMode: { parameters: ["pointer", "u32"], result: "i32" },
} as const;

/** Returns a function that restores the present modes; undefined where they cannot be read. */
export function keepModes(): (() => void) | undefined {
  try {
    return Deno.build.os === "windows" ? keepConsoleMode() : keepTermios();
  } catch {
    // Another C library, or a policy against loading one: the terminal stays as the program left it.
    return undefined;
  }
}

/** False where there is no such thing as a foreground, or it cannot be asked for. */
export function inputIsTheShells(): boolean {
  if (Deno.build.os === "windows" || !Deno.stdin.isTerminal()) return false;
  try {
    const { tcgetpgrp, getpgrp } = posixCalls();
    const foreground = tcgetpgrp(STDIN);
    // Another terminal than our own has no foreground for us, and its input is nobody's.
    return foreground > 0 && foreground !== getpgrp();
  } catch {
    return false;
  }
}

let posix: ForeignCalls<typeof POSIX> | undefined;

/** Throws with another C library, and where a policy forbids to load one. */
function posixCalls() {
  return posix ??= foreignCalls(Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libc.so.6", POSIX);
}

function keepTermios(): (() => void) | undefined {
  const { tcgetattr, tcsetattr, tcgetpgrp, getpgrp } = posixCalls();
  const modes = new Uint8Array(TERMIOS_BYTES);
  if (tcgetattr(STDIN, modes) !== 0) return undefined;
  return () => {
    // The system stops a background process that sets the modes.
    if (tcgetpgrp(STDIN) === getpgrp()) tcsetattr(STDIN, NOW, modes);
  };
}

function keepConsoleMode(): (() => void) | undefined {
  return changeConsoleMode((mode) => mode);
}

/** Keys that send signals still do; lines and echo are the program's. undefined where there is no console. */
export function takeConsoleKeys(): (() => void) | undefined {
  try {
    return changeConsoleMode((mode) => (mode & ~(LINES | ECHO)) | SIGNAL_KEYS | SEQUENCES);
  } catch {
    return undefined;
  }
}

/** Returns a function that restores the mode. */
function changeConsoleMode(change: (mode: number) => number): (() => void) | undefined {
  const library = Deno.dlopen("kernel32.dll", WINDOWS);
  const { GetStdHandle, GetConsoleMode, SetConsoleMode } = library.symbols;
  const handle = GetStdHandle(STD_INPUT_HANDLE);
  const mode = new Uint32Array(1);
  if (handle === null || GetConsoleMode(handle, mode) === 0) return undefined;
  const wanted = change(mode[0]!);
  if (wanted !== mode[0] && SetConsoleMode(handle, wanted) === 0) return undefined;
  return () => void SetConsoleMode(handle, mode[0]!);
}
