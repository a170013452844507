/** Processes as one fake process of ours starts, sees and ends them. */

import type { OperatingSystem } from "../../src/host/environment.ts";
import type { HostResult } from "../../src/host/host_result.ts";
import type { Paths } from "../../src/host/paths.ts";
import type {
  Caller,
  ChildProcess,
  OwnCommand,
  Processes,
  ProcessExit,
  ProcessIdentity,
  ProcessMember,
  ProcessSignal,
  SpawnRequest,
  StartedAgain,
  ToolRequest,
  ToolResult,
} from "../../src/host/processes.ts";
import { isBelow } from "../../src/host/working_in.ts";
import { findProgram } from "../../src/host/find_program.ts";
import type { FakeTime } from "./fake_clock.ts";
import type { FakeDisk } from "./fake_disk.ts";
import type { FakeLife } from "./fake_life.ts";
import { FakePipe, type OutputSink } from "./fake_pipe.ts";
import { failed } from "./fake_problem.ts";
import { FakeChildTerminal, type FakeProcess, type Script } from "./fake_process.ts";
import type { FakeProcessTable } from "./fake_process_table.ts";
import { concatenate, type FakeOutput, type FakeTerminal } from "./fake_terminal.ts";

/** As on Linux, where the environment counts, too. */
const MAX_ARGUMENT_BYTES = 2 * 1024 * 1024;

export interface SentSignal {
  readonly signal: ProcessSignal;
  /** The receivers, in the order of their pids. */
  readonly pids: readonly number[];
  readonly atMs: number;
}

export interface ProcessesPorts {
  readonly os: OperatingSystem;
  readonly paths: Paths;
  readonly disk: FakeDisk;
  readonly table: FakeProcessTable;
  readonly time: FakeTime;
  readonly life: FakeLife;
  readonly terminal: FakeTerminal;
  readonly pid: number;
  /** A signal from another process of ours. */
  hear(signal: ProcessSignal): void;
  /** Processes can be listed. */
  readonly listsProcesses: boolean;
  /** A process can be given a terminal of its own. */
  readonly givesTerminals: boolean;
  /** The namespace of a container; by default that of the machine. */
  readonly pidNamespace: number | null;
  /** The pids of the processes that started this one, the nearest first. */
  readonly callers: readonly number[];
}

export class FakeProcesses implements Processes {
  readonly spawned: SpawnRequest[] = [];
  readonly tools: ToolRequest[] = [];
  readonly signalsSent: SentSignal[] = [];
  /** Given to further starts of this program, in order. */
  readonly handedOver: string[] = [];
  /** How others start this program. */
  own: OwnCommand = { program: "/usr/bin/orchastration", words: [], env: {} };
  /** The output and the end of the next start of this program. */
  again: { readonly stdout: string; readonly stderr: string; readonly exit: ProcessExit } = {
    stdout: "",
    stderr: "",
    exit: { kind: "exited", exit_code: 0 },
  };
  /** The words of programs that were started again with words of their own. */
  readonly startedWords: (readonly string[])[] = [];
  /** For tests: a program that really runs, as another process of ours. */
  startsAgain: ((handOver: string, words: readonly string[]) => StartedAgain | undefined) | undefined;
  readonly #ports: ProcessesPorts;

  readonly #self: ProcessIdentity;

