/** The processes of a run that live on without its recorder: found by proof, never by a pid alone. */

import type { RunRecord } from "../../model/run.ts";
import type { Host, ProcessIdentity } from "../../host/host.ts";
import { CHAIN_VARIABLE } from "./prepare_run.ts";

/** "unknown" where the system gives no proof, and they may live. */
export type Living = readonly ProcessIdentity[] | "unknown";

/** Those that are proven to be of the run. */
export async function livingOf(
  { processes, environment }: Pick<Host, "processes" | "environment">,
  record: RunRecord,
): Promise<Living> {
  const marker = { variable: CHAIN_VARIABLE, token: record.token };
  if (record.process === null) {
    // The token alone can find it, and only Linux shows the environment of a process.
    if (environment.os !== "linux") {
      // A graph has no process of its own, and each of its nodes has a record.
      return record.action === "graph.run" ? [] : "unknown";
    }
    const { boot_id = null, pid_namespace = null } = record.recorder ?? {};
    const nobody = { pid: 0, start_ticks: null, boot_id, pid_namespace };
    return await processes.findMarked(nobody, marker) ?? "unknown";
  }
  // Without start ticks there is no proof of any; of another namespace only those are proven that show the token.
  if (record.process.start_ticks === null && processes.probe(record.process) === "unknown") return "unknown";
  return await processes.findMarked(record.process, marker) ?? "unknown";
}

/** What is known of processes that live, or may live, as a sentence. */
export function describeLiving(living: Living, { process }: RunRecord): string {
  if (living === "unknown") {
    return process === null
      ? "whether a process of it was started and is alive cannot be known from here"
      : `whether its process ${process.pid} is alive cannot be known from here`;
  }
  const pids = living.map(({ pid }) => pid).join(", ");
  return living.length === 1 ? `a process of it lives on: ${pids}` : `processes of it live on: ${pids}`;
}
