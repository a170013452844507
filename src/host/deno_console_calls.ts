/** Calls of Windows that give a process a pseudo-console, opened with the first one. Knows numbers and bytes alone. */

const KERNEL = {
  CreatePipe: { parameters: ["buffer", "buffer", "usize", "u32"], result: "i32" },
  // COORD is passed by its value: two 16-bit numbers.
  CreatePseudoConsole: { parameters: ["u32", "usize", "usize", "u32", "buffer"], result: "i32" },
  ResizePseudoConsole: { parameters: ["usize", "u32"], result: "i32" },
  // In other threads, because these calls block.
  ClosePseudoConsole: { parameters: ["usize"], result: "void", nonblocking: true },
  WaitForSingleObject: { parameters: ["usize", "u32"], result: "u32", nonblocking: true },
  ReadFile: { parameters: ["usize", "buffer", "u32", "buffer", "usize"], result: "i32", nonblocking: true },
  WriteFile: { parameters: ["usize", "buffer", "u32", "buffer", "usize"], result: "i32", nonblocking: true },
  InitializeProcThreadAttributeList: { parameters: ["buffer", "u32", "u32", "buffer"], result: "i32" },
  UpdateProcThreadAttribute: {
    parameters: ["buffer", "u32", "usize", "usize", "usize", "usize", "usize"],
    result: "i32",
  },
  DeleteProcThreadAttributeList: { parameters: ["buffer"], result: "void" },
  CreateFileW: { parameters: ["buffer", "u32", "u32", "buffer", "u32", "u32", "usize"], result: "usize" },
  CreateProcessW: {
    parameters: [
      ...["buffer", "buffer", "usize", "usize", "i32"] as const,
      ...["u32", "buffer", "buffer", "buffer", "buffer"] as const,
    ],
    result: "i32",
  },
  GetExitCodeProcess: { parameters: ["usize", "buffer"], result: "i32" },
  CloseHandle: { parameters: ["usize"], result: "i32" },
} as const;

type Kernel = Deno.DynamicLibrary<typeof KERNEL>["symbols"];

export interface ConsoleCalls extends Kernel {
  /** Where the bytes are, for structures that contain addresses. The caller keeps the bytes. */
  addressOf(bytes: Uint8Array<ArrayBuffer>): bigint;
}

let calls: ConsoleCalls | undefined | "not opened" = "not opened";

/** undefined on other systems, on Windows before version 1809, and where a policy forbids loading a library. */
export function consoleCalls(): ConsoleCalls | undefined {
  if (calls === "not opened") {
    try {
      calls = Deno.build.os === "windows"
        ? { ...Deno.dlopen("kernel32.dll", KERNEL).symbols, addressOf }
        : undefined;
    } catch {
      calls = undefined;
    }
  }
  return calls;
}

function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)));
}
