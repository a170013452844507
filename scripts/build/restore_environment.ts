/**
 * Restores the environment that the caller gave the launcher. The launcher sets some variables for the
 * runtime, which jobs must not see. Knows nothing of the program.
 */

import { setLauncherVariables } from "../../src/host/deno_handed_over.ts";
import { setCallerSoftLimit } from "../../src/host/posix_limits.ts";

/** The caller's soft limit of open files. */
const OPEN_FILES = "ORCHASTRATION_OUTER_OPEN_FILES";
/**
 * Set where the launcher was Node and was replaced by us: Node ignores SIGXFSZ, whatever its caller wants.
 */
const NODE = "ORCHASTRATION_LAUNCHER_NODE";
/**
 * The names of the variables that the launcher changed, separated by spaces. The earlier value of each is in
 * `ORCHASTRATION_OUTER_<name>`.
 */
const CHANGED = "ORCHASTRATION_LAUNCHER_CHANGED";

const changed = Deno.env.get(CHANGED);
const names = changed?.split(" ") ?? [];
const ofLauncher = [
  CHANGED,
  OPEN_FILES,
  NODE,
  ...names,
  ...names.map((name) => `ORCHASTRATION_OUTER_${name}`),
];
setLauncherVariables(Object.fromEntries(ofLauncher.flatMap((name) => {
  const value = knownValue(name);
  return value === undefined ? [] : [[name, value]];
})));

if (changed !== undefined) {
  for (const name of changed.split(" ")) {
    const outer = outerValue(name);
    if (outer === undefined) Deno.env.delete(name);
    else Deno.env.set(name, outer);
    Deno.env.delete(`ORCHASTRATION_OUTER_${name}`);
  }
  Deno.env.delete(CHANGED);
}

const openFiles = Deno.env.get(OPEN_FILES);
if (openFiles !== undefined) {
  setCallerSoftLimit(openFiles);
  Deno.env.delete(OPEN_FILES);
}

if (Deno.env.get(NODE) !== undefined) {
  Deno.env.delete(NODE);
  // Signals that we handle have their default treatment in a job.
  Deno.addSignalListener("SIGXFSZ", () => {});
}

/** A value that is not UTF-8 cannot be read, and so cannot be restored. */
function outerValue(name: string): string | undefined {
  return knownValue(`ORCHASTRATION_OUTER_${name}`);
}

function knownValue(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return undefined;
    throw error;
  }
}
