#!/usr/bin/env node
// Starts Orchastration from its npm package, with the Deno of the package "deno". It replaces Node where Node
// supports that (22.15 and newer, not on Windows); elsewhere Node stays, forwards signals and exits with the
// same status.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const deno = createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
const windows = process.platform === "win32";

/** The folder where the runtime may keep compiled code; without one it does not keep any. */
function cacheFolder() {
  if (windows) return join(process.env.LOCALAPPDATA || homedir(), "orchastration");
  const { XDG_CACHE_HOME: given, HOME: home } = process.env;
  if (given !== undefined && isAbsolute(given)) return join(given, "orchastration");
  return home !== undefined && isAbsolute(home) ? join(home, ".cache", "orchastration") : "/dev/null";
}

/** The program restores these before it does anything else. */
const changed = {
  // The runtime reads .npmrc in the home folder, and refuses to start where it cannot.
  ...(windows ? {} : { HOME: here }),
  DENO_DIR: join(cacheFolder(), "runtime"),
  DENO_NO_UPDATE_CHECK: "1",
  DENO_DISABLE_NODE_SHIM: "1",
};
const env = { ...process.env, ...changed, ORCHASTRATION_LAUNCHER_CHANGED: Object.keys(changed).join(" ") };
for (const name of Object.keys(changed)) {
  if (process.env[name] !== undefined) env[`ORCHASTRATION_OUTER_${name}`] = process.env[name];
}

// Node has raised its soft limit of open files and cannot be asked for the earlier one; the caller's limit is
// equal, under the same hard limit.
const openFiles = (of) => {
  try {
    return readFileSync(`/proc/${of}/limits`, "latin1").match(/^Max open files\s+(\d+)\s+(\d+)/m) ?? [];
  } catch {
    return [];
  }
};
const [[, soft, hard], [, , ours]] = [openFiles(process.ppid), openFiles("self")];
if (soft !== undefined && hard === ours) env.ORCHASTRATION_OUTER_OPEN_FILES = soft;

// The runtime does not start in a deleted folder: the program works without one, and reports it where it
// needs one.
try {
  process.cwd();
} catch {
  env.ORCHASTRATION_FOLDER_IS_GONE = "1";
  process.chdir("/");
}

const args = [
  ...[
    "run",
    "-A",
    "@V8_FLAGS@",
    "--no-prompt",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
  ],
  ...["--cached-only", join(here, "program", "start.js"), ...process.argv.slice(2)],
];

if (typeof process.execve === "function" && !windows) {
  // Signals that Node ignores for itself stay ignored after this call, but that is not the caller's wish.
  process.execve(deno, [deno, ...args], { ...env, ORCHASTRATION_LAUNCHER_NODE: "1" });
} else {
  const child = spawn(deno, args, { stdio: "inherit", env });
  // A key press at a terminal reaches both processes by itself.
  const atTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  const posix = [
    ...[
      "SIGQUIT",
      "SIGABRT",
      "SIGUSR1",
      "SIGUSR2",
      "SIGALRM",
      "SIGVTALRM",
      "SIGPROF",
      "SIGXCPU",
      "SIGIO",
      "SIGPWR",
    ],
    "SIGSTKFLT",
  ].filter((signal) => signal in constants.signals);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", ...(windows ? ["SIGBREAK"] : posix)]) {
    const typed = atTerminal && (windows || signal === "SIGINT" || signal === "SIGQUIT");
    process.on(signal, () => typed || child.kill(signal));
  }
  child.on("error", (error) => {
    console.error(`error: Cannot start the runtime "${deno}": ${error.message}`);
    process.exit(70);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
