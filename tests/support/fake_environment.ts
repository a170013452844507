/**
 * The user, folder and variables of one fake process of ours, and the signals and errors that a test sends to
 * it.
 */

import type { Environment, OperatingSystem } from "../../src/host/environment.ts";
import type { HostResult } from "../../src/host/host_result.ts";
import type { ReceivedSignal, Signals } from "../../src/host/signals.ts";
import type { FakeLife } from "./fake_life.ts";
import { failed } from "./fake_problem.ts";

export interface FakeEnvironmentOptions {
  /** As the supervisor of a detached run has it. */
  readonly handedOver?: string;
  readonly arch?: string;
  /** Texts that the runtime cannot represent. */
  readonly notUtf8?: { readonly variables?: readonly string[]; readonly args?: readonly string[] };
  readonly pid?: number;
  readonly userId?: number;
  /** The whole environment; by default PATH, HOME and their equivalents on Windows. */
  readonly env?: Readonly<Record<string, string>>;
  /** `/home/ada/project` without it; the folder is made. */
  readonly cwd?: string;
  readonly userName?: string | undefined;
  readonly hostName?: string | undefined;
  readonly parentProgram?: string | undefined;
  /** The pids of the processes that started this one, the nearest first; by default none is shown. */
  readonly callers?: readonly number[];
}

export const FAKE_PID = 4242;
export const FAKE_USER_ID = 1000;

export function defaultEnv(os: OperatingSystem): Readonly<Record<string, string>> {
  return os === "windows"
    ? {
      PATH: "C:\\bin",
      USERPROFILE: "C:\\Users\\ada",
      APPDATA: "C:\\Users\\ada\\AppData\\Roaming",
      LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local",
    }
    : { PATH: "/bin", HOME: os === "darwin" ? "/Users/ada" : "/home/ada" };
}

export function defaultFolder(os: OperatingSystem): string {
  if (os === "windows") return "C:\\Users\\ada\\project";
  return os === "darwin" ? "/Users/ada/project" : "/home/ada/project";
}

export class FakeEnvironment implements Environment {
  readonly os: OperatingSystem;
  readonly arch: string;
  readonly pid: number;
  readonly userId: number | undefined;
  readonly runtime = "deno 2.9.6";
  readonly isCompiled = false;
  readonly processors = 4;
  readonly handedOver: string | undefined;
  readonly #life: FakeLife;
  readonly #options: FakeEnvironmentOptions;
  readonly #env: Map<string, string>;
  /** A test may move us. */
  cwd: string;

  constructor(os: OperatingSystem, options: FakeEnvironmentOptions, life: FakeLife) {
    this.os = os;
    this.handedOver = options.handedOver;
    this.arch = options.arch ?? "x86_64";
    this.pid = options.pid ?? FAKE_PID;
    this.userId = os === "windows" ? undefined : options.userId ?? FAKE_USER_ID;
    this.cwd = options.cwd ?? defaultFolder(os);
    this.#options = options;
    this.#env = new Map(Object.entries(options.env ?? defaultEnv(os)));
    this.#life = life;
  }

  get(name: string): string | undefined {
    if (this.os !== "windows") return this.#env.get(name);
    // Windows ignores case in the names of variables.
    for (const [key, value] of this.#env) if (key.toUpperCase() === name.toUpperCase()) return value;
    return undefined;
  }

  all(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#env);
  }

  notUtf8() {
    const { variables = [], args = [] } = this.#options.notUtf8 ?? {};
    return { variables, args };
  }

  /** For tests; undefined removes the variable. */
  set(name: string, value: string | undefined): void {
    if (value === undefined) this.#env.delete(name);
    else this.#env.set(name, value);
  }

  currentFolder(): HostResult<string> {
    const fault = this.#life.ask("currentFolder", this.cwd);
    return fault === undefined ? { ok: true, value: this.cwd } : failed(fault);
  }

  userName(): string | undefined {
    return "userName" in this.#options ? this.#options.userName : "ada";
  }

  hostName(): string | undefined {
    return "hostName" in this.#options ? this.#options.hostName : "lab";
  }

  parentProgram(): string | undefined {
    return "parentProgram" in this.#options ? this.#options.parentProgram : "bash";
  }
}

export class FakeSignals implements Signals {
  readonly #life: FakeLife;
  readonly #stop = new Set<(signal: ReceivedSignal) => void>();
  readonly #suspend = new Set<{ suspend(): Promise<void>; resume(): Promise<void> }>();
  readonly #uncaught = new Set<(error: unknown) => void>();
  readonly #listening = Promise.withResolvers<void>();
  #wentOn = Promise.withResolvers<void>();
  /** A test may take the shell away that could. */
  canBeContinued = true;
  /** How many times we were stopped for reading a terminal behind a shell. */
  stops = 0;

  constructor(life: FakeLife) {
    this.#life = life;
  }

  onStop(handler: (signal: ReceivedSignal) => void): () => void {
    this.#life.touch();
    // A listener of its own, so that one function can listen twice.
    const listener = (signal: ReceivedSignal) => handler(signal);
    this.#stop.add(listener);
    this.#listening.resolve();
    return () => void this.#stop.delete(listener);
  }

  onSuspend(handlers: { suspend(): Promise<void>; resume(): Promise<void> }): () => void {
    this.#life.touch();
    this.#suspend.add(handlers);
    return () => void this.#suspend.delete(handlers);
  }

  onUncaught(handler: (error: unknown) => void): () => void {
    this.#life.touch();
    const listener = (error: unknown) => handler(error);
    this.#uncaught.add(listener);
    return () => void this.#uncaught.delete(listener);
  }

  async stopAsReader(): Promise<boolean> {
    this.#life.touch();
    for (const { suspend } of [...this.#suspend]) await suspend();
    if (!this.canBeContinued) return false;
    this.#wentOn = Promise.withResolvers();
    this.stops++;
    await this.#wentOn.promise;
    return true;
  }

  get handlers(): number {
    return this.#stop.size + this.#suspend.size + this.#uncaught.size;
  }

  get whenListening(): Promise<void> {
    return this.#listening.promise;
  }

  /** Sends us a signal. Without a handler it ends us, as the system would. */
  send(signal: ReceivedSignal): void {
    if (this.#life.isDead) return;
    if (this.#stop.size === 0) return this.#life.die();
    this.#life.touch();
    for (const handler of [...this.#stop]) handler(signal);
  }

  /** Ctrl-Z, and after it `fg`. */
  async suspend(): Promise<void> {
    for (const { suspend } of [...this.#suspend]) await suspend();
  }

  async resume(): Promise<void> {
    this.#wentOn.resolve();
    for (const { resume } of [...this.#suspend]) await resume();
  }

  throwUncaught(error: unknown): void {
    if (this.#uncaught.size === 0) throw new Error("Cannot deliver an uncaught error: nobody listens");
    for (const handler of [...this.#uncaught]) handler(error);
  }
}
