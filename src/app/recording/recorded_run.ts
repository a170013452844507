/**
 * One run from its intent to its end, in steps that a use case calls: each event is stored, then logged, then
 * reported.
 */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Outcome, RunEvent, RunRecord } from "../../model/run.ts";
import type { ChildProcess } from "../../host/processes.ts";
import type { ProgramLog } from "../../log/log.ts";
import type { Ended, Execution, ExecutionPorts } from "../../engine/execution.ts";
import type { Executor } from "../../engine/executor.ts";
import { endedByRecorder, execute, finish } from "../../engine/execute.ts";
import { localExecutor, localExecutorBeside } from "../../engine/local_executor.ts";
import { endOf } from "../../engine/outcome.ts";
import { RunClock } from "../../engine/run_clock.ts";
import type { Slot } from "../../engine/slot.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { StoreParts } from "../../store/store_parts.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import { openAttemptOutput } from "./attempt_output.ts";
import { GitBesideRun } from "./git_beside_run.ts";
import { JobTerminal } from "./job_terminal.ts";
import type { PreparedRun } from "./prepare_run.ts";
import type { RunObserver, RunToRecord } from "./run_to_record.ts";
import { warnOfMissingLocks } from "./warn_of_missing_locks.ts";
import { signedSlot } from "./signed_slot.ts";
import { logRunEvent } from "./log_run_event.ts";
import type { Unattended, Visited } from "../../engine/unattended.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** How long the record of a start waits for the end of a process that may end at once, where starts are gathered. */
const GATHER_START_MS = 10;

/** Must be disposed of on every way out; a run that has not ended by then reads as interrupted. */
export class RecordedRun {
  readonly stops: StopRequests;
  readonly #workspace: Workspace;
  readonly #parts: StoreParts;
  readonly #run: RunToRecord;
  readonly #observer: RunObserver;
  readonly #log: ProgramLog;
  readonly #writer: RunWriter;
  readonly #clock: RunClock;
  readonly #terminal: JobTerminal;
  readonly #startedAtMs: number;
  readonly #ports: ExecutionPorts;
  readonly #unlisten: (() => void)[];
  #child: ChildProcess | undefined;
  /** The last start that another thread waits for. */
  #starting: Promise<unknown> | undefined;
  /** Output is shown after the start of its process was reported. */
  #isStartReported = false;
  readonly #heldBack = new Map<string, Grown>();
  readonly #git: GitBesideRun;

