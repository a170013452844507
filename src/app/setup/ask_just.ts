/**
 * Asks just for the recipes of a justfile, if it is on the PATH: a dump evaluates nothing and runs
 * nothing.
 */

import type { Host } from "../../host/host.ts";
import { dumpedRecipes } from "./readers/just_dump.ts";
import type { Reading } from "./readers/proposal.ts";

const TIMEOUT_MS = 5000;
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** undefined: just is not installed, or does not answer; the file is then read without it. */
export async function askJust(host: Host, folder: string, file: string): Promise<Reading | undefined> {
  const { environment, paths, processes } = host;
  const env = environment.all();
  const program = processes.findProgram("just", { workingDir: folder, env });
  // A program of the repository is not run before a person has read what it does.
  if (!program.ok || isWithin(paths.relative(folder, program.value), paths.isAbsolute)) return undefined;
  const ran = await processes.runTool({
    program: program.value,
    args: ["--justfile", paths.join(folder, file), "--dump", "--dump-format", "json"],
    workingDir: folder,
    env,
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (!ran.ok || ran.value.exit.kind !== "exited" || ran.value.exit.exit_code !== 0) return undefined;
  const reading = dumpedRecipes(new TextDecoder().decode(ran.value.stdout), file, environment.os);
  return reading.ok ? reading : undefined;
}

function isWithin(relative: string, isAbsolute: (path: string) => boolean): boolean {
  return !isAbsolute(relative) && relative.split(/[/\\]/)[0] !== "..";
}
