/** The real machine, put together. */

import type { Host, Paths, Processes } from "./host.ts";
import { createDigests } from "./deno_digests.ts";
import { createClock, createEnvironment, createSignals, currentSystem } from "./deno_environment.ts";
import { createFiles } from "./deno_files.ts";
import { createPosixProcesses } from "./deno_processes.ts";
import { createTerminal } from "./deno_terminal.ts";
import * as posixPaths from "@std/path/posix";

/** What only Windows needs is loaded there alone. */
export async function createDenoHost(): Promise<Host> {
  const os = currentSystem();
  const [paths, processes] = os === "windows"
    ? await forWindows()
    : [posixPaths, createPosixProcesses()] as const;
  return {
    files: createFiles(os, paths),
    paths,
    processes,
    clock: createClock(),
    digests: createDigests(),
    terminal: createTerminal(),
    environment: createEnvironment(),
    signals: createSignals(),
  };
}

async function forWindows(): Promise<readonly [Paths, Processes]> {
  const [paths, { createWindowsProcesses }] = await Promise.all([
    import("@std/path/windows"),
    import("./deno_processes_windows.ts"),
  ]);
  return [paths, createWindowsProcesses()];
}