  constructor(ports: ProcessesPorts) {
    this.#ports = ports;
    const { os, pid, pidNamespace, table, life } = ports;
    const isLinux = os === "linux";
    this.#self = {
      pid,
      start_ticks: table.ticks(),
      boot_id: isLinux ? table.bootId : null,
      pid_namespace: pidNamespace,
    };
    table.own.push({ identity: this.#self, isDead: () => life.isDead, hear: ports.hear });
  }

  findProgram(
    name: string,
    where: { readonly workingDir: string; readonly env: Readonly<Record<string, string>> },
  ): HostResult<string> {
    const { life, os, paths, disk } = this.#ports;
    const fault = life.ask("findProgram", name);
    if (fault !== undefined) return failed(fault);
    return findProgram(name, { os, arch: "x86_64", paths, ...where }, {
      facts(path) {
        const node = disk.nodeAt(path);
        if (node === undefined) return undefined;
        if (node.kind !== "file") {
          return { kind: node.kind === "directory" ? "directory" : "other", executable: true };
        }
        return { kind: "file", executable: node.executable };
      },
      head: (path) => disk.readBytes(path)?.slice(0, 256),
      startsForeignKind: () => false,
    });
  }

  // deno-lint-ignore require-await
  async spawnBeside(request: SpawnRequest): Promise<HostResult<ChildProcess>> {
    return this.spawn(request);
  }

  spawn(request: SpawnRequest): HostResult<ChildProcess> {
    const { life, table, terminal, pid, pidNamespace, listsProcesses: isListed } = this.#ports;
    const fault = life.change("spawn", request.program);
    if (fault !== undefined) return failed(fault);
    const folder = this.#ports.disk.nodeAt(request.workingDir)?.kind;
    if (folder !== "directory") {
      const fact = folder === undefined ? "no such file or directory" : "it is not a directory";
      return failed("working_dir_missing", `working_dir ${request.workingDir}: ${fact}`);
    }
    const script = this.#scriptFor(request);
    if (!script.ok) return script;
    const ownSession = request.placement === "own_session";
    const stdout = ownSession ? new FakePipe() : undefined;
    const stderr = ownSession && request.terminal === undefined ? new FakePipe() : undefined;
    const given = request.terminal && new FakeChildTerminal(request.terminal);
    const process = table.start({
      ...request,
      cwd: request.workingDir,
      stdin: request.stdin === "inherit" && given === undefined ? terminal.stdinText : "",
      stdout: stdout ?? directly(terminal.stdout),
      stderr: stderr ?? stdout ?? directly(terminal.stderr),
      terminal: given,
      ownSession,
      parentPid: pid,
      pidNamespace,
    }, script.value);
    this.spawned.push(request);
    const living = () => table.livingOf(process.facts.tree);
    return {
      ok: true,
      value: {
        identity: table.identityOf(process),
        stdout: stdout?.reader(life),
        stderr: stderr?.reader(life),
        terminal: given,
        exited: this.#heard(process.exited),
        // Async, so that a death is a rejection.
        // deno-lint-ignore require-await
        async look() {
          life.ask("look", request.program);
          const known = living().filter((member) => isListed || member === process);
          const members = known.map(({ facts }) => ({ pid: facts.pid, name: facts.name }));
          return { members, isEmpty: living().length === 0, isListed };
        },
        // deno-lint-ignore require-await
        signalTree: async (signal) => {
          life.change("signalTree", request.program);
          // The group needs no list.
          const isReached = ({ facts }: FakeProcess) => isListed || facts.groupId === process.facts.pid;
          return this.#send(living().filter(isReached), signal);
        },
        release: () => {
          life.touch();
          stdout?.closeReader();
          stderr?.closeReader();
        },
      },
    };
  }

  async runTool(request: ToolRequest): Promise<HostResult<ToolResult>> {
    const { life, table, time, pid, pidNamespace } = this.#ports;
    const fault = life.change("runTool", request.program);
    if (fault !== undefined) return failed(fault);
    const script = this.#scriptFor(request);
    if (!script.ok) return script;
    const stdout = new FakePipe();
    const stderr = new FakePipe();
    const process = table.start({
      ...request,
      cwd: request.workingDir,
      stdin: new TextDecoder().decode(request.stdin ?? new Uint8Array(0)),
      stdout,
      stderr,
      ownSession: true,
      parentPid: pid,
      pidNamespace,
    }, script.value);
    this.tools.push(request);
    let ended: ["timed_out" | "stopped", string] | undefined;
    const end = (kind: "timed_out" | "stopped", reason: string) => {
      ended ??= [kind, reason];
      for (const member of table.livingOf(process.facts.tree)) member.deliver("SIGKILL");
    };
    const cancel = time.schedule(
      request.timeoutMs,
      () => end("timed_out", `${request.program} did not answer within ${request.timeoutMs} ms`),
    );
    const stop = () => end("stopped", `${request.program} was stopped`);
    request.stop?.addEventListener("abort", stop);
    if (request.stop?.aborted) stop();
    life.onDeath(cancel);
    const collect = async (pipe: FakePipe) => {
      const chunks: Uint8Array[] = [];
      const reader = pipe.reader(life);
      for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
        chunks.push(chunk.slice());
      }
      return concatenate(chunks).slice(0, request.maxOutputBytes);
    };
    const [exit, out, err] = await Promise.all([
      this.#heard(process.exited),
      collect(stdout),
      collect(stderr),
    ]);
    cancel();
    request.stop?.removeEventListener("abort", stop);
    if (ended !== undefined) return failed(...ended);
    return { ok: true, value: { exit, stdout: out, stderr: err } };
  }

