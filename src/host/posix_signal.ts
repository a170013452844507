/** Signals to processes and groups on Linux and macOS. Needs no file descriptor. */

import type { ProcessSignal } from "./processes.ts";
import { problemOf } from "./deno_problem.ts";

/** False where there is no such process or group, or where we may not signal it. */
export function send(pid: number, signal: ProcessSignal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch (error) {
    problemOf(error);
    return false;
  }
}

/** Signal 0 only asks, as in kill(2); Deno has no name for it. */
const NO_SIGNAL: unknown = 0;

/**
 * Whether a process with this pid exists, or for a negative number a group; ended processes count until
 * waited for.
 */
export function exists(pid: number): boolean {
  try {
    // "Not permitted" also means that it exists.
    Deno.kill(pid, NO_SIGNAL as Deno.Signal);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied;
  }
}

/**
 * The group of a tree's main process. Its number is not reused while that process has not been waited for, or
 * a member is left. Once it is empty, it is never asked for or signalled again, because the number may belong
 * to a stranger by then.
 */
export class ProcessGroup {
  readonly #leaderPid: number;
  #isEmpty: boolean;

  /** A process that leads no group has an empty one. */
  constructor(leaderPid: number, leads: boolean) {
    this.#leaderPid = leaderPid;
    this.#isEmpty = !leads;
  }

  get isEmpty(): boolean {
    this.#isEmpty ||= !exists(-this.#leaderPid);
    return this.#isEmpty;
  }

  /** Sent to all members at once, so that none can start another one between two signals. */
  send(signal: ProcessSignal): void {
    if (!this.isEmpty) send(-this.#leaderPid, signal);
  }
}
