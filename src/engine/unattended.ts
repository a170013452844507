/**
 * The attempts of a run that no process follows: each call goes on as far as it can now. Knows no files and no Slurm.
 */

import type { AttemptRecord, CapturedOutput, Outcome, RunEvent } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import { maskText } from "../model/secrets.ts";
import { ok, type Result } from "../model/result.ts";
import type { SpawnRequest } from "../host/processes.ts";
import { NOT_CAPTURED, startCaptures, timeOf } from "./attempt.ts";
import { drain } from "./drain.ts";
import { isWorthRetrying, retryDelayMs } from "./execute.ts";
import type { AttemptOutput, Ended, Execution, ExecutionPorts } from "./execution.ts";
import { endOf, notStarted, outcomeOf, recorderCause } from "./outcome.ts";

export interface Unattended {
  /** The recorded attempts. */
  readonly attempts: readonly AttemptRecord[];
  /** The paths of an attempt's output, which is kept once it has ended. */
  outputNames(attempt: number): { readonly stdout: string; readonly stderr: string };
  /** The values to mask are not known in this process, so its output is not kept. */
  readonly isWithheld: boolean;
  /** How the attempt is started, or found again; why this process cannot do that, in words. */
  request(attempt: number): Promise<Result<SpawnRequest, string>>;
}

/** How far it went: to an end, or no further now, with the reason where another caller could. */
export type Visited = Ended | { readonly kind: "open"; readonly because?: string };

/** Goes on with the run: sees what became of its attempt, and submits the next one where that is due. */
export async function visit(
  execution: Execution,
  { attempts, ...run }: Unattended,
  ports: ExecutionPorts,
): Promise<Visited> {
  const { clock, stops } = ports;
  const { retry } = execution;
  let number = Math.max(1, attempts.length);
  let known = attempts.at(-1);
  let ended: Ended | undefined = known === undefined || known.end_time === null
    ? undefined
    : endedBefore(known, execution, ports);
  for (;;) {
    if (ended === undefined) {
      const visited = await visitAttempt(number, known, execution, run, ports);
      if ("kind" in visited) return visited;
      ended = visited;
    }
    const isFinal = ended.lost !== undefined || retry === undefined || number > retry.max ||
      !isWorthRetrying(ended.outcome, retry);
    if (isFinal) return ended;
    if (stops.first !== undefined) {
      const outcome = { status: "cancelled", cause: stops.first.cause, end: endOf(ended.outcome) } as const;
      return { ...ended, outcome, at: timeOf(clock), atMs: clock.monotonicMs() };
    }
    const delayMs = retryDelayMs(number + 1, retry);
    if (ended.unstored.length > 0) {
      const stored = await ports.emit(...ended.unstored, {
        kind: "retry_scheduled",
        number: number + 1,
        delayMs,
      });
      if (!stored.ok) return { ...ended, unstored: [], lost: stored.failure };
    }
    if (clock.nowMs() < Date.parse(ended.at) + delayMs) return { kind: "open" };
    number++;
    known = undefined;
    ended = undefined;
  }
}

/** The end of an attempt as an earlier process recorded it. */
function endedBefore(attempt: AttemptRecord, execution: Execution, { clock }: ExecutionPorts): Ended {
  const { exit_code, signal, stopped_by } = attempt;
  const end = exit_code !== null
    ? { kind: "exited", exit_code } as const
    : signal !== null
    ? { kind: "signalled", signal } as const
    : { kind: "none" } as const;
  const isNamed = end.kind !== "none" || stopped_by !== null;
  const outcome: Outcome = attempt.status === "not_started" || !isNamed
    ? { status: "not_started", cause: "spawn_failed", detail: "it did not begin" }
    : outcomeOf(end, stopped_by?.cause, execution.successExitCodes);
  const at = attempt.end_time!;
  return {
    outcome,
    at,
    atMs: clock.monotonicMs() - (clock.nowMs() - Date.parse(at)),
    unstored: [],
    lost: undefined,
  };
}

