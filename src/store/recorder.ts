/**
 * Whether the process that records a run still lives: told by the lock that it holds, and where that was lost or there is
 * none, by who the process is.
 */

import type { RunRecord } from "../model/run.ts";
import type { StoreParts } from "./store_parts.ts";

/** "unknown" where neither tells. */
export type RecorderState = "alive" | "gone" | "unknown";

/** Of a record that says that its run goes on. */
export function recorderState(parts: StoreParts, { id, recorder }: RunRecord): RecorderState {
  const asProcess = (otherwise: RecorderState) =>
    recorder === undefined ? otherwise : parts.processes.probe(recorder);
  if (recorder?.lock === "none") return asProcess("unknown");
  // Shared, so that two readers do not take each other for the recorder.
  const lock = parts.files.tryLock(parts.layout.runLock(id), { exclusive: false, create: "never" });
  if (lock.ok) {
    if (lock.value === "held") return "alive";
    lock.value.release();
    return "gone";
  }
  // A recorder takes its lock away only when its record is final, and a crash leaves it: so somebody else took this one.
  if (lock.failure.kind === "not_found") return asProcess("gone");
  // A lock that cannot be looked at is no proof of a death.
  return asProcess("alive") === "gone" ? "gone" : "alive";
}
