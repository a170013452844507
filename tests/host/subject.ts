/** The two hosts that are tested against the contract, each with the means to arrange its surroundings. */

import type { OperatingSystem } from "../../src/host/environment.ts";
import type { Host } from "../../src/host/host.ts";
import type { HostResult } from "../../src/host/host_result.ts";
import type { ChildProcess, SpawnRequest } from "../../src/host/processes.ts";
import type { ReceivedSignal } from "../../src/host/signals.ts";
import { createDenoHost } from "../../src/host/deno_host.ts";
import { createPosixProcesses } from "../../src/host/deno_processes.ts";
import { createFakeHost } from "../support/fake_host.ts";
import type { Script } from "../support/fake_process.ts";

/** One program for both: the argv is the same, and on the fake host the script runs in its place. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly script: Script;
}

export interface Subject extends AsyncDisposable {
  readonly kind: "fake" | "real";
  readonly host: Host;
  /** An empty folder, without links in its path. */
  readonly folder: string;
  /** Permissions are enforced: not for root, and not on Windows. */
  readonly hasPermissions: boolean;
  put(name: string, content: string | Uint8Array, mode?: number): string;
  putLink(name: string, target: string): string;
  /** A pipe, into which this is written once somebody reads; without it, nothing is ever written. */
  putSpecial(name: string, content?: string): string;
  /** Sets the time of the last modification back by an hour, as tools that copy folders do. */
  age(path: string): void;
  /** Removes the right to list and to change a folder. */
  close(path: string): void;
  /** Processes started by the case; ended with it, so that a failing case leaves nothing to the next. */
  readonly started: ChildProcess[];
  request(command: Command, change?: Partial<SpawnRequest>): SpawnRequest;
  /** Answers every GET at a free port of this machine with this status. */
  serve(status: number): Served;
  signalSelf(signal: ReceivedSignal): void;
  /** An error that nobody catches. */
  throwUncaught(error: Error): void;
  /** The bytes that a reader of our stdout gets, and the result of the write. */
  print(
    bytes: Uint8Array,
    reader: "reads" | "gone",
  ): Promise<{ taken: Uint8Array; result: HostResult<void> }>;
}

export interface Served {
  readonly port: number;
  readonly pid: number;
  readonly program: string;
  close(): Promise<void>;
}

export interface ContractCase {
  readonly name: string;
  /** The systems on which the real host supports it; by default all. */
  readonly on?: readonly OperatingSystem[];
  /**
   * A part of the real host is still waiting at the end of the case, and ends with its process: that is the
   * purpose of the case.
   */
  readonly leavesWait?: true;
  readonly check: (subject: Subject) => Promise<void> | void;
}

const HOUR_MS = 3_600_000;
/** The process that started the fake one. */
const SHELL_PID = 77;

export const POSIX = ["linux", "darwin"] as const;
export const LINUX = ["linux"] as const;
export const WINDOWS = ["windows"] as const;

export function sh(text: string, script: Script, ...args: readonly string[]): Command {
  return { program: "/bin/sh", args: ["-c", text, "sh", ...args], script };
}

/** For this process alone, because another one may run the same tests at the same time. */
export const MARKER = { variable: "CONTRACT_CHAIN", token: `7f3a${Deno.pid}` };

/** Without these, cmd.exe finds no program, and a program no network. */
const WINDOWS_VARIABLES = { Path: "C:\\Windows\\System32", SystemRoot: "C:\\Windows" };

function requestOf(command: Command, folder: string, change: Partial<SpawnRequest>): SpawnRequest {
  return {
    program: command.program,
    args: command.args,
    workingDir: folder,
    env: Deno.build.os === "windows" ? WINDOWS_VARIABLES : { PATH: "/usr/bin:/bin" },
    placement: "own_session",
    stdin: "none",
    marker: MARKER,
    ...change,
  };
}

export function fakeSubject(os: OperatingSystem = "linux"): Subject {
  const host = createFakeHost({ os, callers: [SHELL_PID] });
  host.reusePid(SHELL_PID, "sh", { PATH: "/bin" });
  const folder = os === "windows" ? "C:\\work" : "/work";
  host.disk.makeFolder(folder);
  // The interpreter that the scripts of the cases name.
  host.program("sh", () => {});
  return {
    kind: "fake",
    host,
    folder,
    hasPermissions: true,
    started: [],
    put(name, content, mode = 0o600) {
      const path = host.paths.join(folder, name);
      host.disk.write(path, content, { executable: (mode & 0o111) !== 0, readable: (mode & 0o400) !== 0 });
      return path;
    },
    putLink(name, target) {
      host.disk.link(host.paths.join(folder, name), target);
      return host.paths.join(folder, name);
    },
    putSpecial(name, content) {
      host.disk.special(host.paths.join(folder, name), content);
      return host.paths.join(folder, name);
    },
    age(path) {
      const node = host.disk.nodeAt(path);
      if (node?.kind === "directory" || node?.kind === "file") node.modifiedAtMs -= HOUR_MS;
    },
    close: (path) => host.disk.setAccess(path, { readable: false, writable: false }),
    request(command, change = {}) {
      host.program(command.program, command.script);
      return requestOf(command, folder, change);
    },
    serve(status) {
      const [port, pid, program] = [8080, 77, "server"];
      const url = `http://127.0.0.1:${port}/health`;
      host.reusePid(pid, program);
      host.network.ports.set(port, { pid, program, startedAtMs: host.clock.nowMs() });
      host.network.answers.set(url, status);
      const close = () => {
        host.network.ports.delete(port);
        host.network.answers.delete(url);
        return Promise.resolve();
      };
      return { port, pid, program, close };
    },
    signalSelf: (signal) => host.signal(signal),
    throwUncaught: (error) => host.uncaught(error),
    async print(bytes, reader) {
      if (reader === "gone") host.terminal.closeStdout();
      const result = await host.terminal.stdout.write(bytes);
      return { taken: host.terminal.stdout.bytes, result };
    },
    // deno-lint-ignore require-await
    [Symbol.asyncDispose]: async () => host[Symbol.dispose](),
  };
}

