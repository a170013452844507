/** The real machine, put together. */

import type { Host } from "./host.ts";
import type { Paths } from "./paths.ts";
import type { Processes } from "./processes.ts";
import { createDigests } from "./deno_digests.ts";
import { createClock, createEnvironment, currentSystem } from "./deno_environment.ts";
import { createFiles } from "./deno_files.ts";
import { createPosixProcesses, POSIX_PATHS } from "./deno_processes.ts";
import { createNetwork } from "./deno_network.ts";
import { createSigning } from "./deno_signing.ts";
import { createSignals, keepIgnoredSoon } from "./deno_signals.ts";
import { createTerminal } from "./deno_terminal.ts";

/** The host of a process that is the program's own, which may change how the whole process treats signals. */
export async function createProgramHost(): Promise<Host> {
  keepIgnoredSoon();
  return await createDenoHost();
}

/** Code for Windows is loaded on Windows only. */
export async function createDenoHost(): Promise<Host> {
  const os = currentSystem();
  const [paths, processes] = os === "windows"
    ? await forWindows()
    : [POSIX_PATHS, createPosixProcesses()] as const;
  return {
    files: createFiles(os, paths),
    paths,
    processes,
    clock: createClock(),
    digests: createDigests(),
    signing: createSigning(),
    terminal: createTerminal(),
    environment: createEnvironment(),
    signals: createSignals(os),
    network: createNetwork(),
  };
}

async function forWindows(): Promise<readonly [Paths, Processes]> {
  const { createWindowsProcesses, WINDOWS_PATHS } = await import("./deno_processes_windows.ts");
  return [WINDOWS_PATHS, createWindowsProcesses()];
}
