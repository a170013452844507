/**
 * The fake machine, put together: a Host in memory whose time, processes and faults are driven by the test. A
 * FakeHost is one process of ours on a machine; `another` and `reviveAfterDeath` give further ones on the
 * same machine.
 */

import type { Digests } from "../../src/host/digests.ts";
import type { OperatingSystem } from "../../src/host/environment.ts";
import type { Host } from "../../src/host/host.ts";
import type { HostResult } from "../../src/host/host_result.ts";
import type {
  Network,
  PortHolder,
  PostRequest,
  WebAnswer,
  WebRequest,
  WebServer,
} from "../../src/host/network.ts";
import type { Paths } from "../../src/host/paths.ts";
import type { ProcessSignal, SpawnRequest } from "../../src/host/processes.ts";
import { type ReceivedSignal, STOP_SIGNALS, type StopSignal } from "../../src/host/signals.ts";
import type { Signing } from "../../src/host/signing.ts";
import { createDigests } from "../../src/host/deno_digests.ts";
import { createSigning } from "../../src/host/deno_signing.ts";
import { pathsFor } from "./paths.ts";
import { FakeClock, FakeTime, START_TIME } from "./fake_clock.ts";
import { FakeDisk } from "./fake_disk.ts";
import {
  defaultFolder,
  FAKE_PID,
  FakeEnvironment,
  type FakeEnvironmentOptions,
  FakeSignals,
} from "./fake_environment.ts";
import { FakeFiles } from "./fake_files.ts";
import { failed } from "./fake_problem.ts";
import { type FakeFaults, FakeLife, type Operation } from "./fake_life.ts";
import type { FakeProcess, Script } from "./fake_process.ts";
import { FAKE_PID_NAMESPACE, FakeProcessTable } from "./fake_process_table.ts";
import { FakeProcesses, type SentSignal } from "./fake_processes.ts";
import { FakeTerminal, type FakeTerminalOptions } from "./fake_terminal.ts";

/** The first port that a server of ours gets where any will do. */
const FREE_PORT = 40_000;
/** Files are digested in pieces of this size. */
const FILE_PIECE_BYTES = 256 * 1024;

export interface FakeProcessOptions extends FakeEnvironmentOptions, FakeTerminalOptions {
  /** The namespace of a container. */
  readonly pidNamespace?: number;
}

export interface FakeHostOptions extends FakeProcessOptions {
  readonly os?: OperatingSystem;
  /** RFC 3339; by default START_TIME. */
  readonly startTime?: string;
  /** false: as without /proc. */
  readonly listsProcesses?: boolean;
  /** A process can be given a terminal of its own; by default on Linux alone. */
  readonly givesTerminals?: boolean;
}

export interface ReviveOptions extends FakeProcessOptions {
  /** What happened to the processes that the dead one had started; by default "alive". */
  readonly processes?: "gone" | "alive";
  /** A power cut: unsynced content is lost, every process is gone, and the machine has booted again. */
  readonly losingUnsynced?: boolean;
}

export interface FakeHost extends Host {
  readonly files: FakeFiles;
  readonly processes: FakeProcesses;
  readonly clock: FakeClock;
  readonly terminal: FakeTerminal;
  readonly environment: FakeEnvironment;
  readonly signals: FakeSignals;
  readonly network: FakeNetwork;
  readonly disk: FakeDisk;
  readonly faults: FakeFaults;
  /** Everything this process has changed so far, in order: the points at which it can die. */
  readonly operations: readonly Operation[];
  readonly spawned: readonly SpawnRequest[];
  readonly signalsSent: readonly SentSignal[];
  /** Resolves when this process has died. */
  readonly died: Promise<void>;
  readonly isDead: boolean;
  /** Resolves when the program listens to stop signals. */
  whenListening(): Promise<void>;
  /**
   * Installs a program, so that findProgram finds it and spawn runs the script: a bare name below /bin (`C:\bin`, with
   * `.exe`), else at its path. Returns the path.
   */
  program(name: string, script: Script): string;
  /** A process of a stranger, which has this pid from now on. */
  reusePid(pid: number, name?: string, env?: Readonly<Record<string, string>>): void;
  /** Changes with every start of the machine. */
  bootId: string;
  /** Every scripted process that is alive, as "pid name". */
  livingProcesses(): readonly string[];
  signal(signal: ReceivedSignal): void;
  uncaught(error: unknown): void;
  /** Ends this process of ours at once, as SIGKILL does. */
  die(): void;
  /** One more process of ours on the same machine, while this one lives or after its end. */
  another(options?: FakeProcessOptions): FakeHost;
  /** The next process of ours after the death of this one; kills it where it is not dead yet. */
  reviveAfterDeath(options?: ReviveOptions): FakeHost;
  stdoutText(): string;
  stderrText(): string;
  /** Ends all processes of the machine, ours first, and forgets its timers. */
  [Symbol.dispose](): void;
}