/**
 * One for all cases, as in the program: it distinguishes its own children from adopted orphans by having
 * started them.
 */
const realHost = await createDenoHost();
// The libraries that it needs stay loaded, which a test would count as its own leak.
realHost.processes.givesTerminals();

/** The real host that does everything as on macOS, as far as Linux can. */
export function hostAsOnMacos(): Host {
  return { ...realHost, processes: createPosixProcesses("darwin") };
}

export function realSubject(host: Host = realHost): Subject {
  const started: ChildProcess[] = [];
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "orchastration-contract-" }));
  const pipes: string[] = [];
  const writers: Deno.ChildProcess[] = [];
  return {
    kind: "real",
    host,
    folder,
    hasPermissions: Deno.build.os !== "windows" && Deno.uid() !== 0,
    started,
    put(name, content, mode = 0o600) {
      const path = host.paths.join(folder, name);
      Deno.mkdirSync(host.paths.dirname(path), { recursive: true });
      Deno.writeFileSync(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
      if (Deno.build.os !== "windows") Deno.chmodSync(path, mode);
      return path;
    },
    putLink(name, target) {
      Deno.symlinkSync(target, host.paths.join(folder, name));
      return host.paths.join(folder, name);
    },
    putSpecial(name, content) {
      const path = host.paths.join(folder, name);
      const made = new Deno.Command("mkfifo", { args: [path] }).outputSync();
      if (!made.success) throw new Error(`Cannot make the pipe "${path}"`);
      pipes.push(path);
      if (content !== undefined) {
        // In a process of its own: an open for writing waits for the reader.
        const args = ["-c", 'printf %s "$1" > "$2"', "sh", content, path];
        writers.push(new Deno.Command("sh", { args }).spawn());
      }
      return path;
    },
    age(path) {
      const seconds = Math.floor((Deno.statSync(path).mtime!.getTime() - HOUR_MS) / 1000);
      Deno.utimeSync(path, seconds, seconds);
    },
    close: (path) => Deno.chmodSync(path, 0),
    request: (command, change = {}) => requestOf(command, folder, change),
    serve(status) {
      const server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        () => new Response(null, { status, headers: { location: "/elsewhere" } }),
      );
      return { port: server.addr.port, pid: Deno.pid, program: "deno", close: () => server.shutdown() };
    },
    signalSelf: (signal) => Deno.kill(Deno.pid, signal),
    throwUncaught: (error) => void Promise.reject(error),
    print: printInChild,
    async [Symbol.asyncDispose]() {
      for (const child of started) {
        await child.signalTree("SIGKILL");
        child.stdout?.cancel();
        child.stderr?.cancel();
        await child.exited;
        // The next case begins with no other tree than its own, also where the last process has closed its
        // pipes but has not ended yet: with two trees, nobody could say whose an orphan without any mark is.
        child.release();
      }
      // A reader that still waits for a writer gets one.
      for (const path of pipes) (await Deno.open(path, { read: true, write: true })).close();
      for (const writer of writers) await writer.status;
      for (const { name, isDirectory } of Deno.readDirSync(folder)) {
        if (isDirectory) Deno.chmodSync(host.paths.join(folder, name), 0o700);
      }
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/**
 * Our own stdout belongs to the test runner, so a separate process prints. It reports the result of the write
 * on stderr.
 */
async function printInChild(bytes: Uint8Array, reader: "reads" | "gone") {
  const program = `
    const { createDenoHost } = await import(${
    JSON.stringify(import.meta.resolve("../../src/host/deno_host.ts"))
  });
    const { terminal } = await createDenoHost();
    // The reader is gone when standard input ends.
    for (const room = new Uint8Array(1); (await terminal.stdin.read(room)).value !== undefined;);
    const result = await terminal.stdout.write(Uint8Array.from(${JSON.stringify([...bytes])}));
    await terminal.stderr.write(new TextEncoder().encode(JSON.stringify(result)));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    cwd: import.meta.dirname!,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (reader === "gone") await child.stdout.cancel();
  await child.stdin.close();
  const [taken, said] = await Promise.all([
    reader === "gone" ? new Uint8Array(0) : new Response(child.stdout).bytes(),
    new Response(child.stderr).text(),
  ]);
  await child.status;
  return { taken, result: JSON.parse(said) as HostResult<void> };
}
