/** Everything that a face gives a call: its options, channels for output, and what it asks before a start. Types alone. */

import type { Display } from "../../model/color_env.ts";
import type { RunId } from "../../model/ids.ts";
import type { WriteCommand } from "../../model/next_step.ts";
import type { LogFormat, LogLevel } from "../../model/project.ts";
import type { RunAction } from "../../model/run.ts";
import type { LogOutput } from "../../log/log.ts";
import type { AskedStop } from "./asked_stops.ts";

/** The flags that every command has, as they were given. */
export interface GlobalOptions {
  readonly config: string | undefined;
  readonly stateDir: string | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly logFormat: LogFormat | undefined;
}

/** The output channels that a face provides. */
export interface FacePorts {
  /** Where the output of runs is shown; undefined: nowhere. */
  readonly display?: Display;
  /** Where the log is shown; undefined: nowhere. */
  readonly logOutput: LogOutput | undefined;
  readonly writeCommand: WriteCommand;
  /** Set where this call is one of several of a client that is served. */
  readonly session?: ServedSession | undefined;
  warn(text: string): void;
  /** Shows a step that goes as it was asked for; undefined: nobody looks. */
  tell?(text: string): void;
}

/** The session of a client that this process serves. */
export interface ServedSession {
  /** What the client says of itself. */
  readonly agent: string | undefined;
  /** By token: the tasks that it owns until it ends. */
  readonly leases: Map<string, { release(): void }>;
}

/** A command that is about to be started. */
export interface GuardedStart {
  /** A run of a job, service, build or check; "notify": the command that is told of an end. */
  readonly action: RunAction | "notify";
  readonly name: string;
  /** As recorded, with secrets replaced. */
  readonly argv: readonly string[];
}

/** How runs that no process follows are gone on with. */
export interface VisitRequest {
  /** undefined: all of them. */
  readonly only?: ReadonlySet<RunId>;
  /** How long Slurm may take to answer. */
  readonly boundMs: number;
  /** They are ended for it, and waited for. */
  readonly stop?: AskedStop;
}

/** Why it must not be started; undefined where it may be. */
export type RunGuard = (start: GuardedStart) => Promise<string | undefined>;
