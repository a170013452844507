/** A project: a validated configuration and its root folder. */

import type { SlurmSettings } from "./executor.ts";
import type { Job, JobGroup } from "./job.ts";
import type { NotifySettings } from "./notify.ts";
import type { JobSchedule } from "./schedule.ts";
import type { Service } from "./service.ts";
import type { Task } from "./task.ts";

export const HASH_ALGORITHMS = ["sha256", "sha1", "sha512"] as const;
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** The most verbose level comes first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["json", "pretty"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LoggingSettings {
  readonly level: LogLevel;
  /** undefined: JSON Lines where stdout is not a terminal, readable lines where it is one. */
  readonly format: LogFormat | undefined;
  /** Whether log records also go to stdout when stdout is not a terminal. */
  readonly stdout: boolean;
  readonly maxBytes: number;
  readonly keepFiles: number;
}

/** Whether every run is signed, or only what `sign` is called for. */
export const SIGN_SETTINGS = ["asked", "always"] as const;

/** Which runs are signed by themselves, and how long evidence is kept. */
export interface EvidenceSettings {
  /** As written: `365d`. undefined: age alone keeps nothing. */
  readonly retention: string | undefined;
  readonly sign: (typeof SIGN_SETTINGS)[number];
  /** The service that says when something was signed; undefined: nobody does. */
  readonly timeStampUrl: string | undefined;
}

/** What a new work tree of a task gets. */
export interface WorktreeSettings {
  /** Files and folders to copy, relative to the project root. */
  readonly copy: readonly string[];
  /** Jobs to run there, in order, by name or alias. */
  readonly setup: readonly string[];
}

/** The part of a project that comes from the text of the file. */
export interface Settings {
  /** Sorted by name. */
  readonly jobs: ReadonlyMap<string, Job>;
  /** The jobs that have needs and no command; sorted by name. */
  readonly groups: ReadonlyMap<string, JobGroup>;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly services: ReadonlyMap<string, Service>;
  /** Sorted by name. */
  readonly schedules: ReadonlyMap<string, JobSchedule>;
  /** The names of jobs and groups by their further names. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The number of places of each pool. */
  readonly pools: ReadonlyMap<string, number>;
  readonly logging: LoggingSettings;
  readonly hashAlgorithm: HashAlgorithm;
  /** The folder for documents of tasks, relative to each task's working directory. */
  readonly docDir: string;
  readonly branchPrefix: string;
  /** The folder of the records, as written: absolute, or relative to the root. undefined: the usual place. */
  readonly stateDir: string | undefined;
  readonly worktree: WorktreeSettings;
  readonly evidence: EvidenceSettings;
  /** undefined: there are no notifications of the ends of runs. */
  readonly notify: NotifySettings | undefined;
  /** undefined: there is no table for it. */
  readonly slurm: SlurmSettings | undefined;
  /** The highest number of detached runs at a time. */
  readonly maxDetached: number;
  /** The job that runs where none is named, by its own name rather than an alias. */
  readonly defaultJob: string | undefined;
}

export interface Project extends Settings {
  /** Relative working directories are resolved against it. */
  readonly root: string;
  /**
   * The canonical path of the root, set where the configuration makes the folder a project with its own
   * records.
   */
  readonly canonicalRoot: string | undefined;
  readonly configPath: string;
  /** The file as it was read; records keep its digest. undefined where there is no file. */
  readonly configBytes: Uint8Array | undefined;
}
