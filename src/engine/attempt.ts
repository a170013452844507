/** One attempt of a run: a process, its streams, its end. Knows no files and no terminal. */

import type { CapturedOutput, Outcome, RunEvent } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import { finderOf, maskText } from "../model/secrets.ts";
import type { Clock } from "../host/clock.ts";
import type { SpawnRequest } from "../host/processes.ts";
import { type Capture, startCapture } from "./capture.ts";
import { drain } from "./drain.ts";
import type { AttemptOutput, Execution, ExecutionPorts } from "./execution.ts";
import type { StartedAttempt } from "./executor.ts";
import { notStarted, outcomeOf, recorderCause } from "./outcome.ts";
import type { StopRequests } from "./stop_requests.ts";

/** No output was kept. */
export const NOT_CAPTURED: CapturedOutput = { stdout: null, stderr: null, order: null };

export interface EndedAttempt {
  readonly outcome: Outcome;
  readonly at: string;
  /** On the monotonic clock. */
  readonly atMs: number;
  /** The events that are not stored yet: the end, and the start if that was not stored before. Empty if no process was started. */
  readonly unstored: readonly RunEvent[];
  /** The part that could not be recorded; another attempt would make no sense then. */
  readonly lost: Failure | undefined;
  /** Its end is not known. */
  readonly isOpen?: true;
}

/**
 * Runs one process, from opening its output files to its outcome. All its processes have ended when this
 * returns or throws.
 */
export async function runAttempt(
  number: number,
  spawn: SpawnRequest,
  execution: Execution,
  ports: ExecutionPorts,
): Promise<EndedAttempt> {
  const { clock, stops } = ports;
  const request = await ports.beforeSpawn?.(spawn) ?? spawn;
  // A request made before the spawn is honoured before the spawn.
  if (stops.first !== undefined) {
    return ended({ status: "cancelled", cause: stops.first.cause, end: { kind: "none" } }, clock);
  }
  const detail = await ports.refusal?.();
  if (detail !== undefined) {
    return ended(
      { status: "not_started", cause: "not_trusted", detail: maskText(detail, execution.secrets) },
      clock,
    );
  }
  const seenStopRequests = stops.count;
  const captured = request.placement === "own_session";
  const output = captured ? ports.openOutput(number) : undefined;
  if (output !== undefined && !output.ok) {
    const cause = recorderCause(output.failure);
    return ended({ status: "cancelled", cause, end: { kind: "none" } }, clock, output.failure);
  }
  const startedAtMs = clock.monotonicMs();
  const stoppedBeforeMs = clock.stoppedMs;
  const starting = ports.executor.start(request, number, execution.policy);
  // A process of this machine is started at once, and nothing waits in between.
  const spawned = starting instanceof Promise ? await starting : starting;
  if (!spawned.ok) {
    output?.value.abandon();
    const reason = maskText(spawned.failure.reason, execution.secrets);
    return ended(notStarted({ ...spawned.failure, reason }), clock);
  }
  const child = spawned.value;
  ports.onChild?.(child.child);
  let failure: Failure | undefined;
  /** Recorded with the next event, at the latest with the end. */
  let waiting: readonly RunEvent[] = [];
  const emit = async (...events: readonly RunEvent[]): Promise<void> => {
    const all = [...waiting, ...events];
    waiting = [];
    if (all.length === 0) return;
    const emitted = await ports.emit(...all);
    if (emitted.ok || failure !== undefined) return;
    failure = emitted.failure;
    stops.recorderFailed(recorderCause(failure));
  };
  let isOver = false;
  try {
    const { slurm } = child;
    waiting = [{
      kind: "attempt_started",
      number,
      at: timeOf(clock),
      // Asked when the start is recorded: of a process that ends at once, it is known sooner afterwards.
      get process() {
        return child.process;
      },
      stdoutPath: output?.value.stdout.path ?? null,
      stderrPath: output?.value.stderr.path ?? null,
      ...(slurm === undefined ? {} : { slurm }),
    }];
    const supervised = child.follow(execution.policy, seenStopRequests, {
      clock,
      stops,
      onNote: (slurm) => emit({ kind: "slurm_noted", number, slurm }),
      onSignal: (cause, signal, forcedInMs) =>
        emit(
          forcedInMs === undefined
            ? { kind: "stop_escalated", cause, signal }
            : { kind: "stop_requested", cause, signal, forcedInMs },
        ),
    });
    // It is awaited below; if something throws before that, its ending no longer matters.
    supervised.catch(() => {});
    const isQuick = await endsWithin(execution.gatherStartMs, child, seenStopRequests, ports);
    if (!isQuick) await emit();
    // The output is neither kept nor shown before the start is recorded; until then the pipe holds it.
    const captures = output === undefined
      ? []
      : startCaptures(child, output.value, execution, stops, (failed) => {
        failure ??= failed;
      });
    const { end, stopped, report, leftRunning, isListed, ...told } = await supervised;
    isOver = true;
    // The time of the process, without the time spent on its output afterwards.
    const at = timeOf(clock);
    const atMs = clock.monotonicMs();
    const durationMs = elapsedMs(clock, startedAtMs);
    const isLeaking = await drain(captures, clock, leftRunning.length > 0);
    const leakedOutput = isLeaking || told.isOutputCut === true;
    const kept = output === undefined ? undefined : await output.value.finish();
    if (kept !== undefined && !kept.ok) failure ??= kept.failure;
    if (told.lost !== undefined) {
      const outcome = { status: "cancelled", cause: recorderCause(told.lost), end } as const;
      return { outcome, at, atMs, unstored: waiting, lost: told.lost, isOpen: true };
    }
    const outcome = told.outcome ?? outcomeOf(end, stopped, execution.successExitCodes);
    const finished: RunEvent = {
      kind: "attempt_finished",
      number,
      at,
      durationMs,
      stoppedMs: Math.round(clock.stoppedMs - stoppedBeforeMs),
      outcome,
      output: kept?.ok ? kept.value : NOT_CAPTURED,
      leakedOutput,
      stop: report,
      leftRunning,
      isListed,
    };
    return { outcome, at, atMs, unstored: [...waiting, finished], lost: failure };
  } finally {
    // Whatever threw is a bug, but no reason to leave processes behind.
    if (!isOver) await child.abandon(execution.policy, ports);
    ports.onChild?.(undefined);
    child.release();
  }
}

