/**
 * The names in a folder on Linux, by the system's own call: the runtime makes an object for each name, wanted or not. Source:
 * getdents(2).
 */

import { type ForeignCalls, foreignCalls } from "./deno_calls.ts";
import { O_CLOEXEC, O_DIRECTORY } from "./linux_open_flags.ts";
import { PathBytes } from "./linux_statx.ts";
import { linuxCalls } from "./posix_calls.ts";

/** Apart from the other calls, because older C libraries have those, but not this one. */
const CALLS = { getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" } } as const;

const BUFFER_BYTES = 64 * 1024;
/** Where a struct linux_dirent64 has its own length, and where its name begins. */
const LENGTH_AT = 16, NAME_AT = 19;
/** The length is a multiple of this, and the name ends with a zero byte in the last such unit. */
const UNIT_BYTES = 8;
const DOT = 46;

const pathRoom = new PathBytes();
let calls: ForeignCalls<typeof CALLS> | undefined | "not opened" = "not opened";
let buffer: Uint8Array<ArrayBuffer> | undefined;

/** The names with one of the endings; undefined where the folder cannot be listed in this way. */
export function namesWith(endings: readonly string[], folder: string): string[] | undefined {
  const wanted = endings.map((ending) => new TextEncoder().encode(ending));
  return inFolder(folder, O_DIRECTORY, (descriptor) => {
    const names: string[] = [];
    const isWhole = eachName(descriptor, (bytes, start, end) => {
      if (wanted.some((ending) => endsWith(bytes, start, end, ending))) names.push(textOf(bytes, start, end));
    });
    return isWhole ? names : undefined;
  });
}

/** Opens a folder, so that the way to it is gone once; undefined where it cannot be opened in this way. */
export function inFolder<T>(folder: string, flags: number, use: (descriptor: number) => T): T | undefined {
  const system = linuxCalls();
  if (system === undefined || !pathRoom.put(folder)) return undefined;
  const descriptor = system.open(pathRoom.bytes, flags | O_CLOEXEC);
  if (descriptor < 0) return undefined;
  try {
    return use(descriptor);
  } finally {
    system.close(descriptor);
  }
}

/** All names in an open folder; undefined where it cannot be listed in this way. */
export function namesAt(descriptor: number): string[] | undefined {
  const names: string[] = [];
  const isWhole = eachName(descriptor, (bytes, start, end) => void names.push(textOf(bytes, start, end)));
  return isWhole ? names : undefined;
}

/** False where the system does not give them, or not all. */
function eachName(
  descriptor: number,
  take: (bytes: Uint8Array, start: number, end: number) => void,
): boolean {
  const getdents64 = listing()?.getdents64;
  if (getdents64 === undefined) return false;
  buffer ??= new Uint8Array(BUFFER_BYTES);
  for (;;) {
    const filled = Number(getdents64(descriptor, buffer, BigInt(BUFFER_BYTES)));
    if (filled <= 0) return filled === 0;
    for (let at = 0; at < filled;) {
      const next = at + (buffer[at + LENGTH_AT]! | buffer[at + LENGTH_AT + 1]! << 8);
      const start = at + NAME_AT;
      // Bytes after the zero byte are left from an earlier entry.
      const end = buffer.indexOf(0, Math.max(start, next - UNIT_BYTES));
      if (!isDots(buffer, start, end)) take(buffer, start, end);
      at = next;
    }
  }
}

function listing(): Exclude<typeof calls, "not opened"> {
  if (calls === "not opened") {
    try {
      calls = foreignCalls("libc.so.6", CALLS);
    } catch {
      // Another C library, one without this call, or a policy that forbids loading it.
      calls = undefined;
    }
  }
  return calls;
}

/** The folder itself and the one above it, which the system lists as well. */
function isDots(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === DOT && (end === start + 1 || (end === start + 2 && bytes[start + 1] === DOT));
}

function endsWith(bytes: Uint8Array, start: number, end: number, ending: Uint8Array): boolean {
  const from = end - ending.length;
  if (from < start) return false;
  for (let i = ending.length - 1; i >= 0; i--) {
    if (bytes[from + i] !== ending[i]) return false;
  }
  return true;
}

/** For short names, several times as fast as a decoder, which is needed for other characters only. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  const codes: number[] = [];
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) {
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start, end));
    }
    codes.push(bytes[i]!);
  }
  return String.fromCharCode(...codes);
}
