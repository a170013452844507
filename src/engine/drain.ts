/**
 * Decides how long output that is left in the pipes is read after a process has ended. Knows no files and no
 * processes.
 */

import type { Clock } from "../host/clock.ts";
import type { Capture } from "./capture.ts";

/** How long silence lasts before reading stops, once the processes are gone or left alone. */
export const DRAIN_MS = 300;
/** The upper limit while output still comes: on a slow disk a full pipe takes time. */
export const DRAIN_MAX_MS = 2000;
/**
 * The pause between two looks. A process that was denied the processor for a second has looked only once, and
 * does not mistake that for a second of silence.
 */
export const LOOK_MS = 50;

/**
 * Reads leftover output within bounds, because a process may hold the pipes open. `isLeftOpen`: processes were
 * left running, and their further output is not waited for. Returns true where reading was abandoned.
 */
export async function drain(
  captures: readonly Capture[],
  clock: Clock,
  isLeftOpen: boolean,
): Promise<boolean> {
  const allDone = Promise.all(captures.map((capture) => capture.done)).then(() => "ended" as const);
  const keptBytes = () => captures.reduce((sum, capture) => sum + capture.keptBytes, 0);
  let silentMs = 0;
  let kept = keptBytes();
  for (let lookedMs = 0; silentMs < DRAIN_MS && lookedMs < DRAIN_MAX_MS; lookedMs += LOOK_MS) {
    const look = clock.after(LOOK_MS);
    const seen = await Promise.race([allDone, look.elapsed]).finally(() => look.cancel());
    if (seen === "ended") return false;
    const now = keptBytes();
    silentMs = now > kept && !isLeftOpen ? 0 : silentMs + LOOK_MS;
    kept = now;
  }
  for (const capture of captures) capture.cancel();
  await allDone;
  return true;
}
