/** The processes of a run that live on without its recorder: found by proof, never by a pid alone. */

import type { RunRecord } from "../model/run.ts";
import type { Processes, ProcessIdentity } from "../host/host.ts";
import { CHAIN_VARIABLE } from "./prepare_run.ts";

/** Those that are proven to be of the run; "unknown" where the system gives no proof and the pid may be in use. */
export async function livingOf(
  processes: Processes,
  record: RunRecord,
): Promise<readonly ProcessIdentity[] | "unknown"> {
  const marker = { variable: CHAIN_VARIABLE, token: record.token };
  // Where the start of the process was not recorded, the token alone can find it.
  const identity = record.process ?? { pid: 0, start_ticks: null, boot_id: null };
  if (record.process !== null && processes.probe(identity) === "unknown") return "unknown";
  return await processes.findMarked(identity, marker);
}
