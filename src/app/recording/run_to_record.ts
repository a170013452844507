/** The types of a run that is to be recorded, and of whoever hears of it. Types alone; recorded_run.ts does the recording. */

import type { RunId } from "../../model/ids.ts";
import type { CommandDefinition } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import type { RunEvent, RunRecord } from "../../model/run.ts";
import type { StopSignal } from "../../host/signals.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import type { PreparedRun } from "./prepare_run.ts";

/** The run in this process that contains another one, and ends after it. */
export interface EnclosingRun {
  readonly run: RunId;
  readonly token: string;
  readonly writer: RunWriter;
}

/** A run that is about to be recorded: what runs, how it is stopped, and in what it runs. */
export interface RunToRecord {
  readonly project: Project;
  readonly command: CommandDefinition;
  readonly prepared: PreparedRun;
  readonly interactive: boolean;
  readonly leaveRunning: boolean;
  /** The start is recorded together with the end if that follows at once, because nobody waits for the start alone. */
  readonly gathersStart?: boolean;
  /** Stop requests for this run. */
  readonly stops: StopRequests;
  /** Another process began it and handed it over; signals to this process are not meant for it. */
  readonly isTakenUp?: true;
  /** The graph in which it is a node. */
  readonly partOf?: EnclosingRun | undefined;
  /** The enclosing runs in this process: a stop of one of them also stops this run. */
  readonly within?: readonly RunId[];
  /** The signal that a call of `stop` sends instead of SIGTERM. */
  readonly stopSignal?: StopSignal | undefined;
}

/** An observer of the run. It receives each event after it was stored. */
export interface RunObserver {
  event(event: RunEvent, record: RunRecord): void;
  /** A captured file has grown to this size. */
  outputGrown(stream: "stdout" | "stderr", path: string, sizeBytes: number): void;
  /**
   * The job reads the terminal, which a shell has now. Either both of us are suspended after this call returns, so that nothing can be
   * printed afterwards; or the job gets no input, because no shell could continue us.
   */
  inputWithheld(record: RunRecord, how: "stopping" | "no_input"): Promise<void>;
}
