/**
 * Calls of the C library for pseudo-terminals on Linux and macOS, and the numbers that differ between the two. Opened with the first
 * terminal.
 */

const SHARED = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  grantpt: { parameters: ["i32"], result: "i32" },
  unlockpt: { parameters: ["i32"], result: "i32" },
  ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  pipe: { parameters: ["buffer"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  // In another thread, because the call blocks.
  select: {
    parameters: ["i32", "buffer", "pointer", "pointer", "pointer"],
    result: "i32",
    nonblocking: true,
  },
} as const;

const IN_REGISTERS = { ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" } } as const;
/**
 * ioctl takes the rest of its arguments as variable ones. Apple's convention for ARM passes those on the stack, and a call that is
 * declared without them passes there what no longer fits into the eight registers. Source: "Writing ARM64 code for Apple platforms".
 */
const ON_THE_STACK = {
  ioctl: {
    parameters: ["i32", "u64", "u64", "u64", "u64", "u64", "u64", "u64", "buffer"],
    result: "i32",
  },
} as const;

/** Source: asm-generic/fcntl.h and asm-generic/ioctls.h, as on x86 and ARM. */
const LINUX_NUMBERS = {
  flags: { READ_WRITE: 2, NO_CONTROL: 0o400, NONBLOCK: 0o4000, CLOEXEC: 0o2000000 },
  SET_WINDOW_SIZE: 0x5414n,
  CLOSE_ON_EXEC: 0x5451n,
};
/** Source: sys/fcntl.h, sys/ttycom.h and sys/filio.h of macOS. */
const DARWIN_NUMBERS: typeof LINUX_NUMBERS = {
  flags: { READ_WRITE: 2, NO_CONTROL: 0x20000, NONBLOCK: 0x4, CLOEXEC: 0x1000000 },
  SET_WINDOW_SIZE: 0x80087467n,
  CLOSE_ON_EXEC: 0x20006601n,
};

export type PtyCalls = Deno.DynamicLibrary<typeof SHARED>["symbols"] & {
  readonly flags: typeof LINUX_NUMBERS.flags;
  /** The size as struct winsize. */
  setWindowSize(descriptor: number, size: Uint8Array<ArrayBuffer>): void;
  closeOnExec(descriptor: number): void;
};

/** How a pseudo-terminal is asked on a system; exported for the tests of systems that we do not run on. */
export interface PtySystem {
  readonly library: string;
  readonly numbers: typeof LINUX_NUMBERS;
  /** Where variable arguments are passed. */
  readonly variable: "registers" | "stack";
}

export function ptySystem(os: typeof Deno.build.os, arch: typeof Deno.build.arch): PtySystem | undefined {
  if (os === "linux") return { library: "libc.so.6", numbers: LINUX_NUMBERS, variable: "registers" };
  if (os !== "darwin") return undefined;
  const variable = arch === "aarch64" ? "stack" : "registers";
  return { library: "/usr/lib/libSystem.B.dylib", numbers: DARWIN_NUMBERS, variable };
}

let calls: PtyCalls | undefined | "not opened" = "not opened";

/** undefined on Windows, with another C library, and where a policy forbids loading one. */
export function ptyCalls(): PtyCalls | undefined {
  if (calls === "not opened") {
    const system = ptySystem(Deno.build.os, Deno.build.arch);
    try {
      calls = system === undefined ? undefined : open(system);
    } catch {
      calls = undefined;
    }
  }
  return calls;
}

function open({ library, numbers, variable }: PtySystem): PtyCalls {
  const { symbols } = Deno.dlopen(library, SHARED);
  const ioctl = variable === "registers" ? inRegisters(library) : onTheStack(library);
  return {
    ...symbols,
    flags: numbers.flags,
    setWindowSize: (descriptor, size) => void ioctl(descriptor, numbers.SET_WINDOW_SIZE, size),
    closeOnExec: (descriptor) => void ioctl(descriptor, numbers.CLOSE_ON_EXEC, NOTHING),
  };
}

const NOTHING = new Uint8Array(8);

type Ioctl = (descriptor: number, request: bigint, argument: Uint8Array<ArrayBuffer>) => number;

function inRegisters(library: string): Ioctl {
  return Deno.dlopen(library, IN_REGISTERS).symbols.ioctl;
}

function onTheStack(library: string): Ioctl {
  const { ioctl } = Deno.dlopen(library, ON_THE_STACK).symbols;
  return (descriptor, request, argument) => ioctl(descriptor, request, 0n, 0n, 0n, 0n, 0n, 0n, argument);
}
