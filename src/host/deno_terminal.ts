/** Standard input, output and error of this process. Writing waits for the reader without stopping the thread. */

import type { HostResult } from "./host_result.ts";
import type { InputStream, OutputStream, Terminal } from "./terminal.ts";
import { problemOf } from "./deno_problem.ts";
import { inputIsTheShells, keepModes, takeConsoleKeys } from "./deno_terminal_modes.ts";

/** A stream that another program set to non-blocking returns "try again" instead of waiting. */
const RETRY_PAUSE_MS = 5;
const RESIZE_LOOK_MS = 250;

export function createTerminal(): Terminal {
  return {
    stdin: inputStream(),
    stdout: outputStream(Deno.stdout, 1),
    stderr: outputStream(Deno.stderr, 2),
    get sharedOutput() {
      if (Deno.stdout.isTerminal() && Deno.stderr.isTerminal()) return true;
      return identityOf(1) !== undefined && identityOf(1) === identityOf(2);
    },
    isForeground,
    inputIsTheShells,
    keepModes: () => Deno.stdin.isTerminal() ? keepModes() : undefined,
    takeKeys,
    onResize(handler) {
      if (Deno.build.os === "windows") return lookForResize(handler);
      Deno.addSignalListener("SIGWINCH", handler);
      return () => Deno.removeSignalListener("SIGWINCH", handler);
    },
  };
}

function takeKeys(): (() => void) | undefined {
  if (!Deno.stdin.isTerminal()) return undefined;
  // The runtime's own raw mode takes Ctrl-C as a key there.
  if (Deno.build.os === "windows") return takeConsoleKeys();
  const restore = keepModes();
  try {
    Deno.stdin.setRaw(true, { cbreak: true });
  } catch {
    return undefined;
  }
  return () => {
    try {
      Deno.stdin.setRaw(false);
    } catch {
      // The terminal is gone.
    }
    restore?.();
  };
}

/** Windows does not tell, so the size is compared from time to time. */
function lookForResize(handler: () => void): () => void {
  const now = () => JSON.stringify(sizeOf(Deno.stdout) ?? null);
  let last = now();
  const timer = setInterval(() => {
    const size = now();
    if (size === last) return;
    last = size;
    handler();
  }, RESIZE_LOOK_MS);
  Deno.unrefTimer(timer);
  return () => clearInterval(timer);
}

/** Whether our process group is the terminal's foreground group. */
async function isForeground(): Promise<boolean> {
  try {
    switch (Deno.build.os) {
      case "windows":
        return true;
      case "linux": {
        // The fields after the name, which can contain anything: state, parent, group, session, terminal,
        // foreground group.
        const fields = Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /s, "").split(" ");
        return fields[2] === fields[5];
      }
      default: {
        const args = ["-o", "pgid=", "-o", "tpgid=", "-p", String(Deno.pid)];
        const { stdout } = await new Deno.Command("/bin/ps", { args, stdin: "null", stderr: "null" })
          .output();
        const [group, listenedTo] = new TextDecoder().decode(stdout).trim().split(/\s+/);
        return group !== "" && group === listenedTo;
      }
    }
  } catch {
    return false;
  }
}

/** Device and inode of an open file; undefined where the system does not show them. */
function identityOf(descriptor: number): string | undefined {
  try {
    const info = Deno.statSync(`/dev/fd/${descriptor}`);
    return `${info.dev}:${info.ino}`;
  } catch {
    return undefined;
  }
}

function inputStream(): InputStream {
  return {
    get isTerminal() {
      return Deno.stdin.isTerminal();
    },
    async read(into): Promise<HostResult<number | undefined>> {
      try {
        return { ok: true, value: (await Deno.stdin.read(into)) ?? undefined };
      } catch (error) {
        return { ok: false, failure: problemOf(error) };
      }
    },
  };
}

/** Both are the same device. */
function isNullDevice(descriptor: number): boolean {
  try {
    const [opened, nothing] = [Deno.statSync(`/dev/fd/${descriptor}`), Deno.statSync("/dev/null")];
    return opened.isCharDevice === true && opened.rdev === nothing.rdev;
  } catch {
    return false;
  }
}

/** A pseudo-terminal whose size was never set has 0. */
function sizeOf(stream: typeof Deno.stdout): { readonly columns: number; readonly rows: number } | undefined {
  if (!stream.isTerminal()) return undefined;
  try {
    return Deno.consoleSize();
  } catch {
    return undefined;
  }
}

function outputStream(stream: typeof Deno.stdout, descriptor: number): OutputStream {
  let isDiscarded: boolean | undefined;
  return {
    get isTerminal() {
      return stream.isTerminal();
    },
    get columns() {
      return sizeOf(stream)?.columns || undefined;
    },
    get rows() {
      return sizeOf(stream)?.rows || undefined;
    },
    get isDiscarded() {
      return isDiscarded ??= isNullDevice(descriptor);
    },
    async write(bytes) {
      for (let offset = 0; offset < bytes.length;) {
        try {
          offset += await stream.write(offset === 0 ? bytes : bytes.subarray(offset));
        } catch (error) {
          if (!(error instanceof Deno.errors.WouldBlock)) return { ok: false, failure: problemOf(error) };
          await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
        }
      }
      return { ok: true, value: undefined };
    },
  };
}
