/** The flags of a whole call, as the command line gives them. */

import type { LogFormat, LogLevel } from "../../model/project.ts";

/** The form of an answer: complete and live for a person, short for an assistant. */
export const CALLERS = ["human", "assistant"] as const;
export type Caller = (typeof CALLERS)[number];

/** The options of every command, as the command line gives them. */
export interface GlobalFlags {
  readonly config?: string;
  readonly stateDir?: string;
  readonly json?: true;
  readonly logLevel?: LogLevel;
  readonly logFormat?: LogFormat;
  readonly color?: boolean;
  /** Set for commands that have it. */
  readonly quiet?: true;
  readonly notify?: true;
  readonly brief?: true;
  readonly as?: Caller;
}
