/** The terminals of one run: ours, which the job may read, and the job's own. Knows no records on disk. */

import type { RunRecord } from "../../model/run.ts";
import type { ChildProcess, SpawnRequest } from "../../host/processes.ts";
import type { RunClock } from "../../engine/run_clock.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { FollowedTerminal } from "./child_terminal.ts";

/** How long a stop request is awaited after we were continued, because a shell sends the signal that continues us first. */
const ENDED_AFTER_STOP_MS = 50;

/** The parts of a run that its terminals depend on. */
export interface RunAtTerminal {
  readonly record: RunRecord;
  readonly stops: StopRequests;
  readonly clock: RunClock;
  /** The job reads the terminal, which a shell has now. */
  inputWithheld(how: "stopping" | "no_input"): Promise<void>;
}

export class JobTerminal {
  readonly #workspace: Workspace;
  readonly #run: RunAtTerminal;
  /** The terminal of the job, where it has one of its own. */
  #own: FollowedTerminal | undefined;
  /** Resolves when we have the terminal that the job reads; undefined while we have it. */
  #stoppedAsReader: Promise<boolean> | undefined;
  #isInputWithheld = false;

  constructor(workspace: Workspace, run: RunAtTerminal) {
    this.#workspace = workspace;
    this.#run = run;
  }

  /** The system does not stop a job in a session of its own that reads the terminal in the background, so we stop both. */
  async beforeSpawn(spawn: SpawnRequest): Promise<SpawnRequest> {
    if (!this.#isRead || !this.#workspace.host.terminal.inputIsTheShells()) return spawn;
    this.#run.clock.stop();
    const isOurs = await this.#untilInputIsOurs();
    this.#run.clock.goOn();
    if (isOurs) return spawn;
    await this.#run.inputWithheld("no_input");
    this.#isInputWithheld = true;
    return { ...spawn, stdin: "none" };
  }

  /** Ends following the previous process; undefined: there is none now. */
  follow(child: ChildProcess | undefined): void {
    this.#own?.close();
    const { host, display } = this.#workspace;
    const takesInput = this.#run.record.intent.stdin === "inherit" && !this.#isInputWithheld;
    this.#own = child?.terminal && new FollowedTerminal(host, child.terminal, takesInput, display);
  }

  suspend(): void {
    this.#own?.giveBackKeys();
  }

  /** After "bg" a job that reads our terminal waits until we have it. */
  async resume(): Promise<void> {
    await this.#untilInputIsOurs();
    this.#own?.takeKeys();
  }

  close(): void {
    this.#own?.close();
  }

  get #isRead(): boolean {
    const { interactive, stdin } = this.#run.record.intent;
    return !interactive && stdin === "inherit" && this.#workspace.host.terminal.stdin.isTerminal;
  }

  /** False if we do not have it, and no shell could continue us if we waited. */
  #untilInputIsOurs(): Promise<boolean> {
    const { clock, signals, terminal } = this.#workspace.host;
    const { stops } = this.#run;
    const wait = async () => {
      while (terminal.inputIsTheShells() && stops.first === undefined) {
        await this.#run.inputWithheld("stopping");
        if (!(await signals.stopAsReader())) return false;
        // A shell ends a stopped job with two signals, and the one that continues us can arrive first.
        const ended = clock.after(ENDED_AFTER_STOP_MS);
        await Promise.race([ended.elapsed, stops.at(0)]).finally(() => ended.cancel());
      }
      return true;
    };
    if (!this.#isRead) return Promise.resolve(true);
    return this.#stoppedAsReader ??= wait().finally(() => this.#stoppedAsReader = undefined);
  }
}
