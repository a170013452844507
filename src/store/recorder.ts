/**
 * Whether the recorder of a run is still alive: decided by the lock that it holds, and where that was lost or
 * is not available, by its process identity.
 */

import type { RunRecord } from "../model/run.ts";
import type { StoreParts } from "./store_parts.ts";

/** "unknown" where neither gives an answer. */
export type RecorderState = "alive" | "gone" | "unknown";

/** For a record that says its run is still going. */
export function recorderState(parts: StoreParts, { id, recorder }: RunRecord): RecorderState {
  const asProcess = (otherwise: RecorderState) =>
    recorder === undefined ? otherwise : parts.processes.probe(recorder);
  if (recorder?.lock === "none") return asProcess("unknown");
  // Shared, so that two readers do not mistake each other for the recorder.
  const lock = parts.files.tryLock(parts.layout.runLock(id), { exclusive: false, create: "never" });
  if (lock.ok) {
    if (lock.value === "held") return "alive";
    lock.value.release();
    return "gone";
  }
  // A recorder removes its lock only when its record is final, and a crash leaves it, so somebody else
  // removed this one.
  if (lock.failure.kind === "not_found") return asProcess("gone");
  // A lock that cannot be examined does not prove that the recorder is dead.
  return asProcess("alive") === "gone" ? "gone" : "alive";
}
