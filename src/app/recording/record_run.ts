/** Carries out a prepared run and records it: each event is stored, then logged, then told. */

import type { Failure } from "../../model/failure.ts";
import type { CommandDefinition } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import { describeStopCause, type Outcome, type RunEvent, type RunRecord } from "../../model/run.ts";
import type { ChildProcess } from "../../host/host.ts";
import type { ProgramLog } from "../../log/log.ts";
import type { AttemptOutput } from "../../engine/execution.ts";
import { execute } from "../../engine/execute.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import type { PreparedRun } from "./prepare_run.ts";
import type { JobLock } from "./job_lock.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface RunToRecord {
  readonly command: CommandDefinition;
  readonly prepared: PreparedRun;
  readonly interactive: boolean;
  readonly leaveRunning: boolean;
  readonly jobLock: JobLock | undefined;
  /** Lends the line of those who want an end to somebody who may want one, until the returned function is called. */
  attach?(stops: StopRequests, secrets: readonly string[]): () => void;
  /** Called when the intent is recorded, before anything is started. */
  begin?(record: RunRecord): Promise<Result<void, Failure>>;
  /** What the outcome is once it has been looked at what the run was to bring about. */
  conclude?(
    outcome: Outcome,
    record: RunRecord,
    emit: (event: RunEvent) => Promise<Result<void, Failure>>,
    stops: StopRequests,
  ): Promise<Result<Outcome, Failure>>;
}

/** Whoever watches a run. It hears of an event after it was stored. */
export interface RunObserver {
  event(event: RunEvent, record: RunRecord): void;
  /** A captured file has grown to this size. */
  outputGrown(stream: "stdout" | "stderr", path: string, sizeBytes: number): void;
}

const IN_AN_ATTEMPT: readonly RunEvent["kind"][] = ["attempt_started", "stop_requested", "stop_escalated"];

/** The final record; a failure where it could not be recorded, and then nothing of the run lives on either. */
export async function recordRun(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  run: RunToRecord,
  observer: RunObserver,
): Promise<Result<RunRecord, Failure>> {
  const { host } = workspace;
  const { command, prepared } = run;
  const log = await workspace.log(project.logging);
  const startedAtMs = host.clock.nowMs();
  const reserved = store.reserve(command.name, startedAtMs);
  if (!reserved.ok) return reserved;
  const writer = reserved.value;
  const stops = new StopRequests(host.clock);
  let child: ChildProcess | undefined;
  const unlisten = [
    // A session of its own does not hear Ctrl-Z; SIGTSTP would not stop it either, as nobody there could continue it.
    host.signals.onSuspend({
      suspend: async () => void await child?.signalTree("SIGSTOP"),
      resume: async () => void await child?.signalTree("SIGCONT"),
    }),
    host.signals.onUncaught((error) => stops.bug(error instanceof Error ? error.message : String(error))),
  ];
  if (run.attach !== undefined) unlisten.push(run.attach(stops, prepared.secrets));
  const unlistenStop = host.signals.onStop((signal) => stops.signal(signal));
  // A key press that was the interactive job's own can be told to us after its end (a busy machine), and would end us in
  // the place of its exit code; so that is heard, and ignored, as long as this process lives.
  if (!run.interactive) unlisten.push(unlistenStop);
  try {
    const record = prepared.recordFor(writer.id, startedAtMs);
    run.jobLock?.sign(writer.id, host.environment.pid, record.start_time);
    // Nothing comes between the end of its only attempt and its own, so both are one write.
    const isOneWrite = command.retry === undefined && run.conclude === undefined;
    let held: RunEvent | undefined;
    const tell = (event: RunEvent) => {
      // From its start to its end the terminal is an interactive job's own: a line of ours would stand amid what it draws.
      log.isShown = !(run.interactive && workspace.tellsByLog && IN_AN_ATTEMPT.includes(event.kind));
      logEvent(log, event, writer.record);
      observer.event(event, writer.record);
    };
    const emit = async (event: RunEvent): Promise<Result<void, Failure>> => {
      if (isOneWrite && event.kind === "attempt_finished") {
        writer.hold(event);
        held = event;
        return ok(undefined);
      }
      const stored = await writer.store(event);
      if (!stored.ok) return stored;
      if (held !== undefined) tell(held);
      held = undefined;
      tell(event);
      return stored;
    };
    const executed = await execute({
      record,
      start: prepared.start(writer.id),
      policy: {
        timeoutMs: command.timeoutMs,
        graceMs: command.killGraceMs,
        leaveRunning: run.leaveRunning,
        atTerminal: run.interactive,
      },
      retry: command.retry,
      successExitCodes: command.successExitCodes,
      secrets: prepared.secrets,
    }, {
      processes: host.processes,
      clock: host.clock,
      stops,
      jobLock: run.jobLock === undefined ? undefined : {
        holder: run.jobLock.isHad ? undefined : run.jobLock.holder ?? null,
        wait: async () => {
          const waited = await run.jobLock!.wait(stops, host.clock);
          run.jobLock!.sign(writer.id, host.environment.pid, record.start_time);
          return waited;
        },
      },
      emit,
      onChild: (started) => {
        // What is attached to our terminal hears Ctrl-Z from there.
        child = run.interactive ? undefined : started;
      },
      begin: async () => await run.begin?.(writer.record) ?? ok(undefined),
      ...(run.conclude === undefined
        ? {}
        : { conclude: (outcome: Outcome) => run.conclude!(outcome, writer.record, emit, stops) }),
      openOutput: (attempt) => openOutput(writer, attempt, observer),
    });
    return executed.ok ? ok(writer.record) : executed;
  } finally {
    for (const stop of unlisten) stop();
    writer.close();
  }
}