  private constructor(
    workspace: Workspace,
    parts: StoreParts,
    run: RunToRecord,
    observer: RunObserver,
    log: ProgramLog,
    writer: RunWriter,
  ) {
    const { host } = workspace;
    this.stops = run.stops;
    this.#workspace = workspace;
    this.#parts = parts;
    this.#run = run;
    this.#observer = observer;
    this.#log = log;
    this.#writer = writer;
    this.#clock = new RunClock(host.clock);
    const beganMs = run.isTakenUp === true ? Date.parse(writer.record.start_time) : host.clock.nowMs();
    this.#startedAtMs = this.#clock.monotonicMs() - Math.max(0, host.clock.nowMs() - beganMs);
    this.#git = new GitBesideRun(workspace, run, writer);
    this.#terminal = new JobTerminal(workspace, {
      get record() {
        return writer.record;
      },
      stops: run.stops,
      clock: this.#clock,
      inputWithheld: (how) => observer.inputWithheld(writer.record, how),
    });
    this.#ports = {
      executor: run.gathersStart === true ? this.#startingBeside() : localExecutor(host.processes),
      clock: this.#clock,
      stops: run.stops,
      emit: (...events) => this.emit(...events),
      beforeSpawn: (spawn) => {
        // The sender of a stop request may have died before it sent the signal.
        if (run.gathersStart === true) workspace.askedStops.lookNowAndThen();
        else workspace.askedStops.look();
        return this.#terminal.beforeSpawn(spawn);
      },
      refusal: async () => {
        const { action, name, intent: { command: argv } } = this.record;
        return await workspace.guard?.({ action, name, argv });
      },
      onChild: (child) => {
        // An attached job receives Ctrl-Z from the terminal itself.
        this.#child = run.interactive ? undefined : child;
        this.#terminal.follow(child);
        if (child !== undefined && run.gathersStart === true) this.#git.begin();
      },
      openOutput: (attempt) => {
        this.#isStartReported = false;
        if (run.isTakenUp === true) writer.forgetOutput(attempt);
        return openAttemptOutput(writer, attempt, (...grown) => this.#grown(grown));
      },
    };
    this.#unlisten = run.isTakenUp === true ? [] : this.#listen();
  }

  /**
   * Stores the intent. A failure where that is not possible; then no record claims that the run began. `ahead`: the writer of a run whose
   * intent is stored.
   */
  static async begin(
    workspace: Workspace,
    store: RunStore,
    run: RunToRecord,
    observer: RunObserver,
    ahead?: RunWriter,
  ): Promise<Result<RecordedRun, Failure>> {
    const log = await workspace.log(run.project.logging);
    const startedAtMs = workspace.host.clock.nowMs();
    const reserved = ahead === undefined
      ? await store.reserve(run.command.name, startedAtMs, run.partOf?.writer)
      : ok(ahead);
    if (!reserved.ok) return reserved;
    const writer = reserved.value;
    warnOfMissingLocks(workspace, store, writer.lockSupport);
    const recorded = new RecordedRun(workspace, store.parts, run, observer, log, writer);
    if (ahead !== undefined) {
      recorded.#report({ kind: "run_created", record: writer.record });
      return ok(recorded);
    }
    const record = run.prepared.recordFor(writer.id, startedAtMs);
    const created = await recorded.emit({ kind: "run_created", record });
    if (created.ok) return ok(recorded);
    recorded[Symbol.dispose]();
    return created;
  }

  /** Stores the intent of a node that begins in a moment, and tells nobody. undefined where that is not possible. */
  static async reserve(
    { host }: Workspace,
    store: RunStore,
    { command, prepared, partOf }: Pick<RunToRecord, "command" | "prepared" | "partOf">,
  ): Promise<RunWriter | undefined> {
    const startedAtMs = host.clock.nowMs();
    const reserved = await store.reserve(command.name, startedAtMs, partOf?.writer);
    if (!reserved.ok) return undefined;
    const writer = reserved.value;
    const record = prepared.recordFor(writer.id, startedAtMs);
    const created = await writer.store({ kind: "run_created", record });
    if (created.ok) return writer;
    writer.close();
    return undefined;
  }

  /** Goes on with a run that was handed over, as its only writer. */
  static async takeUp(
    workspace: Workspace,
    { parts }: RunStore,
    run: RunToRecord & { readonly isTakenUp: true },
    writer: RunWriter,
    observer: RunObserver,
  ): Promise<RecordedRun> {
    const log = await workspace.log(run.project.logging);
    return new RecordedRun(workspace, parts, run, observer, log, writer);
  }

  /** The record as last stored. */
  get record(): RunRecord {
    return this.#writer.record;
  }

  /** Stores the events in one write; only stored events are reported. */
  async emit(...events: readonly RunEvent[]): Promise<Result<void, Failure>> {
    const stored = await this.#writer.store(...events);
    if (!stored.ok) return stored;
    this.#log.together(() => {
      for (const event of events) this.#report(event);
    });
    // Runs beside the process, which does not wait for it.
    if (events.some(({ kind }) => kind === "attempt_started")) this.#git.begin();
    // The process has started, or never will; nothing waits for it any more.
    if (events.some(({ kind }) => kind === "attempt_started" || kind === "run_finished")) {
      await this.#workspace.noteUse();
    }
    return stored;
  }

  /** How a process of this run is started, or why none can be. */
  get start(): Execution["start"] {
    return this.#run.prepared.start(this.#writer.id);
  }

  /** Goes on, as far as it can now, with attempts that no process follows. */
  async visit(unattended: Unattended): Promise<Visited> {
    const { prepared } = this.#run;
    if (prepared.slurm === undefined) throw new Error(`Cannot visit run "${this.record.id}": it runs here`);
    const { visit } = await import("../../engine/unattended.ts");
    const visited = await visit(this.#execution(), unattended, await this.#slurmPorts(prepared.slurm));
    const git = this.#run.isTakenUp === true
      ? undefined
      : await this.#git.facts(this.stops.first !== undefined);
    const noted = git === undefined ? [] : [{ kind: "git_noted", git } as const];
    if (!("kind" in visited)) return { ...visited, unstored: [...noted, ...visited.unstored] };
    const stored = noted.length === 0 ? ok(undefined) : await this.emit(...noted);
    return stored.ok ? visited : { kind: "open", because: "its record cannot be written" };
  }

  /** Waits for the slots and runs the attempts. Afterwards all processes have ended, but the run has not. */
  async execute(slots: readonly Slot[] = []): Promise<Ended> {
    const { prepared } = this.#run;
    const execution = this.#execution();
    const ports = prepared.slurm === undefined ? this.#ports : await this.#slurmPorts(prepared.slurm);
    const ended = await execute(execution, slots.map((slot) => this.#signed(slot)), ports);
    const git = await this.#git.facts(this.stops.first !== undefined);
    return git === undefined
      ? ended
      : { ...ended, unstored: [{ kind: "git_noted", git }, ...ended.unstored] };
  }

  #execution(): Execution {
    const { command, prepared, interactive, leaveRunning, gathersStart } = this.#run;
    return {
      start: this.start,
      policy: {
        timeoutMs: command.timeoutMs,
        graceMs: command.killGraceMs,
        leaveRunning,
        atTerminal: interactive,
      },
      retry: command.retry,
      gatherStartMs: gathersStart === true ? GATHER_START_MS : undefined,
      successExitCodes: command.successExitCodes,
      secrets: prepared.secrets,
    };
  }

  /** Stores the end of the last attempt separately, for a use case that does more before the run ends. */
  async store(ended: Ended): Promise<Ended> {
    if (ended.unstored.length === 0) return ended;
    const stored = await this.emit(...ended.unstored);
    return { ...ended, unstored: [], lost: ended.lost ?? (stored.ok ? undefined : stored.failure) };
  }

  /** The final record; a failure where not all of the run could be recorded. */
  async finish(ended: Ended, outcome: Outcome = ended.outcome): Promise<Result<RunRecord, Failure>> {
    const finished = await finish({ ...ended, outcome }, this.#startedAtMs, this.#ports);
    if (!finished.ok) return finished;
    await this.#forgetElsewhere();
    const signed = await this.#sign();
    return signed.ok ? ok(this.record) : signed;
  }

  /** Removes the files that its attempts left for other machines, now that their ends are recorded. */
  async #forgetElsewhere(): Promise<void> {
    const { intent: { executor }, attempts } = this.record;
    if (executor === undefined) return;
    const { forgetAttempts } = await import("../slurm/slurm_executor.ts");
    await forgetAttempts(this.#workspace.host, executor.folder, attempts.length);
  }

  /** If the configuration wants every run signed. A failure changes nothing about the record. */
  async #sign(): Promise<Result<void, Failure>> {
    const { record } = this;
    const isWanted = this.#run.project.evidence.sign === "always" &&
      (record.action === "job.run" || record.action === "build.run");
    return await (isWanted ? this.#workspace.signEnded?.(this.#workspace, record) : undefined) ??
      ok(undefined);
  }

  /** Ends a run that can no longer be recorded completely; returns the failure. */
  async giveUp(failure: Failure, ended?: Ended): Promise<Result<never, Failure>> {
    const end = ended === undefined ? { kind: "none" as const } : endOf(ended.outcome);
    const { outcome, lost, ...now } = endedByRecorder(failure, end, this.#ports);
    await finish({ ...now, ...ended, outcome, lost }, this.#startedAtMs, this.#ports);
    return { ok: false, failure };
  }

  [Symbol.dispose](): void {
    this.#terminal.close();
    for (const stop of this.#unlisten.splice(0)) stop();
    this.#writer.close();
  }

  #listen(): (() => void)[] {
    const { host: { signals }, askedStops } = this.#workspace;
    const { stops, within = [], stopSignal: signal } = this.#run;
    const ids = [this.#writer.id, ...within];
    const unlisten = [
      askedStops.listen(
        this.#parts,
        ids,
        ({ cause, ...how }) => stops.asked(cause, signal === undefined ? how : { ...how, signal }),
      ),
      // A process in its own session does not receive Ctrl-Z. SIGTSTP would not stop it either, because
      // nobody in its session could continue it.
      signals.onSuspend({
        suspend: async () => {
          this.#clock.stop();
          this.#terminal.suspend();
          // A process that is being started is ours in a moment.
          await this.#starting;
          await this.#child?.signalTree("SIGSTOP");
        },
        resume: async () => {
          await this.#terminal.resume();
          await this.#child?.signalTree("SIGCONT");
          this.#clock.goOn();
        },
      }),
      signals.onUncaught((error) => this.stops.bug(error instanceof Error ? error.message : String(error))),
    ];
    const unlistenStop = signals.onStop((signal) => {
      if (!askedStops.isFor(signal)) stops.signal(signal);
    });
    // A key press for the interactive job can reach us after its end (on a busy machine), and would end us
    // instead of returning its exit code. It is therefore received and ignored for the rest of this process.
    if (!this.#run.interactive) unlisten.push(unlistenStop);
    return unlisten;
  }

  #startingBeside(): Executor {
    const executor = localExecutorBeside(this.#workspace.host.processes);
    return {
      start: (...request) => {
        const starting = Promise.resolve(executor.start(...request));
        this.#starting = starting;
        return starting;
      },
    };
  }

  async #slurmPorts(slurm: NonNullable<PreparedRun["slurm"]>): Promise<ExecutionPorts> {
    const { slurmExecutor } = await import("../slurm/slurm_executor.ts");
    const { keepSlurmLog } = await import("../../store/slurm_log.ts");
    const { id } = this.#writer;
    const keepLog = (attempt: number, log: string) =>
      keepSlurmLog(this.#parts, id, attempt, log, this.#run.prepared.secrets);
    return { ...this.#ports, executor: slurmExecutor(this.#workspace.host, { ...slurm(id), keepLog }) };
  }

  /** Notes this run in the slot for others that find it taken. */
  #signed(slot: Slot): Slot {
    return signedSlot(
      slot,
      () => {
        const { start_time, token } = this.record;
        return [this.#writer.id, this.#workspace.host.environment.pid, start_time, token];
      },
    );
  }

  #report(event: RunEvent): void {
    logRunEvent(this.#log, event, this.record);
    this.#observer.event(event, this.record);
    if (event.kind !== "attempt_started") return;
    this.#isStartReported = true;
    for (const grown of this.#heldBack.values()) this.#observer.outputGrown(...grown);
    this.#heldBack.clear();
  }

  #grown(grown: Grown): void {
    if (this.#isStartReported) this.#observer.outputGrown(...grown);
    else this.#heldBack.set(grown[0], grown);
  }
}

type Grown = Parameters<RunObserver["outputGrown"]>;
