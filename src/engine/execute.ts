/** Runs one intent to an outcome: attempts, their processes and streams, the events. Knows no files, terminal or TOML. */

import type { Outcome, ProcessEnd } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import type { Retry } from "../model/job.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { runAttempt, timeOf } from "./attempt.ts";
import type { Execution, ExecutionPorts } from "./execution.ts";
import { endOf, recorderCause } from "./outcome.ts";
import type { StopRequest } from "./stop_requests.ts";

/** Where a run's recorder failed, the failure; the processes have been ended all the same. */
export async function execute(
  execution: Execution,
  ports: ExecutionPorts,
): Promise<Result<Outcome, Failure>> {
  const startedAtMs = ports.clock.monotonicMs();
  const created = await ports.emit({ kind: "run_created", record: execution.record });
  if (!created.ok) return created;

  const finish = async (
    outcome: Outcome,
    at = timeOf(ports.clock),
    atMs = ports.clock.monotonicMs(),
  ): Promise<Result<Outcome, Failure>> => {
    const durationMs = Math.max(0, Math.round(atMs - startedAtMs));
    const finished = await ports.emit({ kind: "run_finished", at, durationMs, outcome });
    return finished.ok ? ok(outcome) : finished;
  };
  // What cannot be recorded now may yet be recorded at the end; the failure is what the caller has to know.
  const giveUp = async (
    failure: Failure,
    end: ProcessEnd,
    at?: string,
    atMs?: number,
  ): Promise<Result<Outcome, Failure>> => {
    await finish({ status: "cancelled", cause: recorderCause(failure), end }, at, atMs);
    return fail(failure);
  };
  const conclude = async (outcome: Outcome, at = timeOf(ports.clock), atMs = ports.clock.monotonicMs()) => {
    const concluded = await ports.conclude?.(outcome) ?? ok(outcome);
    return concluded.ok
      ? await finish(concluded.value, at, atMs)
      : await giveUp(concluded.failure, endOf(outcome), at, atMs);
  };

  const begun = await ports.begin?.() ?? ok(undefined);
  if (!begun.ok) return await giveUp(begun.failure, { kind: "none" });
  if (execution.start.kind === "refused") {
    const { cause, detail } = execution.start;
    return await conclude({ status: "not_started", cause, detail });
  }
  const jobLock = await awaitJobLock(ports);
  if (!jobLock.ok) return await giveUp(jobLock.failure, { kind: "none" });
  const last = execution.retry === undefined ? 1 : execution.retry.max + 1;
  for (let number = 1;; number++) {
    const { outcome, at, atMs, lost } = await runAttempt(number, execution.start.spawn, execution, ports);
    if (lost !== undefined) {
      // A success is for what the run was to bring about, which nobody looks at any more.
      if (outcome.status === "succeeded" && ports.conclude !== undefined) {
        return await giveUp(lost, endOf(outcome), at, atMs);
      }
      await finish(outcome, at, atMs);
      return fail(lost);
    }
    if (number >= last || !isWorthRetrying(outcome, execution.retry!)) {
      return await conclude(outcome, at, atMs);
    }
    const stopped = await pauseBefore(number + 1, execution.retry!, ports);
    if (stopped.kind === "failed") return await giveUp(stopped.failure, endOf(outcome));
    // The attempt that was made keeps its ending; the run as a whole was stopped between two attempts.
    if (stopped.kind === "stopped") {
      return await conclude({ status: "cancelled", cause: stopped.request.cause, end: endOf(outcome) });
    }
  }
}

async function awaitJobLock({ jobLock, emit }: ExecutionPorts): Promise<Result<void, Failure>> {
  if (jobLock === undefined || jobLock.holder === undefined) return ok(undefined);
  const said = await emit({ kind: "job_lock_awaited", holder: jobLock.holder });
  return said.ok ? await jobLock.wait() : said;
}

type Pause =
  | { readonly kind: "over" }
  | { readonly kind: "stopped"; readonly request: StopRequest }
  | { readonly kind: "failed"; readonly failure: Failure };

async function pauseBefore(number: number, retry: Retry, ports: ExecutionPorts): Promise<Pause> {
  const delayMs = retryDelayMs(number, retry);
  const said = await ports.emit({ kind: "retry_scheduled", number, delayMs });
  if (!said.ok) return { kind: "failed", failure: said.failure };
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

function isWorthRetrying(outcome: Outcome, retry: Retry): boolean {
  switch (outcome.status) {
    case "succeeded":
    case "cancelled":
    case "not_started":
      return false;
    case "failed":
      return retry.onExitCodes === undefined || retry.onExitCodes.includes(outcome.exit_code);
    case "signalled":
    case "timed_out":
      return retry.onExitCodes === undefined;
  }
}
