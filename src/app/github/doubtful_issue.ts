/** Earlier calls of which nobody knows whether they made an issue: their processes, and when they ended. */

import { runIdOf } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { RunStore } from "../../store/run_store.ts";
import { livingOf } from "../recording/living_processes.ts";

/** Of the newest runs of the task so many are looked at. */
const LOOK_BACK_RUNS = 100;
/**
 * A request that is on its way when gh ends may still be carried out: after this long it has been, or never is. Source:
 * GitHub REST API, "Timeouts": a request is ended after 10 seconds.
 */
const DELAY_MS = 10_000;

/**
 * How long it can still take until what earlier calls began is seen; 0 where there is no doubt. A gh that has outlived the
 * one who called it is ended, as it could make an issue behind our back.
 */
export async function doubtMs(host: Host, runs: RunStore, own: RunRecord): Promise<number> {
  const timestamps = runs.timestamps(own.name);
  if (!timestamps.ok) return 0;
  let remainingMs = 0;
  for (const timestamp of timestamps.value.slice(0, LOOK_BACK_RUNS)) {
    const id = runIdOf(own.name, timestamp);
    const run = id === own.id ? undefined : runs.read(id);
    if (run === undefined || !run.ok || run.value.record.action !== "git.issue.create") continue;
    const { record } = run.value;
    // Records of an earlier program have no list.
    const doubtful = (record.tools ?? []).find(({ effect }) => effect === "unknown");
    if (doubtful === undefined) continue;
    const endedAtMs = await endLiving(host, record)
      ? host.clock.nowMs()
      : Date.parse(doubtful.start_time) + (doubtful.duration_ms ?? 0);
    remainingMs = Math.max(remainingMs, Math.min(DELAY_MS, endedAtMs + DELAY_MS - host.clock.nowMs()));
  }
  return remainingMs;
}

async function endLiving(host: Host, record: RunRecord): Promise<boolean> {
  if (record.status !== "interrupted") return false;
  const living = await livingOf(host, record);
  if (living === "unknown" || living.length === 0) return false;
  for (const process of living) host.processes.signal(process, "SIGKILL");
  return true;
}
