/** One process of the fake machine: its identity, how it is ended, and its script's view of the world. */

import type { ChildTerminal, ProcessExit, TerminalSize } from "../../src/host/processes.ts";
import type { FakeTime } from "./fake_clock.ts";
import type { OutputSink } from "./fake_pipe.ts";

/** The behaviour of a program, as a test writes it. A number is its exit status, nothing is 0. */
export type Script = (p: RunningProgram) => Promise<number | void> | number | void;

/** A process, seen from its own script. After the end of the process nothing in it has any effect. */
export interface RunningProgram {
  readonly pid: number;
  readonly argv: readonly string[];
  /** argv without the program. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** All of standard input. */
  readonly stdin: string;
  /** Its own terminal; undefined where it has none. */
  readonly terminal: FakeChildTerminal | undefined;
  /**
   * Writes; resolves when the pipe has space again. A pipe without a reader ends the process with SIGPIPE.
   */
  stdout(data: string | Uint8Array): Promise<void>;
  stderr(data: string | Uint8Array): Promise<void>;
  /** Virtual time. */
  sleep(ms: number): Promise<void>;
  forever(): Promise<never>;
  /** Instead of ending by the signal; call `exit` in the handler to end then. */
  onSignal(signal: string, handler: () => void): void;
  ignore(...signals: readonly string[]): void;
  /** Starts a background child, which stays alive when this process ends. */
  fork(options: ForkOptions, script: Script): { readonly pid: number; readonly exited: Promise<ProcessExit> };
  exit(code: number): never;
  /** Ends by a signal that nobody sent, as in a crash. */
  crash(signal: string): never;
  /** Writes a file, relative to the working directory, with its parent folders. */
  writeFile(path: string, content: string | Uint8Array): void;
}

export interface ForkOptions {
  readonly name?: string;
  /** In a session and group of its own, as after `setsid`. */
  readonly detachedFromGroup?: boolean;
  /** Keeps stdout and stderr of its parent open, and can write to them. */
  readonly holdsPipes?: boolean;
  readonly ignores?: readonly string[];
  /** Starts with an empty environment, as after `env -i`. */
  readonly withoutEnvironment?: boolean;
}

export interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** One object for all processes of a tree. */
  readonly tree: object;
  readonly startTicks: number | null;
  /** null where the system has none. */
  readonly pidNamespace: number | null;
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: string;
  readonly terminal?: FakeChildTerminal | undefined;
  readonly stdout: OutputSink;
  readonly stderr: OutputSink;
}

/** The terminal of one process. */
export class FakeChildTerminal implements ChildTerminal {
  size: TerminalSize;
  /** Everything that was typed into it. */
  typed = "";
  #news = Promise.withResolvers<void>();

  constructor(size: TerminalSize) {
    this.size = size;
  }

  resize(size: TerminalSize): void {
    this.size = size;
    this.#tell();
  }

  write(bytes: Uint8Array): Promise<void> {
    this.typed += new TextDecoder().decode(bytes);
    this.#tell();
    return Promise.resolve();
  }

