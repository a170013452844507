/** The processes of a run that outlive its recorder: found by proof, never by a pid alone. */

import type { RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { ProcessIdentity } from "../../host/processes.ts";
import { CHAIN_VARIABLE } from "./prepare_run.ts";

/** "unknown" where the system gives no proof, so that they may be alive. */
export type Living = readonly ProcessIdentity[] | "unknown";

/** Those that are proven to belong to the run. */
export async function livingOf(
  { processes, environment }: Pick<Host, "processes" | "environment">,
  record: RunRecord,
): Promise<Living> {
  const marker = { variable: CHAIN_VARIABLE, token: record.token };
  if (record.process === null) {
    // Only the token can find it, and only Linux shows the environment of a process.
    if (environment.os !== "linux") {
      // A graph has no process of its own, and each of its nodes has a record.
      return record.action === "graph.run" ? [] : "unknown";
    }
    const { boot_id = null, pid_namespace = null } = record.recorder ?? {};
    const nobody = { pid: 0, start_ticks: null, boot_id, pid_namespace };
    return await processes.findMarked(nobody, marker) ?? "unknown";
  }
  // Without start ticks nothing is proven; in another namespace, only processes that show the token are.
  if (record.process.start_ticks === null && processes.probe(record.process) === "unknown") return "unknown";
  return await processes.findMarked(record.process, marker) ?? "unknown";
}

/** A sentence about processes that are, or may be, alive. */
export function describeLiving(living: Living, { process }: RunRecord): string {
  if (living === "unknown") {
    return process === null
      ? "it is unknown whether a process of it was started and is alive"
      : `it is unknown whether its process ${process.pid} is alive`;
  }
  const pids = living.map(({ pid }) => pid).join(", ");
  return living.length === 1
    ? `a process of it is still alive: ${pids}`
    : `processes of it are still alive: ${pids}`;
}
