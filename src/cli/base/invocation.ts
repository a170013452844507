/** One call of the program: the machine, the global flags, and the way to its output. */

import { type CommandWord, nextCommand, type NextSteps } from "../../model/next_step.ts";
import { lastingCommand, nextLine } from "./command_line.ts";
import type { GlobalFlags } from "./global_flags.ts";
import type { Failure } from "../../model/failure.ts";
import type { Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import { handedTrust } from "../../app/recording/requester.ts";
import type { ServedSession } from "../../app/workspace/face_ports.ts";
import { Workspace } from "../../app/workspace/workspace.ts";
import { Console } from "../output/console.ts";
import { exitCodeOfFailure } from "./exit_code.ts";

export class Invocation {
  readonly host: Host;
  readonly flags: GlobalFlags;
  readonly console: Console;
  #workspace: Workspace | undefined;
  #isBrief = false;
  #reporter: { close(): Promise<void> } | undefined;

  constructor(host: Host, flags: GlobalFlags) {
    this.host = host;
    this.flags = flags;
    this.console = new Console(host, flags.color !== false);
  }

  get isJson(): boolean {
    return this.flags.json === true;
  }

  get isQuiet(): boolean {
    // The supervisor of a detached run has no reader.
    return this.flags.quiet === true || this.#isBrief || this.host.environment.handedOver !== undefined;
  }

  /** Nothing is shown during a run, and the answer at its end is short. */
  get isBrief(): boolean {
    return this.#isBrief;
  }

  /** Called before the workspace is opened, by a command that has a short answer. */
  answerBriefly(): void {
    this.#isBrief = true;
  }

  /** The program, opened with the flags of this call. `session`: for one call of a client that is served. */
  workspace(host: Host = this.host, session?: ServedSession): Result<Workspace, Failure> {
    const opened = Workspace.open(host, {
      config: this.flags.config,
      stateDir: this.flags.stateDir,
      logLevel: this.flags.logLevel,
      logFormat: this.flags.logFormat,
    }, {
      logOutput: this.isQuiet ? undefined : {
        // stdout is reserved for the one document then.
        isStdout: !this.isJson,
        print: (line) => this.isJson ? this.console.err(line) : this.console.out(line),
        dim: (text) => this.console.look(this.isJson ? "stderr" : "stdout").style.dim(text),
      },
      display: this.console.display(this.isJson ? "stderr" : "stdout"),
      writeCommand: lastingCommand,
      session,
      warn: (text) => this.warn(text),
      tell: (text) => this.tell(text),
    });
    if (opened.ok) {
      this.#workspace = opened.value;
      guardRuns(opened.value);
      // Loaded only where the configuration wants signatures.
      opened.value.signEnded = async (workspace, run) =>
        (await import("../../app/evidence/sign_ended.ts")).signEnded(workspace, run);
      opened.value.visitor = async (workspace, request) =>
        await (await import("../../app/unattended/visit_runs.ts")).visitRuns(workspace, request);
    }
    return opened;
  }

  warn(text: string): void {
    this.console.err(`${this.console.errStyle.yellow("warning:")} ${text}\n`);
  }

  /** An ordinary step of the command, on stderr, because stdout is the answer. */
  tell(line: string): void {
    if (!this.isQuiet) this.console.err(`${this.console.errStyle.dim(line)}\n`);
  }

  /** Reports a failure, for people and, where requested, as the one JSON document. Returns the exit code. */
  async fail(failure: Failure): Promise<number> {
    const exitCode = exitCodeOfFailure(failure);
    const { reportFailure } = await import("./failure_report.ts");
    reportFailure(failure, exitCode, this);
    return exitCode;
  }

  /** A command line for the same place: with the flags that chose it. */
  commandLine(path: string, ...words: readonly CommandWord[]): string {
    return nextLine([nextCommand(path, ...words)], this.flags)!;
  }

  /** The next steps in one line; undefined where there are none. */
  nextLine(steps: NextSteps): string | undefined {
    return nextLine(steps, this.flags);
  }

  /** The reporter of runs is closed last, after everything else was printed. */
  atEnd(reporter: { close(): Promise<void> }): void {
    this.#reporter = reporter;
  }

  /** Closes everything that was opened, and waits until all output is written. */
  async close(): Promise<void> {
    await this.#workspace?.close();
    await this.#reporter?.close();
    await this.console.flush();
  }
}

/** A request of an assistant is checked again before anything is started. The code is loaded only then. */
function guardRuns(workspace: Workspace): void {
  const checked = handedTrust(workspace.host.environment);
  if (checked === undefined) return;
  workspace.guard = async (start) => {
    const { runGuard } = await import("../../app/trust/run_guard.ts");
    return await runGuard(workspace, checked)(start);
  };
}