function openOutput(
  writer: RunWriter,
  attempt: number,
  observer: RunObserver,
): Result<AttemptOutput, Failure> {
  const open = (stream: "stdout" | "stderr") =>
    writer.openOutput(stream, attempt, (path, sizeBytes) => observer.outputGrown(stream, path, sizeBytes));
  const stdout = open("stdout");
  if (!stdout.ok) return stdout;
  const stderr = open("stderr");
  if (!stderr.ok) {
    stdout.value.abandon();
    return stderr;
  }
  return ok({
    stdout: stdout.value,
    stderr: stderr.value,
    abandon() {
      stdout.value.abandon();
      stderr.value.abandon();
    },
    async finish() {
      const [out, err] = await Promise.all([stdout.value.finish(), stderr.value.finish()]);
      if (!out.ok) return out;
      return err.ok ? ok({ stdout: out.value, stderr: err.value }) : err;
    },
  });
}

function logEvent(log: ProgramLog, event: RunEvent, record: RunRecord): void {
  const about = { event: event.kind, run: record.id, [record.subject]: record.name };
  switch (event.kind) {
    case "run_created":
      return log.debug("run recorded", about);
    case "job_lock_awaited":
      return log.info("waiting for its turn", { ...about, holder: event.holder });
    case "attempt_started":
      return log.info("run started", {
        ...about,
        pid: event.process.pid,
        attempt: event.number === 1 ? undefined : event.number,
      });
    case "stop_requested":
    case "stop_escalated":
      return log[event.cause.kind === "change" ? "info" : "warning"](`${event.signal} sent`, {
        ...about,
        why: describeStopCause(event.cause),
      });
    case "attempt_finished":
      return log.debug("attempt finished", { ...about, attempt: event.number, status: event.outcome.status });
    case "evidence_gathered":
      return log.debug("outputs and checks recorded", about);
    case "retry_scheduled":
      return log.info("trying again", { ...about, attempt: event.number, delay_ms: event.delayMs });
    case "run_finished":
      return log[isAsWanted(record) ? "info" : "error"](`run ${record.status.replace("_", " ")}`, {
        ...about,
        status: record.status,
        exit_code: record.exit_code,
        signal: record.signal,
        duration_ms: record.duration_ms,
      });
  }
}

/** It succeeded, or made room for the next run of a watch. */
function isAsWanted(record: RunRecord): boolean {
  return record.status === "succeeded" ||
    (record.status === "cancelled" && record.stopped_by?.cause.kind === "change");
}