function ended(outcome: Outcome, clock: Clock, lost?: Failure): EndedAttempt {
  return { outcome, at: timeOf(clock), atMs: clock.monotonicMs(), unstored: [], lost };
}

/** Whether the main process ends by itself within this time. A stop request ends the wait. */
async function endsWithin(
  boundMs: number | undefined,
  child: StartedAttempt,
  seenStopRequests: number,
  { clock, stops }: ExecutionPorts,
): Promise<boolean> {
  if (boundMs === undefined || child.exited === undefined) return false;
  const bound = clock.after(boundMs);
  const ended = child.exited.then(() => true);
  const passed = Promise.race([bound.elapsed, stops.at(seenStopRequests)]).then(() => false);
  return await Promise.race([ended, passed]).finally(() => bound.cancel());
}

/** Begins to copy both streams, masked, into the files of the attempt. */
export function startCaptures(
  child: Pick<StartedAttempt, "stdout" | "stderr">,
  output: Pick<AttemptOutput, "stdout" | "stderr">,
  execution: Pick<Execution, "secrets">,
  stops: StopRequests,
  onFailure: (failure: Failure) => void,
): readonly Capture[] {
  const secrets = execution.secrets.length === 0 ? undefined : finderOf(execution.secrets);
  const streams = [[child.stdout, output.stdout], [child.stderr, output.stderr]] as const;
  return streams.flatMap(([reader, sink]) => {
    if (reader === undefined) return [];
    const capture = startCapture(reader, sink, secrets, (failure) => {
      onFailure(failure);
      stops.recorderFailed(recorderCause(failure));
    });
    // The failure is thrown where the capture is awaited, which is after the processes have ended, so they
    // are ended now.
    capture.done.catch((error) => stops.bug(String(error)));
    return [capture];
  });
}

/** RFC 3339, UTC, milliseconds. */
export function timeOf(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString();
}

function elapsedMs(clock: Clock, sinceMs: number): number {
  return Math.max(0, Math.round(clock.monotonicMs() - sinceMs));
}
