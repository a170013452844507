/**
 * Starts the supervisor of `run --detach` before the command line is understood, so that it loads the program while the caller
 * does. Both read the same words by the same rules: what the caller refuses, the supervisor refuses, too.
 */

import { askerOf, outerRun } from "../../app/recording/requester.ts";
import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";
import type { StartedAgain } from "../../host/processes.ts";

/** With one of these the caller has something else to do, or to pass on. */
const OTHERWISE = ["--help", "-h", "--version", "-V", "--scheduled", "--dry-run"];

let early: HostResult<StartedAgain> | undefined;

/** Only for calls that are certain to be detached; every other one is left to its command. */
export function startEarly(argv: readonly string[], host: Host): void {
  const { environment, terminal, processes } = host;
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  if (words[0] !== "run" || !words.includes("--detach") || environment.handedOver !== undefined) return;
  if (words.some((word) => OTHERWISE.some((other) => word === other || word.startsWith(`${other}=`)))) return;
  // A run inside a run is refused, and so is an argument that is not text, which a supervisor would get changed.
  if (outerRun(environment) !== undefined || environment.notUtf8().args.length > 0) return;
  early = processes.startAgain(JSON.stringify(askerOf(environment, terminal)));
}

/** The supervisor that was started early, for the one that would start it now. */
export function takeEarly(): HostResult<StartedAgain> | undefined {
  const taken = early;
  early = undefined;
  return taken;
}
