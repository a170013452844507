/** A project: a validated configuration and the folder it is rooted at. */

import type { Job } from "./job.ts";
import type { Task } from "./task.ts";

export const HASH_ALGORITHMS = ["sha256", "sha1", "sha512"] as const;
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** Most talkative first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["json", "pretty"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LoggingSettings {
  readonly level: LogLevel;
  /** undefined: JSON Lines where stdout is not a terminal, readable lines where it is one. */
  readonly format: LogFormat | undefined;
  /** Whether log records stand on stdout where that is no terminal. */
  readonly stdout: boolean;
  readonly maxBytes: number;
  readonly keepFiles: number;
}

export interface Project {
  /** Relative working directories resolve against it. */
  readonly root: string;
  /** The canonical path of the root, where its configuration makes it a project with records of its own. */
  readonly canonicalRoot: string | undefined;
  readonly configPath: string;
  /** The file as it was read, of which records keep the digest; undefined where there is none. */
  readonly configBytes: Uint8Array | undefined;
  /** Sorted by name. */
  readonly jobs: ReadonlyMap<string, Job>;
  readonly tasks: ReadonlyMap<string, Task>;
  /** The names of jobs by their further names. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly logging: LoggingSettings;
  readonly hashAlgorithm: HashAlgorithm;
  /** Where documents of tasks are written, relative to the working directory of each. */
  readonly docDir: string;
  readonly branchPrefix: string;
  /** Where the records are kept, as written: absolute, or relative to the root. undefined: where they usually are. */
  readonly stateDir: string | undefined;
  /** The own name of the job that is run where none is named. */
  readonly defaultJob: string | undefined;
}
