/**
 * The composition root: the project, the state store and the log of one call, each made when first needed.
 */

import { nextAdvice, type WriteCommand } from "../../model/next_step.ts";
import { type Display, NO_DISPLAY } from "../../model/color_env.ts";
import type { Failure } from "../../model/failure.ts";
import type { LoggingSettings, Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";
import { type Locations, locationsOf } from "../../host/platform_paths.ts";
import { EnvFiles } from "../../config/env_files.ts";
import { SharedGitFacts } from "../../git/shared_facts.ts";
import { type ConfigLocation, findConfig } from "../../config/find.ts";
import { loadProject } from "../../config/load.ts";
import type { ResolveMachine } from "../../config/resolve.ts";
import type { LogProperties, ProgramLog } from "../../log/log.ts";
import { hasHandedOver } from "../../store/handover.ts";
import { HookNotes } from "../../store/hook_notes.ts";
import { Layout } from "../../store/layout.ts";
import { nodeLogsSettled, settleNodeLogs } from "../../store/settle_node_logs.ts";
import { RunStore } from "../../store/run_store.ts";
import type { StoreParts } from "../../store/store_parts.ts";
import { TaskStore } from "../../store/task_store.ts";
import { AskedStops } from "./asked_stops.ts";
import { CallLog, type LogView } from "./call_log.ts";
import type { FacePorts, GlobalOptions, RunGuard, ServedSession, VisitRequest } from "./face_ports.ts";
import { noteUse } from "./note_use.ts";
import { findStatePlace, requireFolder, type StatePlace, userStateUnknown } from "./state_place.ts";

/** One of our folders or files, and what chose it. */
export interface Place {
  /** undefined: no place is known. */
  readonly path: string | undefined;
  /** For people: "--state-dir", a variable, or "default"; where no place is known, the reason. */
  readonly from: string;
}

/** Nobody wants to wait long for the answer of a controller before something is shown. */
const SHOWING: VisitRequest = { boundMs: 5000 };

export class Workspace {
  readonly host: Host;
  /** Absolute. */
  readonly currentFolder: string;
  /** The context in which definitions are resolved. */
  readonly resolveMachine: ResolveMachine;
  /** The stop requests of other processes for the runs of this one. */
  readonly askedStops: AskedStops;
  /** Asked before anything is started; undefined where everything may be. */
  guard: RunGuard | undefined;
  /** Signs a run that has ended; undefined where the face offers no signatures. */
  signEnded: ((workspace: Workspace, run: RunRecord) => Promise<Result<void, Failure>>) | undefined;
  /** Goes on with runs that were handed over; undefined where this call only reads. */
  visitor: ((workspace: Workspace, request: VisitRequest) => Promise<void>) | undefined;
  /** What git says to the nodes of a graph. */
  readonly sharedGit: SharedGitFacts;
  readonly #options: GlobalOptions;
  readonly #ports: FacePorts;
  readonly #locations: Locations;
  /** By their folders. */
  readonly #stores = new Map<string, RunStore>();
  /** Folders in which another process writes what a killed graph left. */
  readonly #unsettled = new Set<string>();
  #project: Promise<Result<Project, Failure>> | undefined;
  #statePlace: Promise<Result<StatePlace, Failure>> | undefined;
  #stateFolder: Promise<Result<StatePlace, Failure>> | undefined;
  #isUseNoted = false;
  readonly #log: CallLog;

  private constructor(host: Host, currentFolder: string, options: GlobalOptions, ports: FacePorts) {
    this.host = host;
    this.currentFolder = currentFolder;
    const { paths, environment, files, clock } = host;
    let variables: Readonly<Record<string, string>> | undefined;
    this.resolveMachine = {
      paths,
      // Read from the system once, not for each job, task and check.
      environment: {
        os: environment.os,
        all: () => variables ??= environment.all(),
        notUtf8: () => environment.notUtf8(),
      },
      envFiles: new EnvFiles(files, () => clock.nowMs()),
    };
    this.askedStops = new AskedStops(host);
    this.sharedGit = new SharedGitFacts(host);
    this.#options = options;
    this.#ports = ports;
    this.#locations = locationsOf(host.environment, host.paths);
    this.#log = new CallLog(host, options, ports, valueOf(this.#locations.log));
  }

  /** Where the output of runs is shown. */
  get display(): Display {
    return this.#ports.display ?? NO_DISPLAY;
  }

  get session(): ServedSession | undefined {
    return this.#ports.session;
  }

  /** A command line for a text that outlives the call, such as a document. */
  get writeCommand(): WriteCommand {
    return this.#ports.writeCommand;
  }

  static open(host: Host, options: GlobalOptions, ports: FacePorts): Result<Workspace, Failure> {
    const folder = currentFolderOf(host);
    return folder.ok ? ok(new Workspace(host, folder.value, options, ports)) : folder;
  }

  /** The same call in another folder, with the configuration that counts there, or that is named. */
  async at(folder: string, config: string | undefined): Promise<Workspace> {
    const { stateDir } = this.#options;
    const { paths } = this.host;
    const options = {
      ...this.#options,
      config,
      stateDir: stateDir === undefined ? undefined : paths.resolve(this.currentFolder, stateDir),
    };
    const other = new Workspace(this.host, folder, options, this.#ports);
    other.signEnded = this.signEnded;
    other.visitor = this.visitor;
    const project = await this.project();
    // One log for one call; this workspace closes it.
    if (project.ok) other.#log.share(this.log(project.value.logging));
    return other;
  }

  /**
   * Before each look of a call that may look for long: records what became of runs that no process follows, and of graphs that were killed
   * meanwhile. Where there are none, it costs one look at each of two folders.
   */
  async visitLeft(request: VisitRequest = SHOWING): Promise<void> {
    const store = await this.store();
    if (!store.ok) return;
    await nodeLogsSettled(store.value.parts);
    if (this.visitor === undefined || !hasHandedOver(store.value.parts)) return;
    // The ends that this call records for others are logged, and not a part of its answer.
    this.#log.hide();
    await this.visitor(this, request);
  }

  /** The place of the configuration, or where it was searched for. */
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

  /** Where the records of this call are, decided once; a failure also where a file is in their way. */
  stateFolder(): Promise<Result<StatePlace, Failure>> {
    return this.#stateFolder ??= this.#findStatePlace().then((place) =>
      place.ok ? requireFolder(this.host, place.value) : place
    );
  }

  #findStatePlace(): Promise<Result<StatePlace, Failure>> {
    return this.#statePlace ??= findStatePlace(this.host, {
      currentFolder: this.currentFolder,
      flag: this.#options.stateDir,
      userState: this.#locations.state,
      userStateVariable: this.#cacheVariable(),
      location: () => this.locateConfig(),
      project: () => this.project(),
    });
  }

  /** The words by which another call finds the same configuration and records. */
  get placeWords(): readonly string[] {
    const { config, stateDir } = this.#options;
    return [
      ...(config === undefined ? [] : ["--config", config]),
      ...(stateDir === undefined ? [] : ["--state-dir", stateDir]),
    ];
  }

  async store(): Promise<Result<RunStore, Failure>> {
    const place = await this.stateFolder();
    if (!place.ok) return place;
    const { folder } = place.value;
    const store = this.storeIn(folder);
    if (this.#unsettled.has(folder)) {
      await nodeLogsSettled(store.parts);
      this.#unsettled.delete(folder);
    }
    return ok(store);
  }

  /** The records in any state folder. */
  storeIn(folder: string): RunStore {
    // Facts about a state folder are remembered with its parts, which are therefore the same for every run of this call.
    const known = this.#stores.get(folder);
    if (known !== undefined) return known;
    const { files, paths, clock, digests, processes } = this.host;
    const layout = new Layout(paths, folder);
    const parts = { files, paths, clock, digests, processes, layout };
    if (settleNodeLogs(parts) === "held") this.#unsettled.add(folder);
    const store = new RunStore(parts);
    this.#stores.set(folder, store);
    return store;
  }

  /** The state folder of the user, which all projects share. */
  userStateParts(): Result<StoreParts, Failure> {
    const folder = this.#locations.state;
    return folder.ok ? ok(this.storeIn(folder.value).parts) : userStateUnknown(folder.failure.reason);
  }

  async tasks(): Promise<Result<TaskStore, Failure>> {
    const store = await this.store();
    return store.ok ? ok(new TaskStore(store.value.parts)) : store;
  }

  /** What the hooks of assistants noted. */
  async hookNotes(): Promise<Result<HookNotes, Failure>> {
    const store = await this.store();
    return store.ok ? ok(new HookNotes(store.value.parts)) : store;
  }

  /** Called after something was recorded, as soon as nothing waits for it. */
  async noteUse(): Promise<void> {
    if (this.#isUseNoted) return;
    this.#isUseNoted = true;
    const place = await this.stateFolder();
    if (place.ok) noteUse(this.host, place.value);
  }

  /** A reference to a run, with an alias replaced by the job's own name. */
  async resolveAlias(reference: string): Promise<string> {
    const project = await this.project();
    // Records can be read whatever the present configuration is like.
    if (!project.ok) return reference;
    const [name, ...rest] = reference.split("/");
    return [project.value.aliases.get(name!) ?? name, ...rest].join("/");
  }

  /** The settings for the log from the command line and the environment. */
  loggingFlags(): ReturnType<CallLog["flags"]> {
    return this.#log.flags();
  }

  /** The same in words for people, in any state of the folder. */
  async statePlace(): Promise<Place> {
    const place = await this.#findStatePlace();
    if (place.ok) return { path: place.value.folder, from: place.value.from };
    const { failure } = place;
    const from = failure.code === "place_unknown" ? failure.reason : "the configuration cannot be read";
    return { path: undefined, from };
  }

  logPlace(): Place {
    return placeOf(this.#locations.log, this.#cacheVariable());
  }

  /** Prints a remark on stderr that is no failure. */
  warn(text: string): void {
    this.#ports.warn(text);
  }

  /** Says a step that goes as it was asked for, where a person looks. */
  tell(text: string): void {
    this.#ports.tell?.(text);
  }

  /** The level and format in which this call reports what happens. */
  async logView(): Promise<Result<LogView, Failure>> {
    const project = await this.project();
    return project.ok ? ok(this.#log.view(project.value.logging)) : project;
  }

  /** Writes a line at debug level; at other levels the log is not even loaded. */
  debug(logging: LoggingSettings, message: string, properties: LogProperties): Promise<void> {
    return this.#log.debug(logging, message, properties);
  }

  /** The log, at the requested level and format. Loaded when first needed. */
  log(logging: LoggingSettings): Promise<ProgramLog> {
    return this.#log.open(logging);
  }

  /** Closes everything that was opened; called on every way out. */
  async close(): Promise<void> {
    await this.#log.close();
  }

  /** The user's own configuration file, whether it exists or not. */
  userConfig(): HostResult<string> {
    return this.#locations.config;
  }

  /** The variable that moves the folders of state and log, where one is set. */
  #cacheVariable(): string | undefined {
    const { environment, paths } = this.host;
    if (environment.os === "windows") return undefined;
    const value = environment.get("XDG_CACHE_HOME");
    return value !== undefined && paths.isAbsolute(value) ? "$XDG_CACHE_HOME" : undefined;
  }

  async #loadProject(): Promise<Result<Project, Failure>> {
    const location = this.locateConfig();
    return location.ok ? await loadProject(this.host, location.value) : location;
  }
}

/** Absolute; a failure where the folder was removed meanwhile. */
function currentFolderOf(host: Host): Result<string, Failure> {
  const folder = host.environment.currentFolder();
  if (folder.ok) return ok(folder.value);
  return fail({
    code: "place_unknown",
    what: "the current directory",
    reason: folder.failure.reason,
    next: [nextAdvice("change to an existing folder, then run the command again")],
  });
}

function placeOf(place: HostResult<string>, variable: string | undefined): Place {
  return place.ok
    ? { path: place.value, from: variable ?? "default" }
    : { path: undefined, from: place.failure.reason };
}

function valueOf(place: HostResult<string>): string | undefined {
  return place.ok ? place.value : undefined;
}
