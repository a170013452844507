/** The real machine, put together. */

import type { Host } from "./host.ts";
import { createDigests } from "./deno_digests.ts";
import { createClock, createEnvironment, createSignals, currentSystem } from "./deno_environment.ts";
import { createFiles } from "./deno_files.ts";
import { createPosixProcesses } from "./deno_processes.ts";
import { createWindowsProcesses } from "./deno_processes_windows.ts";
import { createTerminal } from "./deno_terminal.ts";
import { pathsFor } from "./platform_paths.ts";

export function createDenoHost(): Host {
  const os = currentSystem();
  const paths = pathsFor(os);
  return {
    files: createFiles(os, paths),
    paths,
    processes: os === "windows" ? createWindowsProcesses() : createPosixProcesses(),
    clock: createClock(),
    digests: createDigests(),
    terminal: createTerminal(),
    environment: createEnvironment(),
    signals: createSignals(),
  };
}
