/**
 * Gives the program the environment that its caller gave the launcher. The runtime reads some variables when it starts,
 * and the launcher sets them for it; jobs must not see that. Knows nothing of the program.
 */

import { tellSoftLimit } from "../../src/host/posix_limits.ts";

/** The caller's soft limit of open files. */
const OPEN_FILES = "ORCHASTRATION_OUTER_OPEN_FILES";
/** Set where the launcher is Node and became us: it has SIGXFSZ ignored, whatever its caller wants. */
const NODE = "ORCHASTRATION_LAUNCHER_NODE";
/** Names, with spaces between, of what the launcher has changed. What each was before is in `ORCHASTRATION_OUTER_<name>`. */
const CHANGED = "ORCHASTRATION_LAUNCHER_CHANGED";

const changed = Deno.env.get(CHANGED);
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
  tellSoftLimit(openFiles);
  Deno.env.delete(OPEN_FILES);
}

if (Deno.env.get(NODE) !== undefined) {
  Deno.env.delete(NODE);
  // What we listen to, a job has as the system made it.
  Deno.addSignalListener("SIGXFSZ", () => {});
}

/** One that is not UTF-8 cannot be read, and so not be put back. */
function outerValue(name: string): string | undefined {
  try {
    return Deno.env.get(`ORCHASTRATION_OUTER_${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return undefined;
    throw error;
  }
}
