/** Processes on Windows, where a tree can only be ended from its root, by taskkill. */

import { basename, dirname, isAbsolute, join, relative, resolve } from "@std/path/windows";
import type { ByteReader } from "./byte_reader.ts";
import type { HostProblem, HostResult } from "./host_result.ts";
import type { Paths } from "./paths.ts";
import type {
  ChildProcess,
  ChildTerminal,
  Processes,
  ProcessExit,
  ProcessMember,
  ProcessSignal,
  SpawnRequest,
} from "./processes.ts";
import { attempt } from "./deno_problem.ts";
import { ownCommand, startAgain } from "./deno_again.ts";
import { byteReader, exitOf, programFiles, runBounded, withoutFolder } from "./deno_spawn.ts";
import { consoleCalls } from "./deno_console_calls.ts";
import { findProgram } from "./find_program.ts";
import { startAtConsole } from "./windows_console.ts";
import { isBatchFile } from "./windows_words.ts";

const TASKKILL_TIMEOUT_MS = 10_000;
const TASKKILL_MAX_BYTES = 64 * 1024;

/**
 * The arguments that end a tree. Without /F a program is only asked through its windows; console programs
 * have none and do not notice. With /F every process of the tree is terminated with status 1. Source:
 * taskkill documentation.
 */
export function taskkillArgs(pid: number, signal: ProcessSignal): readonly string[] {
  return signal === "SIGKILL" ? ["/PID", String(pid), "/T", "/F"] : ["/PID", String(pid), "/T"];
}

/**
 * A batch file is read by cmd.exe, whose command line ends at a line break, whatever the quoting. The runtime
 * refuses such an argument with its own kind of error, so it is rejected here, in words, before anything is
 * started.
 */
export function batchProblem(program: string, args: readonly string[]): HostProblem | undefined {
  if (!isBatchFile(program) || !args.some((argument) => /[\r\n]/.test(argument))) return undefined;
  return { kind: "other", reason: "an argument with a line break cannot be given to a batch file" };
}

export const WINDOWS_PATHS: Paths = { basename, dirname, isAbsolute, join, relative, resolve };

export function createWindowsProcesses(): Processes {
  async function taskkill(pid: number, signal: ProcessSignal): Promise<void> {
    const root = systemRoot();
    await runBounded({
      program: join(root, "System32", "taskkill.exe"),
      args: taskkillArgs(pid, signal),
      workingDir: root,
      env: Deno.env.toObject(),
      timeoutMs: TASKKILL_TIMEOUT_MS,
      maxOutputBytes: TASKKILL_MAX_BYTES,
    }, { started() {}, ended() {}, end: (pid) => Deno.kill(pid, "SIGKILL") });
  }

  const processes: Processes = {
    findProgram: (name, where) =>
      findProgram(
        name,
        { os: "windows", arch: Deno.build.arch, paths: WINDOWS_PATHS, ...where },
        programFiles,
      ),

    spawn(request): HostResult<ChildProcess> {
      const refused = batchProblem(request.program, request.args);
      if (refused !== undefined) return { ok: false, failure: refused };
      const spawned = attempt(() => startProcess(request));
      if (!spawned.ok) return { ok: false, failure: withoutFolder(request.workingDir) ?? spawned.failure };
      const { pid, stdout, stderr, terminal, exited } = spawned.value;
      let ended = false;
      const members = (): readonly ProcessMember[] => ended ? [] : [{ pid, name: request.program }];
      return {
        ok: true,
        value: {
          identity: { pid, start_ticks: null, boot_id: null, pid_namespace: null },
          stdout,
          stderr,
          terminal,
          exited: exited.then((exit) => {
            ended = true;
            return exit;
          }),
          look: () => Promise.resolve({ members: members(), isEmpty: ended, isListed: true }),
          async signalTree(signal) {
            const living = members().length;
            if (living > 0) await taskkill(pid, signal);
            return living;
          },
          release() {},
        },
      };
    },

    runTool: (request) =>
      runBounded(request, { started() {}, ended() {}, end: (pid) => void taskkill(pid, "SIGKILL") }),
    givesTerminals: () => consoleCalls() !== undefined,
    startAgain,
    ownCommand,
    // taskkill finds the members itself.
    canLook: () => Promise.resolve(true),
    self: () => ({ pid: Deno.pid, start_ticks: null, boot_id: null, pid_namespace: null }),
    // Windows reuses a pid at once, and creation times are not read there, so nothing can be proven.
    probe: () => "unknown",
    findMarked: () => Promise.resolve([]),
    // Windows itself keeps a folder that is the working directory of a process.
    findWorkingIn: () => Promise.resolve(undefined),
    callers: () => [],
    startedWith: () => undefined,
    signal: () => false,
    spawnBeside: (request) => Promise.resolve(processes.spawn(request)),
  };
  return processes;
}

function systemRoot(): string {
  return Deno.env.get("SystemRoot") ?? "C:\\Windows";
}

interface StartedProcess {
  readonly pid: number;
  readonly stdout: ByteReader | undefined;
  readonly stderr: ByteReader | undefined;
  readonly terminal?: ChildTerminal;
  readonly exited: Promise<ProcessExit>;
}

function startProcess(request: SpawnRequest): StartedProcess {
  const piped = request.placement === "own_session";
  const calls = piped && request.terminal !== undefined ? consoleCalls() : undefined;
  const shell = join(systemRoot(), "System32", "cmd.exe");
  const atConsole = calls === undefined ? undefined : startAtConsole(calls, request, shell);
  if (atConsole !== undefined) return { ...atConsole, stderr: undefined };
  const child = new Deno.Command(request.program, {
    args: [...request.args],
    cwd: request.workingDir,
    env: { ...request.env },
    clearEnv: true,
    stdin: request.stdin === "inherit" ? "inherit" : "null",
    stdout: piped ? "piped" : "inherit",
    stderr: piped ? "piped" : "inherit",
  }).spawn();
  return {
    pid: child.pid,
    stdout: piped ? byteReader(child.stdout) : undefined,
    stderr: piped ? byteReader(child.stderr) : undefined,
    exited: child.status.then(exitOf),
  };
}
