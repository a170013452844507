/**
 * Watches the processes of one attempt until the last one has ended. Knows processes and time; knows no
 * files.
 */

import type { ProcessEnd, StopCause } from "../model/run.ts";
import type { Clock } from "../host/clock.ts";
import type { ChildProcess, ProcessExit } from "../host/processes.ts";
import type { StopSignal } from "../host/signals.ts";
import { endTree } from "./end_tree.ts";
import type { Policy, Supervised, SupervisePorts } from "./executor.ts";
import type { StopRequest } from "./stop_requests.ts";

/**
 * When the main process has ended by itself, the processes it left get at most this long between SIGTERM and
 * SIGKILL, because the work is over and the caller waits.
 */
const LEFTOVER_GRACE_MS = 1000;
/**
 * The status of a process that was seen to be gone normally arrives at once; after this time it counts as
 * unknown.
 */
const STATUS_BOUND_MS = 1000;

/**
 * `seenStopRequests` is the number of stop requests that were made before this attempt and do not apply to
 * it.
 */
export async function supervise(
  child: ChildProcess,
  policy: Policy,
  seenStopRequests: number,
  ports: Pick<SupervisePorts, "stops" | "clock" | "onSignal">,
): Promise<Supervised> {
  const startedAtMs = ports.clock.monotonicMs();
  const end = (cause: StopCause, signal: StopSignal, graceMs: number, force: boolean, seen: number) =>
    endTree(
      child,
      {
        cause,
        signal,
        force,
        graceMs,
        startedAtMs,
        seenStopRequests: seen,
        onSignal: (...sent) => ports.onSignal(cause, ...sent),
      },
      ports.stops,
      ports.clock,
    );

  const first = await firstOf(child, policy, seenStopRequests, ports);
  if (first.kind === "stop") {
    const { cause, signal, force, graceMs = policy.graceMs } = first.request;
    const { report, isListed } = await end(cause, signal, graceMs, force, first.seenStopRequests);
    return { end: await statusWithin(child, ports.clock), stopped: cause, report, leftRunning: [], isListed };
  }
  const byItself = { end: first.exit, stopped: undefined };
  const { members, isEmpty, isListed } = await child.look();
  if (isEmpty) return { ...byItself, report: null, leftRunning: [], isListed };
  if (policy.leaveRunning) {
    return { ...byItself, report: null, leftRunning: members.map(({ pid }) => pid), isListed };
  }
  const grace = Math.min(policy.graceMs, LEFTOVER_GRACE_MS);
  const ended = await end({ kind: "leftovers" }, "SIGTERM", grace, false, first.seenStopRequests);
  return { ...byItself, ...ended, leftRunning: [] };
}

type First =
  | { readonly kind: "exited"; readonly exit: ProcessExit; readonly seenStopRequests: number }
  | { readonly kind: "stop"; readonly request: StopRequest; readonly seenStopRequests: number };

/** The first of these: the main process ends, the deadline passes, or a stop is requested. */
async function firstOf(
  child: ChildProcess,
  policy: Policy,
  seenStopRequests: number,
  { stops, clock }: Pick<SupervisePorts, "stops" | "clock">,
): Promise<First> {
  const timeoutMs = policy.timeoutMs;
  const deadline = timeoutMs === undefined ? undefined : clock.after(timeoutMs);
  const passed = deadline?.elapsed.then((): StopRequest => ({
    cause: { kind: "timeout", after_ms: timeoutMs! },
    signal: "SIGTERM",
    force: false,
  }));
  try {
    for (let seen = seenStopRequests;; seen++) {
      const first = await Promise.race<First>([
        child.exited.then((exit) => ({ kind: "exited", exit, seenStopRequests: seen })),
        stops.at(seen).then((request) => ({ kind: "stop", request, seenStopRequests: seen + 1 })),
        ...(passed === undefined
          ? []
          : [passed.then((request): First => ({ kind: "stop", request, seenStopRequests: seen }))]),
      ]);
      if (first.kind === "exited" || !isForTheJobAlone(first.request, policy)) return first;
    }
  } finally {
    deadline?.cancel();
  }
}

function isForTheJobAlone(request: StopRequest, policy: Policy): boolean {
  return policy.atTerminal && request.cause.kind === "signal" &&
    (request.signal === "SIGINT" || request.signal === "SIGQUIT");
}

async function statusWithin(child: ChildProcess, clock: Clock): Promise<ProcessEnd> {
  const bound = clock.after(STATUS_BOUND_MS);
  const end = await Promise.race<ProcessEnd>([
    child.exited,
    bound.elapsed.then(() => ({ kind: "unknown" })),
  ]);
  bound.cancel();
  return end;
}
