/** Finds out whether processes of an interrupted run are alive, and ends them or waits for them where that was asked. Writes no record. */

import type { RecoveredProcess, RunRecord } from "../../model/run.ts";
import { visible } from "../../model/visible.ts";
import type { Host } from "../../host/host.ts";
import type { ProcessIdentity } from "../../host/processes.ts";
import { type Living, livingOf } from "../recording/living_processes.ts";
import type { ToldEnd } from "../slurm/slurm_fate.ts";

const KILL_LOOK_MS = 50;
/** Listing all processes takes some milliseconds; a wait may take hours. */
const WAIT_LOOK_MS = 500;
/** How long forced processes may take to disappear. */
const FORCE_BOUND_MS = 5000;

/** How to treat processes that are still alive. */
export type WithLiving = "refuse" | "kill" | "wait" | "leave";

export interface Treatment {
  readonly withLiving: WithLiving;
  /** With "kill": instead of the grace of the run. */
  readonly graceMs?: number | undefined;
}

/** The end that the processes of a run had, or why they are not over. */
export type Fate =
  | { readonly kind: "over"; readonly was: RecoveredProcess }
  | {
    readonly kind: "alive";
    readonly processes: Living;
    readonly reason?: string;
    readonly isRecorded?: boolean;
    /** Since when a cluster has not shown it. */
    readonly absentSince?: string | undefined;
  }
  /** Another machine kept how it ended. */
  | { readonly kind: "told"; readonly end: ToldEnd };

/**
 * Looks for the processes of an interrupted run on this machine, and treats those that are alive as asked. `onWait` hears of each wait
 * before it begins.
 */
export async function fateOf(
  host: Host,
  record: RunRecord,
  { withLiving, graceMs = record.intent.grace_ms }: Treatment,
  onWait: (record: RunRecord, processes: number) => void,
): Promise<Fate> {
  const { processes, clock } = host;
  const living = await livingOf(host, record);
  // A process that is not proven to belong to the run is neither ended nor waited for.
  if (living === "unknown") {
    return withLiving === "leave" ? { kind: "over", was: "unknown" } : { kind: "alive", processes: living };
  }
  if (living.length === 0) return { kind: "over", was: "gone" };
  if (withLiving !== "leave" && isRecordedElsewhere(host, record)) {
    return { kind: "alive", processes: living, reason: copiedWords(record), isRecorded: true };
  }
  switch (withLiving) {
    case "refuse":
      return { kind: "alive", processes: living };
    case "leave":
      return { kind: "over", was: "left" };
    case "wait": {
      onWait(record, living.length);
      const left = await leftAfter(host, record, Infinity, WAIT_LOOK_MS);
      return left.length === 0 ? { kind: "over", was: "ended" } : { kind: "alive", processes: left };
    }
    case "kill": {
      const send = (signal: "SIGTERM" | "SIGKILL", to: readonly ProcessIdentity[]) => {
        for (const process of to) processes.signal(process, signal);
      };
      send("SIGTERM", living);
      let left = await leftAfter(host, record, graceMs, KILL_LOOK_MS);
      const giveUpAtMs = clock.monotonicMs() + FORCE_BOUND_MS;
      while (left.length > 0 && left !== "unknown" && clock.monotonicMs() < giveUpAtMs) {
        // Listed again each time, because a process may have started another one just before its end.
        send("SIGKILL", left);
        left = await leftAfter(host, record, KILL_LOOK_MS, KILL_LOOK_MS);
      }
      return left.length === 0 ? { kind: "over", was: "killed" } : { kind: "alive", processes: left };
    }
  }
}

/** Nobody holds its lock here, and yet its recorder lives: the records were copied while it ran, or its end could not be recorded. */
export function isRecordedElsewhere({ processes }: Host, { recorder }: RunRecord): boolean {
  return recorder !== undefined && processes.probe(recorder) === "alive";
}

function copiedWords({ project, recorder }: RunRecord): string {
  const where = project === undefined || project === null ? "" : ` of ${visible(project)}`;
  return `process ${recorder?.pid}, which records it, is alive; these records seem to be a copy of those${where}`;
}

/** The remaining processes, as soon as there are none or the bound has passed. */
async function leftAfter(
  host: Host,
  record: RunRecord,
  boundMs: number,
  lookEveryMs: number,
): Promise<Living> {
  const { clock } = host;
  const startedAtMs = clock.monotonicMs();
  for (;;) {
    const living = await livingOf(host, record);
    if (living.length === 0 || living === "unknown") return living;
    const leftMs = boundMs - (clock.monotonicMs() - startedAtMs);
    if (leftMs <= 0) return living;
    await clock.after(Math.min(lookEveryMs, leftMs)).elapsed;
  }
}

/** The same for a run whose attempts are jobs of Slurm. */
export async function fateInSlurm(
  host: Host,
  record: RunRecord,
  { withLiving, graceMs = record.intent.grace_ms }: Treatment,
  onWait: (record: RunRecord, processes: number) => void,
): Promise<Fate> {
  const { slurmFate } = await import("../slurm/slurm_fate.ts");
  const how = withLiving === "kill" || withLiving === "wait" ? withLiving : "look";
  const fate = await slurmFate(host, record, how, graceMs, () => onWait(record, 1));
  switch (fate.kind) {
    case "told":
      return fate;
    case "over":
      return { kind: "over", was: how === "kill" ? "killed" : how === "wait" ? "ended" : "gone" };
    case "there":
    case "unknown":
      if (withLiving === "leave") return { kind: "over", was: fate.kind === "there" ? "left" : "unknown" };
      return fate.kind === "there"
        ? { kind: "alive", processes: [], reason: fate.reason }
        : { kind: "alive", processes: "unknown", reason: fate.reason, absentSince: fate.absentSince };
  }
}
