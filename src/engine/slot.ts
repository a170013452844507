/**
 * A slot: the place that a run waits for before its process starts, if only a limited number of runs may have
 * it.
 */

import type { Failure } from "../model/failure.ts";
import type { RunId } from "../model/ids.ts";
import type { Result } from "../model/result.ts";
import type { Clock } from "../host/clock.ts";
import type { StopRequests } from "./stop_requests.ts";

export interface Slot {
  readonly isHeld: boolean;
  /** The run that holds the slot instead, where it left its name. */
  readonly holder: string | undefined;
  /** Returns when the slot is held, or when a stop was requested. */
  wait(stops: StopRequests, clock: Clock): Promise<Result<void, Failure>>;
  /** Notes the holder for others that find the slot taken. */
  sign(run: RunId, pid: number, since: string, token: string): void;
}
