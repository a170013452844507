/**
 * Reports runs while they happen, and shows their output. One reporter is made before the first run, chosen
 * for the terminal.
 */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunEvent, RunRecord } from "../../model/run.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import { quote } from "../../model/visible.ts";
import type { BuildObserver } from "../../app/tasks/ended_build.ts";
import type { LogView } from "../../app/workspace/call_log.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { Invocation } from "../base/invocation.ts";
import { TERMINAL_RESET } from "../output/terminal_reset.ts";
import { RunLines } from "./run_lines.ts";
import type { EventPrinter } from "./event_printer.ts";

/** A reader that accepts nothing for this long after the run has ended is no longer waited for. */
const STALL_MS = 10_000;
/** The same bound after a stop by the user or a deadline. */
const STALL_AFTER_STOP_MS = 1000;

/** A stalled terminal does not delay a suspension. */
const WRITTEN_BEFORE_STOP_MS = 100;

/** Shows the activity in the status line; undefined where there is none. */
type Activity = ((event: RunEvent, record: RunRecord) => void) | undefined;

export class RunReporter implements BuildObserver {
  readonly #invocation: Invocation;
  readonly #printers: readonly EventPrinter[];
  readonly #activity: Activity;
  #stallMs = STALL_MS;
  #setBack: (() => void) | undefined;

  private constructor(invocation: Invocation, printers: readonly EventPrinter[], activity: Activity) {
    this.#invocation = invocation;
    this.#printers = printers;
    this.#activity = activity;
  }

  /**
   * Chosen by the command line, the configuration and the terminal; a failure where there is no
   * configuration.
   */
  static async open(invocation: Invocation, workspace: Workspace): Promise<Result<RunReporter, Failure>> {
    const view = await workspace.logView();
    if (!view.ok) return view;
    const { console, flags, isQuiet } = invocation;
    const printers = isQuiet ? [] : await printersFor(invocation, view.value);
    const activity = isQuiet ? undefined : await activityOn(invocation);
    if (flags.notify === true) await console.openNotifier();
    const reporter = new RunReporter(invocation, printers, activity);
    invocation.atEnd(reporter);
    return ok(reporter);
  }

  event(event: RunEvent, record: RunRecord): void {
    this.mindTerminal(event, record);
    for (const printer of this.#printers) printer.event(event, record);
    this.#activity?.(event, record);
    if (event.kind === "attempt_started") this.#invocation.console.notifier?.running(record);
  }

  /** Only of an interactive job: a program that was killed while it controlled the terminal leaves its modes set. */
  mindTerminal(event: RunEvent, record: RunRecord): void {
    if (!record.intent.interactive) return;
    const { host, console } = this.#invocation;
    if (event.kind === "run_created") this.#setBack = host.terminal.keepModes();
    if (event.kind !== "attempt_finished") return;
    const { status } = event.outcome;
    // A program that ended by itself may have set them on purpose.
    if (status === "succeeded" || status === "failed") return;
    this.#setBack?.();
    console.unseen(TERMINAL_RESET);
  }

  /** The job's stdout goes to ours and its stderr to ours; with --json both go to stderr. */
  outputGrown(stream: "stdout" | "stderr", path: string, sizeBytes: number): void {
    const { console, isJson, isBrief } = this.#invocation;
    if (isBrief) return;
    console.grown(isJson ? "stderr" : stream, path, sizeBytes);
  }

  async inputWithheld({ name }: RunRecord, how: "stopping" | "no_input"): Promise<void> {
    const { console } = this.#invocation;
    const what = `job ${quote(name)} reads the terminal, which the shell has now`;
    console.err(
      how === "stopping"
        ? `stopping: ${what}; "fg" continues it\n`
        : `warning: ${what}, and no shell could continue it; it gets no input\n`,
    );
    await console.written(WRITTEN_BEFORE_STOP_MS);
  }

  planned(plan: RunRecord): void {
    for (const printer of this.#printers) printer.planned(plan);
  }

  building(name: string): void {
    for (const printer of this.#printers) printer.building(name);
  }

  checking(criterion: string, text: string): void {
    for (const printer of this.#printers) printer.checking(criterion, text);
  }

  built(record: TaskRecord, run: RunRecord): void {
    for (const printer of this.#printers) printer.built(record, run);
  }

  makingRoom(text: string): void {
    for (const printer of this.#printers) printer.makingRoom(text);
  }

  /** Ends the log, shows the rest of the output within a bound, and with --json the one document. */
  async ended(
    workspace: Workspace,
    record: RunRecord,
    document: { readonly format: number; readonly kind: string },
  ): Promise<void> {
    const { console, isJson } = this.#invocation;
    await workspace.close();
    console.notifier?.ended(record);
    if (isJson) console.json(document);
    const survivors = record.stopped_by?.survivors ?? [];
    if (survivors.length > 0) {
      this.#invocation.warn(
        `run ${record.id}: processes are still alive after SIGKILL: ${survivors.join(", ")}`,
      );
    }
    if (record.members_unlisted === true) {
      this.#invocation.warn(
        `run ${record.id}: processes could not be listed: any that left the process group may be alive`,
      );
    }
    this.#stallMs = record.stopped_by === null ? STALL_MS : STALL_AFTER_STOP_MS;
    if (await console.flush(this.#stallMs)) return;
    this.#invocation.warn(
      `not all output was shown, because its reader stopped reading; all of it is in ${
        this.#invocation.commandLine("logs", record.id)
      }`,
    );
  }

  /** Another run follows, whose output is offered also to a reader that was given up. */
  goOn(): void {
    this.#stallMs = STALL_MS;
    this.#invocation.console.beginAgain();
  }

  /** The signal that ends this process must not wait for a reader that does not read. */
  stopped(): void {
    this.#stallMs = STALL_AFTER_STOP_MS;
  }

  /** Removes temporary content from the screen, and waits within a bound until the rest is written. */
  async close(): Promise<void> {
    const { console } = this.#invocation;
    console.lastLine?.close();
    console.notifier?.close();
    await console.flush(this.#stallMs);
  }
}

async function printersFor(
  { console, isJson }: Invocation,
  { level, format, isOnStdout }: LogView,
): Promise<readonly EventPrinter[]> {
  const mayPrint = isJson || isOnStdout || console.isTerminal;
  const lines = format === "pretty" && mayPrint
    ? [new RunLines(console, isJson ? "stderr" : "stdout", level)]
    : [];
  if (lines.length > 0 && (isJson || level === "debug" || level === "info")) return lines;
  // In quiet mode only the failure is printed.
  const { RunSentences } = await import("./run_sentences.ts");
  return [...lines, new RunSentences(console, !isJson)];
}

async function activityOn({ console }: Invocation): Promise<Activity> {
  if (!console.isScreen) return undefined;
  const [{ activityAfter }] = await Promise.all([import("./run_activity.ts"), console.openLastLine()]);
  const { lastLine } = console;
  if (lastLine === undefined) return undefined;
  return (event, record) => {
    const activity = activityAfter(event, record, lastLine.nowMs);
    if (activity !== "as before") lastLine.show(activity);
  };
}

/** The last message about an unsuccessful run, whose code has to be loaded; undefined after a successful one. */
export async function unhappyWords(record: RunRecord, invocation: Invocation): Promise<string | undefined> {
  if (record.status === "succeeded" || record.status === "up_to_date") return undefined;
  const { unhappyEnding } = await import("./run_report.ts");
  return unhappyEnding(record, invocation);
}