/** `known`: its record, where its start was recorded. */
async function visitAttempt(
  number: number,
  known: AttemptRecord | undefined,
  execution: Execution,
  run: Omit<Unattended, "attempts">,
  ports: ExecutionPorts,
): Promise<Visited> {
  const { clock, stops, emit } = ports;
  const request = await run.request(number);
  if (!request.ok) return { kind: "open", because: request.failure };
  const detail = known === undefined ? await ports.refusal?.() : undefined;
  // Another caller may be allowed to start it.
  if (detail !== undefined && number > 1) return { kind: "open", because: detail };
  if (detail !== undefined) {
    const masked = maskText(detail, execution.secrets);
    return at({ status: "not_started", cause: "not_trusted", detail: masked }, ports);
  }
  const started = await ports.executor.start(request.value, number, execution.policy);
  if (!started.ok) {
    const reason = maskText(started.failure.reason, execution.secrets);
    return at(notStarted({ ...started.failure, reason }), ports);
  }
  const child = started.value;
  const startTime = known?.start_time ?? timeOf(clock);
  let failure: Failure | undefined;
  const store = async (...events: readonly RunEvent[]) => {
    const stored = await emit(...events);
    if (!stored.ok) failure ??= stored.failure;
  };
  try {
    if (known === undefined) {
      const names = run.outputNames(number);
      await store({
        kind: "attempt_started",
        number,
        at: startTime,
        process: null,
        stdoutPath: names.stdout,
        stderrPath: names.stderr,
        ...(child.slurm === undefined ? {} : { slurm: child.slurm }),
      });
    }
    const supervise = {
      clock,
      stops,
      onNote: (slurm: NonNullable<typeof child.slurm>) => store({ kind: "slurm_noted", number, slurm }),
      onSignal: () => Promise.resolve(),
    };
    // Nothing is known of a job that was submitted just now.
    const isOver = stops.first !== undefined ||
      (known !== undefined && await child.peek?.(execution.policy, supervise) !== false);
    if (!isOver) return { kind: "open" };
    const output = ports.openOutput(number);
    if (!output.ok) {
      const cause = recorderCause(output.failure);
      return {
        ...at({ status: "cancelled", cause, end: { kind: "none" } }, ports),
        lost: output.failure,
        isOpen: true,
      };
    }
    const following = child.follow(execution.policy, 0, supervise);
    following.catch(() => {});
    const kept = run.isWithheld ? withheld(output.value) : output.value;
    const captures = startCaptures(child, kept, execution, stops, (failed) => failure ??= failed);
    const { end, stopped, report, leftRunning, isListed, ...told } = await following;
    await drain(captures, clock, false);
    const files = await output.value.finish();
    if (!files.ok) failure ??= files.failure;
    if (told.lost !== undefined) {
      const cause = recorderCause(told.lost);
      return { ...at({ status: "cancelled", cause, end }, ports), lost: told.lost, isOpen: true };
    }
    const outcome = told.outcome ?? outcomeOf(end, stopped, execution.successExitCodes);
    const endTime = told.endedAt === undefined || told.endedAt < startTime ? undefined : told.endedAt;
    const now = timeOf(clock);
    const overAt = endTime ?? (told.endedAt === undefined ? now : startTime);
    const durationMs = Math.max(0, Date.parse(overAt) - Date.parse(startTime));
    const captured: CapturedOutput = files.ok ? files.value : NOT_CAPTURED;
    const finished: RunEvent = {
      kind: "attempt_finished",
      number,
      at: overAt,
      durationMs,
      stoppedMs: 0,
      outcome,
      output: captured,
      leakedOutput: told.isOutputCut === true || run.isWithheld,
      stop: report,
      leftRunning,
      isListed,
    };
    const sinceMs = clock.nowMs() - Date.parse(overAt);
    return {
      outcome,
      at: overAt,
      atMs: clock.monotonicMs() - sinceMs,
      unstored: [finished],
      lost: failure,
    };
  } finally {
    child.release();
  }
}

/** The files stay empty. */
function withheld({ stdout, stderr }: AttemptOutput): Pick<AttemptOutput, "stdout" | "stderr"> {
  const write = () => Promise.resolve(ok(undefined));
  return { stdout: { path: stdout.path, write }, stderr: { path: stderr.path, write } };
}

function at(outcome: Outcome, { clock }: ExecutionPorts): Ended {
  return { outcome, at: timeOf(clock), atMs: clock.monotonicMs(), unstored: [], lost: undefined };
}
