/** What a run may have to wait for before its process: a place that only so many runs can have at a time. */

import type { Failure } from "../model/failure.ts";
import type { RunId } from "../model/ids.ts";
import type { Result } from "../model/result.ts";
import type { Clock } from "../host/host.ts";
import type { StopRequests } from "./stop_requests.ts";

export interface Slot {
  readonly isHeld: boolean;
  /** The run that has it instead, as far as it said so. */
  readonly holder: string | undefined;
  /** Returns when it is held, or when a stop was requested. */
  wait(stops: StopRequests, clock: Clock): Promise<Result<void, Failure>>;
  /** Tells those who find it taken by whom. */
  sign(run: RunId, pid: number, since: string): void;
}
