/** All processes of the fake machine. It outlives the fake processes of ours. */

import type { OperatingSystem } from "../../src/host/environment.ts";
import type { Paths } from "../../src/host/paths.ts";
import type { ProcessIdentity, ProcessSignal } from "../../src/host/processes.ts";
import type { FakeTime } from "./fake_clock.ts";
import type { FakeDisk } from "./fake_disk.ts";
import { NOWHERE, type OutputSink } from "./fake_pipe.ts";
import {
  type FakeChildTerminal,
  FakeProcess,
  type ForkOptions,
  type ProcessPorts,
  type Script,
} from "./fake_process.ts";

const FIRST_PID = 1000;
/** The first process of the machine. */
export const FAKE_PID_NAMESPACE = 4026531836;
const TICKS_PER_SECOND = 100;

export interface Start {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: string;
  readonly terminal?: FakeChildTerminal | undefined;
  readonly stdout: OutputSink;
  readonly stderr: OutputSink;
  /** false: in the group of its starter. */
  readonly ownSession: boolean;
  readonly parentPid: number;
  readonly pidNamespace: number | null;
}

/** Our own processes on the machine, which have no script. */
export interface OwnProcess {
  readonly identity: ProcessIdentity;
  readonly isDead: () => boolean;
  readonly hear: (signal: ProcessSignal) => void;
}

export class FakeProcessTable {
  readonly own: OwnProcess[] = [];
  /** Changes with every start of the machine. */
  bootId = "fake-boot";
  readonly #os: OperatingSystem;
  readonly #paths: Paths;
  readonly #time: FakeTime;
  readonly #ports: ProcessPorts;
  readonly #scripts = new Map<string, Script>();
  readonly #processes: FakeProcess[] = [];
  #nextPid = FIRST_PID;

  constructor(os: OperatingSystem, paths: Paths, time: FakeTime, disk: FakeDisk) {
    this.#os = os;
    this.#paths = paths;
    this.#time = time;
    this.#ports = {
      time,
      isWindows: os === "windows",
      fork: (parent, options, script) => this.#fork(parent, options, script),
      writeFile: (cwd, path, content) => disk.write(paths.resolve(cwd, path), content),
    };
  }

  addScript(path: string, script: Script): void {
    this.#scripts.set(this.#key(path), script);
  }

  script(path: string): Script | undefined {
    return this.#scripts.get(this.#key(path));
  }

  living(): readonly FakeProcess[] {
    return this.#processes.filter((process) => process.isAlive);
  }

  livingOf(tree: object): readonly FakeProcess[] {
    return this.living().filter((process) => process.facts.tree === tree);
  }

  find(pid: number): FakeProcess | undefined {
    return this.living().find((process) => process.facts.pid === pid);
  }

  start(start: Start, script: Script): FakeProcess {
    const pid = this.#nextPid++;
    return this.#add(
      {
        pid,
        parentPid: start.parentPid,
        groupId: start.ownSession ? pid : start.parentPid,
        sessionId: start.ownSession ? pid : start.parentPid,
        tree: {},
        startTicks: this.ticks(),
        pidNamespace: start.pidNamespace,
        name: this.#paths.basename(start.program),
        argv: [start.program, ...start.args],
        env: start.env,
        cwd: start.cwd,
        stdin: start.stdin,
        terminal: start.terminal,
        stdout: start.stdout,
        stderr: start.stderr,
      },
      script,
    );
  }

  /**
   * A process of a stranger, under a pid that may have been in use before. It lives until it is signalled.
   */
  startForeign(pid: number, name: string, env: Readonly<Record<string, string>>): FakeProcess {
    this.find(pid)?.end({ kind: "exited", exit_code: 0 });
    // Even in the same instant the system gives a new process a later start.
    const startTicks = this.#os === "linux" ? (this.ticks() ?? 0) + 1 : null;
    const pidNamespace = this.#os === "linux" ? FAKE_PID_NAMESPACE : null;
    const foreign = {
      pidNamespace,
      stdin: "",
      stdout: NOWHERE,
      stderr: NOWHERE,
      cwd: "/",
      argv: [name],
      tree: {},
      env,
    };
    return this.#add(
      { pid, parentPid: 1, groupId: pid, sessionId: pid, startTicks, name, ...foreign },
      (p) => p.forever(),
    );
  }

  identityOf(process: FakeProcess): ProcessIdentity {
    const { pid, startTicks, pidNamespace } = process.facts;
    return {
      pid,
      start_ticks: startTicks,
      boot_id: this.#os === "linux" ? this.bootId : null,
      pid_namespace: pidNamespace,
    };
  }

  /** As when the machine loses its power. */
  endAll(): void {
    for (const process of this.living()) process.end({ kind: "signalled", signal: "SIGKILL" });
  }

  #fork(parent: FakeProcess, options: ForkOptions, script: Script): FakeProcess {
    const pid = this.#nextPid++;
    const { facts } = parent;
    const child = this.#add(
      {
        ...facts,
        pid,
        parentPid: facts.pid,
        groupId: options.detachedFromGroup === true ? pid : facts.groupId,
        sessionId: options.detachedFromGroup === true ? pid : facts.sessionId,
        startTicks: this.ticks(),
        name: options.name ?? facts.name,
        argv: options.name === undefined ? facts.argv : [options.name],
        env: options.withoutEnvironment === true ? {} : facts.env,
        stdin: "",
        stdout: options.holdsPipes === true ? facts.stdout : NOWHERE,
        stderr: options.holdsPipes === true ? facts.stderr : NOWHERE,
      },
      script,
    );
    child.ignore(options.ignores ?? []);
    return child;
  }

  #add(facts: FakeProcess["facts"], script: Script): FakeProcess {
    const process = new FakeProcess(facts, this.#ports);
    this.#processes.push(process);
    // Its mistakes reach the test as an uncaught rejection.
    void process.run(script);
    return process;
  }

  ticks(): number | null {
    return this.#os === "linux" ? Math.floor(this.#time.monotonicMs * TICKS_PER_SECOND / 1000) : null;
  }

  #key(path: string): string {
    return this.#os === "windows" ? path.toLowerCase() : path;
  }
}