/** Ports of the fake machine: a test says who listens, which lasts as long as that process, and what is answered. */
export class FakeNetwork implements Network {
  readonly ports = new Map<number, PortHolder>();
  readonly answers = new Map<string, number>();
  /** The posts to addresses that answer. */
  readonly posted: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly text: string;
  }[] = [];
  readonly #served = new Map<number, (request: WebRequest) => Promise<WebAnswer>>();
  readonly #isAlive: (pid: number) => boolean;

  constructor(isAlive: (pid: number) => boolean) {
    this.#isAlive = isAlive;
  }

  accepts(port: number): Promise<boolean> {
    return Promise.resolve(this.holderOf(port) !== undefined || this.#served.has(port));
  }

  async status(url: string): Promise<number | undefined> {
    const { port, pathname } = new URL(url);
    if (!this.#served.has(Number(port))) return this.answers.get(url);
    return (await this.request(Number(port), "GET", pathname, { host: `127.0.0.1:${port}` })).status;
  }

  serve(port: number, answer: (request: WebRequest) => Promise<WebAnswer>): Promise<HostResult<WebServer>> {
    const taken = port === 0 ? FREE_PORT + this.#served.size : port;
    if (this.holderOf(taken) !== undefined || this.#served.has(taken)) {
      return Promise.resolve(failed("already_exists", "another program listens there"));
    }
    this.#served.set(taken, answer);
    const close = () => {
      this.#served.delete(taken);
      return Promise.resolve();
    };
    return Promise.resolve({ ok: true, value: { port: taken, close } });
  }

  /** A request to a server of ours; `target` is its path and query. */
  request(
    port: number,
    method: string,
    target: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<WebAnswer> {
    const answer = this.#served.get(port);
    if (answer === undefined) throw new Error(`Cannot request from port ${port}: nobody listens`);
    const { pathname, searchParams } = new URL(target, "http://127.0.0.1");
    return answer({ method, path: pathname, query: searchParams, headers: new Map(Object.entries(headers)) });
  }

  post(url: string, { headers, body }: PostRequest): Promise<HostResult<number>> {
    const status = this.answers.get(url);
    if (status === undefined) return Promise.resolve(failed("other", "it could not be reached"));
    this.posted.push({ url, headers, text: new TextDecoder().decode(body) });
    return Promise.resolve({ ok: true, value: status });
  }

  /** By address: what is answered to a body. */
  readonly services = new Map<string, (body: Uint8Array) => { status: number; body: Uint8Array }>();
  /** By path: what is answered to a message. */
  readonly sockets = new Map<string, (message: Uint8Array) => Promise<Uint8Array> | Uint8Array>();

  ask(
    url: string,
    { body, maxBytes }: PostRequest & { readonly maxBytes: number },
  ): Promise<HostResult<{ readonly status: number; readonly body: Uint8Array }>> {
    const status = this.answers.get(url);
    const answer = this.services.get(url)?.(body) ??
      (status === undefined ? undefined : { status, body: new Uint8Array() });
    if (answer === undefined) return Promise.resolve(failed("other", "it could not be reached"));
    return Promise.resolve(
      answer.body.length > maxBytes
        ? failed("too_large", `its answer has more than ${maxBytes} bytes`)
        : { ok: true, value: answer },
    );
  }

  async exchange(socket: string, message: Uint8Array): Promise<HostResult<Uint8Array>> {
    const answer = this.sockets.get(socket);
    return answer === undefined ? failed("not_found") : { ok: true, value: await answer(message) };
  }

  holderOf(port: number): PortHolder | undefined {
    const holder = this.ports.get(port);
    return holder !== undefined && this.#isAlive(holder.pid) ? holder : undefined;
  }
}

interface Machine {
  readonly os: OperatingSystem;
  readonly paths: Paths;
  readonly time: FakeTime;
  readonly disk: FakeDisk;
  readonly table: FakeProcessTable;
  readonly digests: Omit<Digests, "ofFile">;
  readonly signing: Signing;
  readonly network: FakeNetwork;
  ourProcesses: number;
  /** Those of our processes. */
  readonly lives: FakeLife[];
  readonly listsProcesses: boolean;
  readonly givesTerminals: boolean;
}

export function createFakeHost(options: FakeHostOptions = {}): FakeHost {
  const os = options.os ?? "linux";
  const paths = pathsFor(os);
  const time = new FakeTime(options.startTime ?? START_TIME);
  const disk = new FakeDisk(os, paths, () => time.nowMs);
  const table = new FakeProcessTable(os, paths, time, disk);
  disk.makeFolder(options.cwd ?? defaultFolder(os));
  disk.makeFolder(os === "windows" ? "C:\\bin" : "/bin");
  disk.makeFolder(os === "windows" ? "C:\\tmp" : "/tmp");
  return hostOn({
    os,
    paths,
    time,
    disk,
    table,
    digests: digestsHolding(time),
    signing: signingHolding(time),
    network: new FakeNetwork((pid) => table.find(pid) !== undefined),
    ourProcesses: 0,
    lives: [],
    listsProcesses: options.listsProcesses ?? true,
    givesTerminals: options.givesTerminals ?? true,
  }, options);
}

/** Real digests, during which the clock stands still, and tokens that are equal in every run of a test. */
function digestsHolding(time: FakeTime): Omit<Digests, "ofFile"> {
  const real = createDigests();
  let tokens = 0;
  return {
    sha256: (bytes) => time.holdWhile(real.sha256(bytes)),
    hmacSha256: (key, bytes) => time.holdWhile(real.hmacSha256(key, bytes)),
    open: (algorithm) => time.holdWhile(real.open(algorithm)),
    randomToken: () => (++tokens).toString(16).padStart(32, "0"),
  };
}

/** The beginning of an Ed25519 key in PKCS #8, before its 32 bytes. Source: RFC 8410, section 7 */
const PKCS8_START = Uint8Array.fromHex("302e020100300506032b657004220420");

/** Real signatures, during which the clock stands still, by keys that are equal in every run of a test. */
function signingHolding(time: FakeTime): Signing {
  const real = createSigning();
  let keys = 0;
  return {
    makeKey: () => Promise.resolve(new Uint8Array([...PKCS8_START, ...new Uint8Array(32).fill(++keys)])),
    publicKeyOf: (key) => time.holdWhile(real.publicKeyOf(key)),
    sign: (key, bytes) => time.holdWhile(real.sign(key, bytes)),
    verify: (key, signature, bytes) => time.holdWhile(real.verify(key, signature, bytes)),
  };
}

function hostOn(machine: Machine, options: FakeProcessOptions): FakeHost {
  const { os, paths, time, disk, table, listsProcesses, givesTerminals } = machine;
  const pid = options.pid ?? FAKE_PID + machine.ourProcesses;
  machine.ourProcesses++;
  const life = new FakeLife(() => time.activity());
  machine.lives.push(life);
  const terminal = new FakeTerminal(options, life);
  const environment = new FakeEnvironment(os, { ...options, pid }, life);
  const signals = new FakeSignals(life);
  const pidNamespace = os === "linux" ? options.pidNamespace ?? FAKE_PID_NAMESPACE : null;
  const { callers = [] } = options;
  const about = { pid, pidNamespace, listsProcesses, givesTerminals, callers };
  const hear = (signal: ProcessSignal) => {
    if (signal === "SIGKILL") life.die();
    else if (STOP_SIGNALS.includes(signal as StopSignal)) signals.send(signal as StopSignal);
  };
  const processes = new FakeProcesses({ os, paths, disk, table, time, life, terminal, hear, ...about });
  const nowMs = () => time.nowMs;
  const files = new FakeFiles({
    os,
    paths,
    disk,
    life,
    nowMs,
    currentFolder: () => environment.cwd,
    after: (ms) => new Promise((resolve) => void time.schedule(ms, resolve)),
  });
  return {
    files,
    paths,
    processes,
    clock: new FakeClock(time, life),
    digests: digestsOf(machine.digests, files, life),
    signing: machine.signing,
    terminal,
    environment,
    signals,
    network: machine.network,
    disk,
    faults: faultsOf(life, disk),
    get operations() {
      return life.operations;
    },
    spawned: processes.spawned,
    signalsSent: processes.signalsSent,
    died: life.died,
    get isDead() {
      return life.isDead;
    },
    whenListening: () => signals.whenListening,
    program: (name, script) => install(machine, name, script),
    reusePid: (reused, name = "stranger", env = {}) => void table.startForeign(reused, name, env),
    get bootId() {
      return table.bootId;
    },
    set bootId(id) {
      table.bootId = id;
    },
    livingProcesses: () => table.living().map(describe),
    signal: (signal) => signals.send(signal),
    uncaught: (error) => signals.throwUncaught(error),
    die: () => life.die(),
    another: (further = {}) => hostOn(machine, { ...options, pid: nextPid(machine), ...further }),
    reviveAfterDeath(revival = {}) {
      life.die();
      const { processes: fate, losingUnsynced, ...further } = revival;
      if (fate === "gone" || losingUnsynced === true) table.endAll();
      if (losingUnsynced === true) {
        disk.losePower();
        table.bootId += "-again";
      }
      return hostOn(machine, { ...options, pid: nextPid(machine), ...further });
    },
    stdoutText: () => terminal.stdoutText(),
    stderrText: () => terminal.stderrText(),
    [Symbol.dispose]() {
      // Ours first: a supervisor that saw its service end would go on with digests, beyond the end of the test.
      for (const each of machine.lives) each.die();
      table.endAll();
      time.stop();
    },
  };
}

function nextPid(machine: Machine): number {
  return FAKE_PID + machine.ourProcesses;
}

function describe({ facts }: FakeProcess): string {
  return `${facts.pid} ${facts.name}`;
}

function digestsOf(digests: Machine["digests"], files: FakeFiles, life: FakeLife): Digests {
  const open: Digests["open"] = async (algorithm) => {
    life.touch();
    const digest = await digests.open(algorithm);
    return life.isDead ? await new Promise<never>(() => {}) : digest;
  };
  return {
    open,
    async ofFile(path, algorithm) {
      const opened = files.openForReading(path);
      if (!opened.ok) return opened;
      try {
        const digest = await open(algorithm);
        const piece = new Uint8Array(FILE_PIECE_BYTES);
        for (let sizeBytes = 0;;) {
          const read = opened.value.read(piece);
          if (!read.ok) return read;
          if (read.value === 0) return { ok: true, value: { sizeBytes, hex: digest.hex() } };
          digest.update(piece.subarray(0, read.value));
          sizeBytes += read.value;
        }
      } finally {
        opened.value.close();
      }
    },
    async hmacSha256(key, bytes) {
      const digest = await digests.hmacSha256(key, bytes);
      return life.isDead ? await new Promise<never>(() => {}) : digest;
    },
    async sha256(bytes) {
      life.touch();
      const digest = await digests.sha256(bytes);
      return life.isDead ? await new Promise<never>(() => {}) : digest;
    },
    randomToken() {
      life.touch();
      return digests.randomToken();
    },
  };
}

function faultsOf(life: FakeLife, disk: FakeDisk): FakeFaults {
  return {
    failNext: (rule) => life.addRule(rule, 1),
    failWhen: (rule) => life.addRule(rule, Infinity),
    get diskBytesLeft() {
      return disk.bytesLeft;
    },
    set diskBytesLeft(bytes) {
      disk.bytesLeft = bytes;
    },
    dieAt: (n) => life.dieAt(n),
    hangAt: (rule) => life.hangAt(rule),
    stallBeside: (rule) => life.stallBeside(rule),
  };
}

function install(machine: Machine, name: string, script: Script): string {
  const { os, paths, disk, table } = machine;
  const windows = os === "windows";
  const isPath = windows ? /[\\/]/.test(name) : name.includes("/");
  let path = isPath ? name : paths.join(windows ? "C:\\bin" : "/bin", name);
  if (windows && !/\.[a-z]+$/i.test(path)) path += ".exe";
  if (!paths.isAbsolute(path)) {
    throw new Error(`Cannot install program "${name}": expected a name or an absolute path`);
  }
  disk.write(path, windows ? "MZ fake" : "#!fake\n", { executable: true });
  table.addScript(path, script);
  return path;
}
