/** What is left in the pipes after a process has ended: how long it is read. Knows no files and no processes. */

import type { Clock } from "../host/host.ts";
import type { Capture } from "./capture.ts";

/** How long leftover output is read in which nothing comes, once the processes are gone, or left alone. */
export const DRAIN_MS = 300;
/** How long at most, while something comes: on a slow disk a full pipe takes its time. */
export const DRAIN_MAX_MS = 2000;
/** One look. Whoever gets no processor for a second has looked once, and does not take that for a second of silence. */
export const LOOK_MS = 50;

/**
 * Reads what is left, but not for ever: somebody may hold the pipes open. `isLeftOpen`: processes were left running, so what they
 * go on to write is not waited for. True where it was given up.
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
