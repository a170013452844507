/** The composition root: the project, the state store and the log of one invocation, each made when first asked for. */

import type { Failure } from "../model/failure.ts";
import type { LogFormat, LoggingSettings, LogLevel, Project } from "../model/project.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { Host, HostResult } from "../host/host.ts";
import { type Locations, locationsOf } from "../host/platform_paths.ts";
import { type ConfigLocation, findConfig } from "../config/find.ts";
import { loadProject } from "../config/load.ts";
import { type OpenLogFile, ProgramLog } from "../log/log.ts";
import { RunStore } from "../store/run_store.ts";
import { TaskStore } from "../store/task_store.ts";

export type { OpenLogFile };

export interface GlobalOptions {
  readonly config: string | undefined;
  readonly stateDir: string | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly logFormat: LogFormat | undefined;
}

/** What a face lends the program to speak through. */
export interface FacePorts {
  /** Where log lines for people go. */
  printLog(line: string): void;
  /** "when_asked": the face says itself what happens, so log lines are for those who ask for them by flag or format. */
  readonly logShown: "always" | "when_asked" | "never";
  warn(text: string): void;
  /** The tests keep the log file in memory; undefined: on disk. */
  readonly openLogFile: OpenLogFile | undefined;
}

/** A folder or file of ours, and what chose it. */
export interface Place {
  /** undefined: no place is known. */
  readonly path: string | undefined;
  /** Words for people: "--state-dir", a variable, or "default"; why no place is known, where none is. */
  readonly from: string;
}

export class Workspace {
  readonly host: Host;
  /** Absolute. */
  readonly currentFolder: string;
  readonly #options: GlobalOptions;
  readonly #ports: FacePorts;
  readonly #locations: Locations;
  #project: Promise<Result<Project, Failure>> | undefined;
  #log: ProgramLog | undefined;
  #isLogShown = false;

  private constructor(host: Host, currentFolder: string, options: GlobalOptions, ports: FacePorts) {
    this.host = host;
    this.currentFolder = currentFolder;
    this.#options = options;
    this.#ports = ports;
    this.#locations = locationsOf(host.environment, host.paths);
  }

  static open(host: Host, options: GlobalOptions, ports: FacePorts): Result<Workspace, Failure> {
    const folder = host.environment.currentFolder();
    if (!folder.ok) {
      return fail({
        code: "place_unknown",
        what: "the current directory",
        reason: folder.failure.reason,
        next: "go to a folder that is there, and call it again",
      });
    }
    return ok(new Workspace(host, folder.value, options, ports));
  }

  /** Where the configuration is, or was looked for. */
  locateConfig(): Result<ConfigLocation, Failure> {
    return findConfig(this.host, {
      flag: this.#options.config,
      currentFolder: this.currentFolder,
      userConfigPath: valueOf(this.#locations.config),
    });
  }

  project(): Promise<Result<Project, Failure>> {
    return this.#project ??= this.#loadProject();
  }

  /** What people name a run by, with the job's own name in the place of a further one. */
  async withOwnName(reference: string): Promise<string> {
    const project = await this.project();
    // What was recorded can be read whatever the configuration is like now.
    if (!project.ok) return reference;
    const [name, ...rest] = reference.split("/");
    return [project.value.aliases.get(name!) ?? name, ...rest].join("/");
  }

  store(): Result<RunStore, Failure> {
    const { files, paths, clock, digests, environment } = this.host;
    const machine = { files, paths, clock, digests, pid: environment.pid };
    if (this.#options.stateDir !== undefined) {
      return ok(new RunStore(machine, paths.resolve(this.currentFolder, this.#options.stateDir)));
    }
    const { state } = this.#locations;
    if (!state.ok) {
      return fail({
        code: "place_unknown",
        what: "a place for the state folder",
        reason: state.failure.reason,
        next: "set it, or choose a place with --state-dir <path>",
      });
    }
    return ok(new RunStore(machine, state.value));
  }

  tasks(): Result<TaskStore, Failure> {
    const store = this.store();
    return store.ok ? ok(new TaskStore(store.value.parts)) : store;
  }

  /** What the command line says of the log. */
  loggingFlags(): { readonly level: LogLevel | undefined; readonly format: LogFormat | undefined } {
    return { level: this.#options.logLevel, format: this.#options.logFormat };
  }

  statePlace(): Place {
    const { stateDir } = this.#options;
    return stateDir === undefined
      ? placeOf(this.#locations.state, this.#cacheVariable())
      : { path: this.host.paths.resolve(this.currentFolder, stateDir), from: "--state-dir" };
  }

  logPlace(): Place {
    return placeOf(this.#locations.log, this.#cacheVariable());
  }

  /** Whether the lines of the log are shown, beside the file; false as long as nothing was logged. */
  get isLogShown(): boolean {
    return this.#isLogShown;
  }

  /** The log, at the level and in the form that the project and the command line ask for. */
  log(logging: LoggingSettings): ProgramLog {
    if (this.#log !== undefined) return this.#log;
    const format = this.#options.logFormat ?? logging.format;
    const isAskedFor = format !== undefined || this.#options.logLevel !== undefined;
    const { logShown } = this.#ports;
    this.#isLogShown = logShown === "always" || (logShown === "when_asked" && isAskedFor);
    return this.#log = new ProgramLog({
      level: this.#options.logLevel ?? logging.level,
      format: format ?? (this.host.terminal.stdout.isTerminal ? "pretty" : "json"),
      filePath: valueOf(this.#locations.log),
      maxBytes: logging.maxBytes,
      keepFiles: logging.keepFiles,
    }, {
      clock: this.host.clock,
      openFile: this.#ports.openLogFile ?? ((path, limits) => this.#openLogFile(path, limits)),
      print: this.#isLogShown ? this.#ports.printLog : () => {},
      warn: this.#ports.warn,
    });
  }

  /** Ends what was begun; to be called on every way out. */
  async close(): Promise<void> {
    await this.#log?.close();
  }

  /** The user's own configuration file, whether it is there or not. */
  userConfig(): HostResult<string> {
    return this.#locations.config;
  }

  /** The variable that moves the folder of state and log, where it does. */
  #cacheVariable(): string | undefined {
    const { environment, paths } = this.host;
    if (environment.os === "windows") return undefined;
    const value = environment.get("XDG_CACHE_HOME");
    return value !== undefined && paths.isAbsolute(value) ? "$XDG_CACHE_HOME" : undefined;
  }

  async #openLogFile(...args: Parameters<OpenLogFile>): ReturnType<OpenLogFile> {
    const { rotatingLogFile } = await import("../log/rotating_file.ts");
    return await rotatingLogFile(this.host)(...args);
  }

  async #loadProject(): Promise<Result<Project, Failure>> {
    const location = this.locateConfig();
    return location.ok ? await loadProject(this.host, location.value) : location;
  }
}

function placeOf(place: HostResult<string>, variable: string | undefined): Place {
  return place.ok
    ? { path: place.value, from: variable ?? "default" }
    : { path: undefined, from: place.failure.reason };
}

function valueOf(place: HostResult<string>): string | undefined {
  return place.ok ? place.value : undefined;
}