  /** Resolves at the next change of its size, or when something is typed. */
  whenChanged(): Promise<void> {
    return this.#news.promise;
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

/** Unwinds the script of a process that has ended. */
const ENDED = Symbol("the process has ended");

const HARMLESS = new Set(["SIGCONT", "SIGCHLD", "SIGURG", "SIGWINCH"]);
const STOPPING = new Set(["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"]);

export interface ProcessPorts {
  readonly time: FakeTime;
  /** Windows ends a process at any signal, with status 1. */
  readonly isWindows: boolean;
  fork(parent: FakeProcess, options: ForkOptions, script: Script): FakeProcess;
  writeFile(cwd: string, path: string, content: string | Uint8Array): void;
}

export class FakeProcess {
  readonly facts: ProcessFacts;
  readonly exited: Promise<ProcessExit>;
  readonly #ports: ProcessPorts;
  readonly #settle: (exit: ProcessExit) => void;
  readonly #ignored = new Set<string>();
  readonly #handlers = new Map<string, () => void>();
  readonly #atEnd: (() => void)[] = [];
  #state: "running" | "stopped" | "ended" = "running";
  #whenRunning: (() => void)[] = [];
  #pendingSignals: string[] = [];

  constructor(facts: ProcessFacts, ports: ProcessPorts) {
    this.facts = facts;
    this.#ports = ports;
    const { promise, resolve } = Promise.withResolvers<ProcessExit>();
    this.exited = promise;
    this.#settle = resolve;
    for (const sink of [facts.stdout, facts.stderr]) {
      sink.hold(this);
      this.#atEnd.push(() => sink.letGo(this));
    }
  }

  get isAlive(): boolean {
    return this.#state !== "ended";
  }

  /** Starts the script, after the caller of the spawn has continued. */
  async run(script: Script): Promise<void> {
    await Promise.resolve();
    try {
      if (!this.isAlive) return;
      const code = await script(this.#view());
      this.end({ kind: "exited", exit_code: this.#ports.isWindows ? code ?? 0 : (code ?? 0) & 255 });
    } catch (error) {
      if (error === ENDED) return;
      this.end({ kind: "exited", exit_code: 70 });
      // A mistake in the test's script, which must be seen.
      throw error;
    }
  }

  ignore(signals: readonly string[]): void {
    for (const signal of signals) this.#ignored.add(signal);
  }

  deliver(signal: string): void {
    if (!this.isAlive) return;
    if (this.#ports.isWindows) return this.end({ kind: "exited", exit_code: 1 });
    if (signal === "SIGKILL") return this.end({ kind: "signalled", signal });
    if (signal === "SIGCONT") this.#continue();
    if (this.#state === "stopped") return void this.#pendingSignals.push(signal);
    if (signal === "SIGSTOP") return void (this.#state = "stopped");
    if (this.#ignored.has(signal)) return;
    const handler = this.#handlers.get(signal);
    if (handler !== undefined) return this.#handle(handler);
    if (HARMLESS.has(signal)) return;
    if (STOPPING.has(signal)) return void (this.#state = "stopped");
    this.end({ kind: "signalled", signal });
  }

  end(exit: ProcessExit): void {
    if (!this.isAlive) return;
    this.#state = "ended";
    this.#ports.time.activity();
    this.#whenRunning = [];
    for (const clean of this.#atEnd) clean();
    this.#settle(exit);
  }

  #continue(): void {
    if (this.#state !== "stopped") return;
    this.#state = "running";
    for (const signal of this.#pendingSignals.splice(0)) this.deliver(signal);
    if (this.isAlive) { for (const wake of this.#whenRunning.splice(0)) wake(); }
  }

  #handle(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      if (error !== ENDED) throw error;
    }
  }

  #view(): RunningProgram {
    const { facts } = this;
    return {
      pid: facts.pid,
      argv: facts.argv,
      args: facts.argv.slice(1),
      cwd: facts.cwd,
      env: facts.env,
      stdin: facts.stdin,
      terminal: facts.terminal,
      stdout: (data) => this.#write(facts.stdout, data),
      stderr: (data) => this.#write(facts.stderr, data),
      sleep: (ms) => {
        this.#check();
        return this.#resumed(
          new Promise((resolve) => void this.#atEnd.push(this.#ports.time.schedule(ms, resolve))),
        );
      },
      forever: () => {
        this.#check();
        return new Promise<never>(() => {});
      },
      onSignal: (signal, handler) => {
        this.#check();
        this.#handlers.set(signal, handler);
      },
      ignore: (...signals) => {
        this.#check();
        this.ignore(signals);
      },
      fork: (options, script) => {
        this.#check();
        const child = this.#ports.fork(this, options, script);
        return { pid: child.facts.pid, exited: child.exited };
      },
      exit: (code) => this.#leave({ kind: "exited", exit_code: code }),
      crash: (signal) => this.#leave({ kind: "signalled", signal }),
      writeFile: (path, content) => {
        this.#check();
        this.#ports.writeFile(facts.cwd, path, content);
      },
    };
  }

  #leave(exit: ProcessExit): never {
    this.end(exit);
    throw ENDED;
  }

  #check(): void {
    if (!this.isAlive) throw ENDED;
    this.#ports.time.activity();
  }

  #write(sink: OutputSink, data: string | Uint8Array): Promise<void> {
    this.#check();
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    return this.#resumed(
      sink.write(bytes).then((result) => {
        if (result === "gone") this.deliver("SIGPIPE");
      }),
    );
  }

  /** The promise in the form for the script: never after the end, and not while stopped. */
  #resumed<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) =>
      void promise.then((value) => {
        if (this.#state === "running") resolve(value);
        else if (this.#state === "stopped") this.#whenRunning.push(() => resolve(value));
      }, reject)
    );
  }
}
