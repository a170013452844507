/**
 * Carries out one intent: waits for its slots, runs the attempts, finishes the run. Knows no files, terminal
 * or TOML.
 */

import type { Outcome, RunEvent } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import type { Retry } from "../model/job.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { runAttempt, timeOf } from "./attempt.ts";
import type { Ended, Execution, ExecutionPorts } from "./execution.ts";
import { endOf, isAmong, recorderCause } from "./outcome.ts";
import type { Slot } from "./slot.ts";
import type { StopRequest } from "./stop_requests.ts";

/**
 * Runs everything up to the end of the last process. The caller then examines the results and finishes the
 * run.
 */
export async function execute(
  execution: Execution,
  slots: readonly Slot[],
  ports: ExecutionPorts,
): Promise<Ended> {
  const { start } = execution;
  if (start.kind === "refused") {
    return endedNow({ status: "not_started", cause: start.cause, detail: start.detail }, ports);
  }
  const ready = await awaitSlots(slots, ports);
  if (!ready.ok) return endedByRecorder(ready.failure, { kind: "none" }, ports);
  const last = execution.retry === undefined ? 1 : execution.retry.max + 1;
  for (let number = 1;; number++) {
    const { unstored, ...ended } = await runAttempt(number, start.spawn, execution, ports);
    if (ended.lost !== undefined || number >= last || !isWorthRetrying(ended.outcome, execution.retry!)) {
      return { ...ended, unstored };
    }
    const stopped = await pauseBefore(number + 1, unstored, execution.retry!, ports);
    if (stopped.kind === "failed") return endedByRecorder(stopped.failure, endOf(ended.outcome), ports);
    // The attempt keeps its own ending; the run as a whole was stopped between two attempts.
    if (stopped.kind === "stopped") {
      const { cause } = stopped.request;
      return endedNow({ status: "cancelled", cause, end: endOf(ended.outcome) }, ports);
    }
  }
}

/**
 * Finishes the run with its outcome. Returns a failure where the recorder failed; the processes have ended in
 * any case.
 */
export async function finish(
  ended: Ended,
  startedAtMs: number,
  { emit, clock }: ExecutionPorts,
): Promise<Result<Outcome, Failure>> {
  const { outcome, at, atMs, unstored, lost } = ended;
  // An end that nobody knows is not invented.
  if (ended.isOpen === true && lost !== undefined) {
    await emit(...unstored);
    return fail(lost);
  }
  const durationMs = Math.max(0, Math.round(atMs - startedAtMs));
  const finished = await emit(...unstored, {
    kind: "run_finished",
    at,
    durationMs,
    stoppedMs: Math.round(clock.stoppedMs),
    outcome,
  });
  // A record that failed before may be possible now; the caller has to know the first failure.
  if (lost !== undefined) return fail(lost);
  return finished.ok ? ok(outcome) : finished;
}

/** The ending of a run that can no longer be recorded. */
export function endedByRecorder(
  failure: Failure,
  end: ReturnType<typeof endOf>,
  ports: ExecutionPorts,
): Ended {
  const ended = endedNow({ status: "cancelled", cause: recorderCause(failure), end }, ports);
  return { ...ended, lost: failure };
}

function endedNow(outcome: Outcome, { clock }: ExecutionPorts): Ended {
  return { outcome, at: timeOf(clock), atMs: clock.monotonicMs(), unstored: [], lost: undefined };
}

/**
 * Slots are taken one after the other, in the given order, so that two runs that want the same ones cannot
 * wait for each other.
 */
async function awaitSlots(slots: readonly Slot[], ports: ExecutionPorts): Promise<Result<void, Failure>> {
  for (const slot of slots) {
    if (slot.isHeld) continue;
    const emitted = await ports.emit({ kind: "job_lock_awaited", holder: slot.holder ?? null });
    if (!emitted.ok) return emitted;
    const waited = await slot.wait(ports.stops, ports.clock);
    if (!waited.ok) return waited;
  }
  return ok(undefined);
}

type Pause =
  | { readonly kind: "over" }
  | { readonly kind: "stopped"; readonly request: StopRequest }
  | { readonly kind: "failed"; readonly failure: Failure };

async function pauseBefore(
  number: number,
  unstored: readonly RunEvent[],
  retry: Retry,
  ports: ExecutionPorts,
): Promise<Pause> {
  const delayMs = retryDelayMs(number, retry);
  const emitted = await ports.emit(...unstored, { kind: "retry_scheduled", number, delayMs });
  if (!emitted.ok) return { kind: "failed", failure: emitted.failure };
  const timer = ports.clock.after(delayMs);
  const pause = await Promise.race<Pause>([
    timer.elapsed.then(() => ({ kind: "over" })),
    ports.stops.at(0).then((request) => ({ kind: "stopped", request })),
  ]);
  timer.cancel();
  return pause;
}

/** The pause before attempt `number` (2 is the first retry), in milliseconds. */
export function retryDelayMs(number: number, retry: Retry): number {
  return Math.min(retry.maxDelayMs, retry.delayMs * retry.backoff ** (number - 2));
}

/** Whether the outcome of an attempt is one that another attempt may change. */
export function isWorthRetrying(outcome: Outcome, retry: Retry): boolean {
  switch (outcome.status) {
    case "succeeded":
    case "cancelled":
    case "not_started":
      return false;
    case "failed":
      return retry.onExitCodes === undefined || isAmong(retry.onExitCodes, outcome.exit_code);
    case "signalled":
    case "timed_out":
      return retry.onExitCodes === undefined;
  }
}
