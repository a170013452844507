/**
 * Finds earlier calls that may have created an issue without a record of it: their processes, and when they ended.
 */

import { runIdOf } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { RunStore } from "../../store/run_store.ts";
import { livingOf } from "../recording/living_processes.ts";

/** How many of the task's newest runs are examined. */
const LOOK_BACK_RUNS = 100;
/**
 * A request in transit when gh ends may still be carried out; after this time it has been, or never will be.
 * Source: GitHub REST API, "Timeouts": a request is ended after 10 seconds.
 */
const DELAY_MS = 10_000;

/**
 * How long effects of earlier calls may still appear; 0 where there is no doubt. A gh that outlived its
 * caller is ended, because it could still create an issue.
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
    // Records of earlier programs have no list of calls.
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