  givesTerminals(): boolean {
    return this.#ports.givesTerminals;
  }

  ownCommand(): OwnCommand {
    return this.own;
  }

  startAgain(handOver: string, words?: readonly string[]): HostResult<StartedAgain> {
    const fault = this.#ports.life.change("startAgain", handOver);
    if (fault !== undefined) return failed(fault);
    this.handedOver.push(handOver);
    if (words !== undefined) this.startedWords.push(words);
    const live = this.startsAgain?.(handOver, words ?? []);
    if (live !== undefined) return { ok: true, value: live };
    const { stdout, stderr, exit } = this.again;
    const reader = (text: string) => {
      const chunks = text === "" ? [] : [new TextEncoder().encode(text)];
      return { read: () => Promise.resolve(chunks.shift()), cancel() {} };
    };
    const again = {
      stdout: reader(stdout),
      stderr: reader(stderr),
      exited: Promise.resolve(exit),
      marks() {},
      end() {},
    };
    return { ok: true, value: { pid: 4343, ...again } };
  }

  canLook(): Promise<boolean> {
    return Promise.resolve(this.#ports.listsProcesses);
  }

  self(): ProcessIdentity {
    return this.#self;
  }

  probe(identity: ProcessIdentity): "alive" | "gone" | "unknown" {
    const { life, table, os } = this.#ports;
    life.ask("probe", String(identity.pid));
    const own = table.own.find((each) => each.identity.pid === identity.pid && !each.isDead());
    if (os !== "linux" || identity.start_ticks === null || identity.boot_id === null) {
      return own === undefined && table.find(identity.pid) === undefined ? "gone" : "unknown";
    }
    if (identity.boot_id !== table.bootId) return "gone";
    if (this.#isElsewhere(identity)) return "unknown";
    if (own !== undefined) return own.identity.start_ticks === identity.start_ticks ? "alive" : "gone";
    return this.#proven(identity) === undefined ? "gone" : "alive";
  }

  #isElsewhere({ pid_namespace }: ProcessIdentity): boolean {
    return (pid_namespace ?? null) !== null && pid_namespace !== this.#ports.pidNamespace;
  }

  // deno-lint-ignore require-await
  async findMarked(
    identity: ProcessIdentity,
    marker: { readonly variable: string; readonly token: string },
  ): Promise<readonly ProcessIdentity[] | undefined> {
    const { life, table, os, pidNamespace } = this.#ports;
    life.ask("probe", String(identity.pid));
    if (os !== "linux" || (identity.boot_id !== null && identity.boot_id !== table.bootId)) return [];
    const isElsewhere = this.#isElsewhere(identity);
    const leader = this.#proven(identity);
    const found = table.living().filter(({ facts }) =>
      facts.pidNamespace === pidNamespace && (
        (leader !== undefined && facts.sessionId === identity.pid) ||
        (facts.env[marker.variable] ?? "").split(",").includes(marker.token)
      )
    );
    if (found.length === 0 && isElsewhere) return undefined;
    return found.map((process) => table.identityOf(process));
  }

  // deno-lint-ignore require-await
  async findWorkingIn(folder: string): Promise<readonly ProcessMember[] | undefined> {
    const { life, table, os, listsProcesses } = this.#ports;
    life.ask("look", folder);
    if (os === "windows" || !listsProcesses) return undefined;
    return table.living().filter(({ facts }) => isBelow(folder, facts.cwd)).map(({ facts }) => ({
      pid: facts.pid,
      name: facts.name,
    }));
  }

  callers(): readonly Caller[] {
    const { life, table, os, callers } = this.#ports;
    life.ask("look", "callers");
    if (os !== "linux") return [];
    return callers.flatMap((pid) => table.find(pid) ?? []).map((process) => ({
      ...table.identityOf(process),
      name: process.facts.name,
    }));
  }

  startedWith(pid: number, variable: string): string | undefined {
    const { life, table, os } = this.#ports;
    life.ask("look", String(pid));
    return os === "linux" ? table.find(pid)?.facts.env[variable] : undefined;
  }

  signal(identity: ProcessIdentity, signal: ProcessSignal): boolean {
    this.#ports.life.change("signal", String(identity.pid));
    const own = this.#ports.table.own.find(({ identity: { pid } }) => pid === identity.pid);
    if (own !== undefined && this.probe(identity) === "alive") {
      this.signalsSent.push({ signal, pids: [identity.pid], atMs: this.#ports.time.monotonicMs });
      own.hear(signal);
      return true;
    }
    const process = this.#proven(identity);
    return process !== undefined && this.#send([process], signal) === 1;
  }

  #send(living: readonly FakeProcess[], signal: ProcessSignal): number {
    this.signalsSent.push({
      signal,
      pids: living.map(({ facts }) => facts.pid),
      atMs: this.#ports.time.monotonicMs,
    });
    for (const member of living) member.deliver(signal);
    return living.length;
  }

  #proven(identity: ProcessIdentity): FakeProcess | undefined {
    const process = this.#ports.table.find(identity.pid);
    if (process === undefined || identity.start_ticks === null || identity.boot_id === null) return undefined;
    if (this.#isElsewhere(identity)) return undefined;
    const now = this.#ports.table.identityOf(process);
    return now.start_ticks === identity.start_ticks && now.boot_id === identity.boot_id ? process : undefined;
  }

  #scriptFor(
    request: {
      readonly program: string;
      readonly args: readonly string[];
      readonly workingDir: string;
      readonly env: Readonly<Record<string, string>>;
    },
  ): HostResult<Script> {
    const { disk, table } = this.#ports;
    const encoder = new TextEncoder();
    const words = [
      request.program,
      ...request.args,
      ...Object.entries(request.env).map((pair) => pair.join("=")),
    ];
    if (words.some((word) => word.includes("\0"))) return failed("other", "it contains a NUL byte");
    const sizeBytes = words.reduce((sum, word) => sum + encoder.encode(word).length + 1, 0);
    if (sizeBytes > MAX_ARGUMENT_BYTES) {
      return failed(
        "too_long",
        "the arguments and the environment together are longer than the system allows",
      );
    }
    if (disk.nodeAt(request.workingDir)?.kind !== "directory") return failed("not_found");
    const node = disk.nodeAt(request.program);
    if (node === undefined) return failed("not_found");
    if (node.kind !== "file" || !node.executable) return failed("permission_denied");
    const script = table.script(request.program);
    return script === undefined ? failed("other", "exec format error") : { ok: true, value: script };
  }

  /** The promise for the living; the dead receive nothing. */
  async #heard<T>(promise: Promise<T>): Promise<T> {
    const value = await promise;
    return this.#ports.life.isDead ? await new Promise<never>(() => {}) : value;
  }
}

/** An attached process writes where we write, without passing through us. */
function directly(output: FakeOutput): OutputSink {
  return {
    hold() {},
    letGo() {},
    write: (bytes) => Promise.resolve(output.take(bytes) === bytes.length ? "written" : "gone"),
  };
}
