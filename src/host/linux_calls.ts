/**
 * System calls of Linux that the runtime does not offer: what the kernel knows of our own children. Knows no
 * job and no file.
 */

import type { ProcessExit } from "./processes.ts";
import { linuxCalls } from "./posix_calls.ts";

const PR_SET_CHILD_SUBREAPER = 36;
const P_ALL = 0;
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
/** Only asks: a process that has ended can still be waited for. */
const WNOWAIT = 0x0100_0000;
/**
 * siginfo_t, which waitid fills; its first word is 0 where no child has ended, and the pid stands three words
 * later.
 */
const SIGINFO_BYTES = 128;
const SIGINFO_CODE = 2;
const SIGINFO_PID = 4;
const SIGINFO_STATUS = 6;
const CLD_EXITED = 1;
/** By their numbers, from 1 on. Source: signal(7), the numbers of x86 and ARM. */
const SIGNALS =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
    .split(" ");

let adopts: boolean | undefined;
const info = new Int32Array(SIGINFO_BYTES / Int32Array.BYTES_PER_ELEMENT);

/**
 * Makes this process the parent of every orphan among its descendants, so that nothing a job starts escapes
 * us, whatever it does to its session, group or environment. Source: prctl(2), PR_SET_CHILD_SUBREAPER.
 * Returns whether it worked; without it, members are found by session, parentage and environment alone.
 */
export function adoptOrphans(): boolean {
  return adopts ??= linuxCalls()?.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n) === 0;
}

/**
 * Whether this process has no child at all: own or adopted, alive or ended. As the parent of every orphan
 * below it, it then has no descendant either, and none can appear, because only a descendant could start one.
 * Needs neither /proc nor a file descriptor. Source: waitid(2), ECHILD. Only valid after `adoptOrphans`
 * returned true.
 */
export function hasNoChild(): boolean {
  return wait(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT) === "no child";
}

/**
 * The relation of a pid to us. The system does not reuse a child's pid before the child has been waited for.
 */
export function childState(pid: number): "alive" | "ended" | "no child" {
  const waited = wait(P_PID, pid, WEXITED | WNOHANG | WNOWAIT);
  return waited === "no child" ? waited : waited === undefined ? "alive" : "ended";
}

/** Any child that has ended and has not been waited for; undefined where there is none. */
export function endedChild(): number | undefined {
  const waited = wait(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT);
  return waited === "no child" ? undefined : waited;
}

/**
 * Waits for an adopted process that has ended. Never called for a child that the runtime itself waits for.
 */
export function reap(pid: number): void {
  wait(P_PID, pid, WEXITED | WNOHANG);
}

/** How a child ended that we started ourselves, which frees its pid; undefined while it lives. */
export function endOfChild(pid: number): ProcessExit | undefined {
  const waited = wait(P_PID, pid, WEXITED | WNOHANG);
  if (waited === "no child") throw new Error(`Cannot wait for process ${pid}: it is no child of ours`);
  if (waited === undefined) return undefined;
  const status = info[SIGINFO_STATUS]!;
  if (info[SIGINFO_CODE] === CLD_EXITED) return { kind: "exited", exit_code: status };
  return { kind: "signalled", signal: `SIG${SIGNALS[status - 1] ?? status}` };
}

/** The pid of a process that has ended; undefined where all that were asked for are alive. */
function wait(idType: number, id: number, options: number): number | "no child" | undefined {
  const calls = linuxCalls();
  if (calls === undefined) throw new Error("Cannot ask for children: no orphans are adopted");
  info[0] = 0;
  if (calls.waitid(idType, id, info, options) !== 0) return "no child";
  return info[0] === 0 ? undefined : info[SIGINFO_PID];
}
