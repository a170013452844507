/**
 * Some names of a large folder on Linux, through its C library: the runtime makes an object for each name of the folder, wanted or
 * not. Source: getdents(2).
 */

import { O_CLOEXEC } from "./linux_open_flags.ts";

const CALLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
} as const;

/** It differs between processors, and the call refuses what is no folder without it. Source: fcntl.h of x86 and ARM. */
const O_DIRECTORY = Deno.build.arch === "x86_64" ? 0o200000 : 0o40000;
const BUFFER_BYTES = 64 * 1024;
/** Where a struct linux_dirent64 has its own length, and where its name begins. */
const LENGTH_AT = 16, NAME_AT = 19;
/** The length is a multiple of this, and the name ends with a zero byte in the last such unit. */
const UNIT_BYTES = 8;

/** The names with one of the endings; undefined where the folder cannot be listed in this way. */
export function namesWith(endings: readonly string[], folder: string): string[] | undefined {
  let libc: Deno.DynamicLibrary<typeof CALLS>;
  try {
    libc = Deno.dlopen("libc.so.6", CALLS);
  } catch {
    // Another C library, one without this call, or a policy that forbids loading it.
    return undefined;
  }
  const { open, close, getdents64 } = libc.symbols;
  const descriptor = open(new TextEncoder().encode(`${folder}\0`), O_DIRECTORY | O_CLOEXEC);
  try {
    if (descriptor < 0) return undefined;
    const wanted = endings.map((ending) => new TextEncoder().encode(ending));
    const buffer = new Uint8Array(BUFFER_BYTES);
    const names: string[] = [];
    for (;;) {
      const filled = Number(getdents64(descriptor, buffer, BigInt(BUFFER_BYTES)));
      if (filled === 0) return names;
      if (filled < 0) return undefined;
      addNames(buffer.subarray(0, filled), wanted, names);
    }
  } finally {
    if (descriptor >= 0) close(descriptor);
    libc.close();
  }
}

function addNames(bytes: Uint8Array, endings: readonly Uint8Array[], names: string[]): void {
  for (let at = 0; at < bytes.length;) {
    const next = at + (bytes[at + LENGTH_AT]! | bytes[at + LENGTH_AT + 1]! << 8);
    const start = at + NAME_AT;
    // Bytes after the zero byte are left from an earlier entry.
    const end = bytes.indexOf(0, Math.max(start, next - UNIT_BYTES));
    if (endings.some((ending) => endsWith(bytes, start, end, ending))) {
      names.push(textOf(bytes.subarray(start, end)));
    }
    at = next;
  }
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
function textOf(name: Uint8Array): string {
  const codes: number[] = [];
  for (let i = 0; i < name.length; i++) {
    if (name[i]! >= 0x80) return new TextDecoder().decode(name);
    codes.push(name[i]!);
  }
  return String.fromCharCode(...codes);
}
