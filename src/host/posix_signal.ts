/** Signals to processes and groups on Linux and macOS. Needs no file descriptor. */

import type { ProcessSignal } from "./host.ts";
import { problemOf } from "./deno_problem.ts";

/** False when there is no such process or group, or it is not ours to signal. */
export function send(pid: number, signal: ProcessSignal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch (error) {
    problemOf(error);
    return false;
  }
}

/** Asks without sending, as in kill(2); Deno has no name for it among its signals. */
const NO_SIGNAL: unknown = 0;

/** Whether there is a process with this pid, or a group where it is negative; those that have ended count until waited for. */
export function exists(pid: number): boolean {
  try {
    // "Not permitted" is an answer, too.
    Deno.kill(pid, NO_SIGNAL as Deno.Signal);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied;
  }
}

/**
 * The group that a tree's main process leads. Its number is nobody else's while that process has not been waited for, or
 * a member is left. So once it is empty it is never asked for or signalled again: the number may be a stranger's by then.
 */
export class ProcessGroup {
  readonly #leaderPid: number;
  #isEmpty: boolean;

  /** A process that leads none has an empty one. */
  constructor(leaderPid: number, leads: boolean) {
    this.#leaderPid = leaderPid;
    this.#isEmpty = !leads;
  }

  get isEmpty(): boolean {
    this.#isEmpty ||= !exists(-this.#leaderPid);
    return this.#isEmpty;
  }

  /** At once to all members, so that none can start another between two signals. */
  send(signal: ProcessSignal): void {
    if (!this.isEmpty) send(-this.#leaderPid, signal);
  }
}
