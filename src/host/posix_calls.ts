/**
 * Calls of the C library that the runtime does not offer, opened once. Linux and macOS; knows numbers and
 * bytes alone.
 */

import { type ForeignCalls, foreignCalls } from "./deno_calls.ts";

const SIGNALS = { sigaction: { parameters: ["i32", "buffer", "buffer"], result: "i32" } } as const;

const LINUX = {
  ...SIGNALS,
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  waitid: { parameters: ["i32", "u32", "buffer", "i32"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  // The third argument is only read where a file is created.
  creat: { name: "open", parameters: ["buffer", "i32", "u32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  fsync: { parameters: ["i32"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  link: { parameters: ["buffer", "buffer"], result: "i32" },
  rename: { parameters: ["buffer", "buffer"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  fstatfs: { parameters: ["i32", "buffer"], result: "i32" },
  syncfs: { parameters: ["i32"], result: "i32" },
  syncfsBeside: { name: "syncfs", parameters: ["i32"], result: "i32", nonblocking: true },
  prlimit: { parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
} as const;

const DARWIN = {
  ...SIGNALS,
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
} as const;

let linux: ForeignCalls<typeof LINUX> | undefined | "not opened" = "not opened";
let darwin: ForeignCalls<typeof DARWIN> | undefined | "not opened" = "not opened";

/** undefined on another system, with another C library, and where a policy forbids loading one. */
export function linuxCalls(): Exclude<typeof linux, "not opened"> {
  if (linux === "not opened") {
    linux = Deno.build.os === "linux" ? opened(() => foreignCalls("libc.so.6", LINUX)) : undefined;
  }
  return linux;
}

/** The same, but does not open them, which takes as long as a hundred calls: undefined as long as nobody needed them. */
export function openedLinuxCalls(): Exclude<typeof linux, "not opened"> {
  return linux === "not opened" ? undefined : linux;
}

/** undefined on another system. */
export function darwinCalls(): Exclude<typeof darwin, "not opened"> {
  if (darwin === "not opened") {
    const library = "/usr/lib/libSystem.B.dylib";
    darwin = Deno.build.os === "darwin" ? opened(() => foreignCalls(library, DARWIN)) : undefined;
  }
  return darwin;
}

function opened<Symbols>(open: () => Symbols): Symbols | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}
