/**
 * Ends every process of a run: asks once, waits for the grace, then forces, until none is left. Knows
 * processes and time.
 */

import type { SentSignal, StopCause, StopReport } from "../model/run.ts";
import type { Clock } from "../host/clock.ts";
import type { ChildProcess, ProcessSignal, TreeLook } from "../host/processes.ts";
import type { StopSignal } from "../host/signals.ts";
import type { StopRequests } from "./stop_requests.ts";

/**
 * After a grace spent on Ctrl-C, hang-up or quit, SIGTERM gets at most this long, because the first signal
 * may have been ignored by inheritance.
 */
const TERM_AFTER_OTHER_MS = 2000;
/** How long SIGKILL is repeated. Nothing can end a process that waits in the kernel. */
const FORCE_BOUND_MS = 5000;
const FIRST_LOOK_MS = 2;
const LONGEST_LOOK_MS = 50;

export interface EndTreeOptions {
  readonly cause: StopCause;
  readonly signal: StopSignal;
  readonly graceMs: number;
  /** The zero of the report's `at_ms`, on the monotonic clock. */
  readonly startedAtMs: number;
  readonly force: boolean;
  /** The number of stop requests made before this one; later ones are passed on or force. */
  readonly seenStopRequests: number;
  /** Called after each signal was sent, so that no recorder delays the end of a process. */
  readonly onSignal: SignalListener;
}

/**
 * `forcedInMs`, given with the first signal: when the remaining processes will be forced; undefined for later
 * signals.
 */
export type SignalListener = (signal: ProcessSignal, forcedInMs: number | undefined) => Promise<void>;

interface Step {
  readonly signal: ProcessSignal;
  readonly waitMs: number;
}

function stepsFor(signal: StopSignal, graceMs: number, force: boolean): readonly Step[] {
  const kill: Step = { signal: "SIGKILL", waitMs: FORCE_BOUND_MS };
  if (force) return [kill];
  if (signal === "SIGTERM") return [{ signal, waitMs: graceMs }, kill];
  // A job that a script started with "&" inherits SIGINT as ignored, so SIGINT alone may stop nothing.
  return [
    { signal, waitMs: graceMs },
    { signal: "SIGTERM", waitMs: Math.min(graceMs, TERM_AFTER_OTHER_MS) },
    kill,
  ];
}

export interface EndedTree {
  readonly report: StopReport;
  /** False where processes could not be listed, so that some may be alive without being in the report. */
  readonly isListed: boolean;
}

/**
 * Sends the signals of the steps until no process of the tree is left. Further stop requests are passed on or
 * force.
 */
export async function endTree(
  child: ChildProcess,
  options: EndTreeOptions,
  stops: StopRequests,
  clock: Clock,
): Promise<EndedTree> {
  const sent: SentSignal[] = [];
  const report = (survivors: readonly number[]) => ({ cause: options.cause, signals: sent, survivors });
  const steps = stepsFor(options.signal, options.graceMs, options.force);
  const forcedInMs = steps.slice(0, -1).reduce((sum, step) => sum + step.waitMs, 0);
  const send = async (signal: ProcessSignal): Promise<void> => {
    const processes = await child.signalTree(signal);
    sent.push({ signal, at_ms: Math.round(clock.monotonicMs() - options.startedAtMs), processes });
    await options.onSignal(signal, sent.length === 1 ? forcedInMs : undefined);
  };
  const place = { next: options.seenStopRequests };
  let forced = false;
  for (const step of steps) {
    if (forced && step.signal !== "SIGKILL") continue;
    await send(step.signal);
    const waited = await waitUntilEmpty(child, step, place, stops, clock, send);
    if (waited === "forced") forced = true;
    if (typeof waited !== "string") return { report: report([]), isListed: waited.isListed };
  }
  const { members, isListed } = await child.look();
  return { report: report(members.map(({ pid }) => pid)), isListed };
}

/** The result of the listing that found no process, or the reason for giving up. */
async function waitUntilEmpty(
  child: ChildProcess,
  step: Step,
  place: { next: number },
  stops: StopRequests,
  clock: Clock,
  passOn: (signal: StopSignal) => Promise<void>,
): Promise<TreeLook | "over" | "forced"> {
  const endsAtMs = clock.monotonicMs() + step.waitMs;
  let lookAfterMs = FIRST_LOOK_MS;
  // The main process is often the last one. Its end is reported at once; the end of others is only noticed by
  // looking.
  let mainEnded: Promise<undefined> | undefined = child.exited.then(() => mainEnded = undefined);
  for (;;) {
    const look = await child.look();
    if (look.isEmpty) return look;
    const leftMs = endsAtMs - clock.monotonicMs();
    if (leftMs <= 0) return "over";
    const timer = clock.after(Math.min(lookAfterMs, leftMs));
    const further = await Promise.race([
      timer.elapsed,
      stops.at(place.next),
      ...(mainEnded === undefined ? [] : [mainEnded]),
    ]);
    timer.cancel();
    if (further !== undefined) {
      place.next++;
      if (step.signal === "SIGKILL") continue;
      if (further.force) return "forced";
      // A second, different request is passed on; it does not change the grace.
      await passOn(further.signal);
    } else if (step.signal === "SIGKILL") {
      // A forced process may have started others between the look and the signal.
      await child.signalTree("SIGKILL");
    }
    lookAfterMs = Math.min(lookAfterMs * 2, LONGEST_LOOK_MS);
  }
}
