/**
 * Processes on Linux and macOS: each is started in its own session, observed as a tree and ended as a tree.
 */

import { basename, dirname, isAbsolute, join, relative, resolve } from "@std/path/posix";
import type { ByteReader } from "./byte_reader.ts";
import type { OperatingSystem } from "./environment.ts";
import type { HostResult } from "./host_result.ts";
import type { Paths } from "./paths.ts";
import type {
  ChildProcess,
  ChildTerminal,
  Processes,
  ProcessExit,
  ProcessIdentity,
  ProcessSignal,
  SpawnRequest,
  ToolRequest,
} from "./processes.ts";
import { currentSystem } from "./deno_environment.ts";
import { attempt } from "./deno_problem.ts";
import { ownCommand, startAgain } from "./deno_again.ts";
import {
  byteReader,
  exitOf,
  fasterWhenMuch,
  programFiles,
  runBounded,
  type StartedTool,
  withoutFolder,
} from "./deno_spawn.ts";
import { findProgram } from "./find_program.ts";
import { adoptOrphans } from "./linux_calls.ts";
import { linuxCallers } from "./linux_callers.ts";
import { LinuxChildren } from "./linux_children.ts";
import { carriesToken, initialVariables } from "./linux_environment.ts";
import {
  knownStat,
  readBootId,
  readPidNamespace,
  readProcTable,
  readStat,
  showsOurPids,
} from "./linux_proc.ts";
import { type Ended, startBySpawn, startBySpawnBeside, type StartedChild } from "./linux_spawn.ts";
import { spawnCalls } from "./linux_spawn_calls.ts";
import { asInherited } from "./posix_dispositions.ts";
import { withCallersLimit, withCallersLimitBeside } from "./posix_limits.ts";
import { ptyCalls } from "./posix_pty_calls.ts";
import { exists, send } from "./posix_signal.ts";
import { AdoptingTree, type Leader, ListedTree, type PosixTree } from "./posix_tree.ts";
import { hasShell, startInShell } from "./shell_terminal.ts";
import { linuxWorkingIn } from "./linux_working_in.ts";
import { lsofWorkingIn } from "./working_in.ts";
import { parsePsOutput, type TableEntry } from "./process_table.ts";

const PS_TIMEOUT_MS = 5000;
const PS_MAX_BYTES = 16 * 1024 * 1024;

export const POSIX_PATHS: Paths = { basename, dirname, isAbsolute, join, relative, resolve };

/** With "darwin" on Linux, everything is done as on macOS, as far as Linux can; for tests. */
export function createPosixProcesses(os: OperatingSystem = currentSystem()): Processes {
  const linux = os === "linux";
  /** Every process that this one started and has not waited for yet. */
  const started = new Set<number>();
  const children = new LinuxChildren();
  /** Our own identity never changes; asked again where the system did not show it. */
  let self: ProcessIdentity | undefined;

  function identityOf(pid: number): ProcessIdentity {
    const startTicks = linux ? knownStat(pid)?.startTicks ?? null : null;
    return {
      pid,
      start_ticks: startTicks,
      boot_id: linux ? readBootId() : null,
      pid_namespace: linux ? readPidNamespace() : null,
    };
  }

  /** The pid belongs to another process here, or to none. */
  function isOfAnotherNamespace({ pid_namespace }: ProcessIdentity): boolean {
    return linux && (pid_namespace ?? null) !== null && pid_namespace !== readPidNamespace();
  }

  function treeOf(leader: Leader, adopts: boolean, marker: SpawnRequest["marker"]): PosixTree {
    if (adopts) return new AdoptingTree(leader, children, marker);
    const others = () => new Set([...started].filter((pid) => pid !== leader.pid));
    return new ListedTree(leader, {
      readTable: linux ? () => Promise.resolve(readProcTable()) : readPsTable,
      others,
      atMost: within,
    });
  }

  function probe(identity: ProcessIdentity): "alive" | "gone" | "unknown" {
    const { pid, start_ticks, boot_id } = identity;
    const bootId = linux && showsOurPids() ? readBootId() : null;
    if (start_ticks === null || boot_id === null || bootId === null) return exists(pid) ? "unknown" : "gone";
    if (boot_id !== bootId) return "gone";
    if (isOfAnotherNamespace(identity)) return "unknown";
    const stat = attempt(() => readStat(pid));
    if (!stat.ok) return "unknown";
    if (stat.value === undefined || stat.value.startTicks !== start_ticks) return "gone";
    return stat.value.state === "Z" || stat.value.state === "X" ? "gone" : "alive";
  }

  function signalOne(identity: ProcessIdentity, signal: ProcessSignal): boolean {
    // Without start ticks a pid proves nothing, and an unproven process is never touched.
    return probe(identity) === "alive" && send(identity.pid, signal);
  }

  /** A process that is about to be started. */
  interface Coming {
    readonly leader: Leader;
    readonly tree: PosixTree;
    identify(pid: number): ProcessIdentity;
    /** The last chance: from now on the pid can name another process. */
    ended(pid: number): void;
  }

  /** Only once it has begun does its tree have a number. */
  function coming(request: SpawnRequest, adopts: boolean): (pid: number) => Coming {
    let identity: ProcessIdentity | undefined;
    let known: Coming | undefined;
    const identify = (pid: number) => identity ??= identityOf(pid);
    const ended = (pid: number) => {
      // It fails if no descriptor is free.
      if (!attempt(() => identify(pid)).ok) {
        identity = { pid, start_ticks: null, boot_id: null, pid_namespace: null };
      }
    };
    return (pid) => {
      if (known !== undefined) return known;
      started.add(pid);
      const ownSession = request.placement === "own_session";
      const leader = { pid, ownSession, name: basename(request.program), hasEnded: false };
      return known = { leader, tree: treeOf(leader, adopts, request.marker), identify, ended };
    };
  }

  function childOf(
    { pid, stdout, stderr, terminal, exited, keepsPid }: StartedProcess,
    { leader, tree, identify }: Coming,
  ): HostResult<ChildProcess> {
    if (!keepsPid) identify(pid);
    return {
      ok: true,
      value: {
        get identity() {
          return identify(pid);
        },
        stdout,
        stderr,
        terminal,
        exited: exited.then((exit) => {
          leader.hasEnded = true;
          started.delete(pid);
          children.ended(pid);
          return exit;
        }),
        look: () => tree.look(),
        signalTree: (signal) => tree.signal(signal),
        release: () => tree.release(),
      },
    };
  }

  function spawn(request: SpawnRequest): HostResult<ChildProcess> {
    const adopts = linux && adoptOrphans();
    if (adopts) children.beforeTree();
    const begun = coming(request, adopts);
    const spawned = attempt(() => startProcess(request, linux, (pid) => begun(pid).ended(pid)));
    return spawned.ok
      ? childOf(spawned.value, begun(spawned.value.pid))
      : { ok: false, failure: withoutFolder(request.workingDir) ?? spawned.failure };
  }

  return {
    findProgram: (name, where) =>
      findProgram(name, { os, arch: Deno.build.arch, paths: POSIX_PATHS, ...where }, programFiles),

    spawn,
    async spawnBeside(request) {
      const isPossible = linux && request.placement === "own_session" &&
        request.terminal === undefined && adoptOrphans();
      if (!isPossible) return spawn(request);
      const begun = coming(request, true);
      const child = await children.startingBeside(() =>
        withCallersLimitBeside(() => startBySpawnBeside(request, begun, (pid) => begun(pid).ended(pid)))
      );
      return child?.stderr === undefined
        ? spawn(request)
        : childOf(withFasterReaders(child, child.stderr), begun(child.pid));
    },

    runTool: (request) =>
      runBounded(request, {
        start: (request) => linux ? startToolBySpawn(request) : undefined,
        started(pid) {
          started.add(pid);
          children.startedTool(pid);
        },
        ended(pid) {
          started.delete(pid);
          children.ended(pid);
        },
        end: (pid) => void send(-pid, "SIGKILL"),
      }),

    givesTerminals: () => ptyCalls() !== undefined && ((linux && spawnCalls() !== undefined) || hasShell()),
    startAgain(handOver, words) {
      const again = startAgain(handOver, words);
      if (!again.ok) return again;
      const { pid, exited } = again.value;
      started.add(pid);
      children.startedAlone(pid);
      const isOver = exited.then((exit) => {
        started.delete(pid);
        children.ended(pid);
        return exit;
      });
      return {
        ok: true,
        value: { ...again.value, exited: isOver, marks: (marker) => children.marksAlone(marker) },
      };
    },
    ownCommand,
    canLook: async () => (linux ? readProcTable() : await readPsTable()) !== undefined,
    self() {
      if (self?.start_ticks === null) self = undefined;
      return self ??= identityOf(Deno.pid);
    },
    probe,
    callers: () => linux && showsOurPids() ? linuxCallers(identityOf) : [],
    startedWith: (pid, variable) =>
      linux && showsOurPids() ? initialVariables(pid, variable).at(-1) : undefined,
    signal: signalOne,
    findWorkingIn: (folder) =>
      linux
        ? Promise.resolve(linuxWorkingIn(folder))
        : lsofWorkingIn(folder, (request) =>
          runBounded(request, {
            started() {},
            ended() {},
            end: (pid) => void send(pid, "SIGKILL"),
          })),

    findMarked(identity, marker) {
      if (!linux) {
        return Promise.resolve(probe(identity) === "alive" ? [identity] : []);
      }
      if (!showsOurPids()) return Promise.resolve(undefined);
      if (identity.boot_id !== null && identity.boot_id !== readBootId()) return Promise.resolve([]);
      const leaderLives = probe(identity) === "alive";
      const find = () =>
        readProcTable()?.filter((entry) =>
          (leaderLives && (entry.pid === identity.pid || entry.sessionId === identity.pid)) ||
          carriesToken(entry.pid, marker)
        );
      const found = find();
      // A process that forks while the list is made can be missing from it; two empty lists in a row are the
      // best proof that a list can give.
      const proven = found?.length === 0 ? find() : found;
      // Processes of another namespace may be invisible from here, so an empty list proves nothing.
      if (proven?.length === 0 && isOfAnotherNamespace(identity)) return Promise.resolve(undefined);
      return Promise.resolve(
        proven?.map((entry) => ({
          pid: entry.pid,
          start_ticks: entry.startTicks,
          boot_id: readBootId(),
          pid_namespace: readPidNamespace(),
        })),
      );
    },
  };
}

interface StartedProcess {
  readonly pid: number;
  readonly stdout: ByteReader | undefined;
  readonly stderr: ByteReader | undefined;
  readonly terminal?: ChildTerminal;
  readonly exited: Promise<ProcessExit>;
  /** Whether the pid names the process until `ended` was called. */
  readonly keepsPid: boolean;
}

function startProcess(request: SpawnRequest, linux: boolean, ended: Ended): StartedProcess {
  const ownSession = request.placement === "own_session";
  const atTerminal = ownSession && request.terminal !== undefined;
  // Also for the first process: the runtime takes 3 ms to load what it starts processes with, and then copies ours.
  const bySpawn = linux && ownSession ? withCallersLimit(() => startBySpawn(request, ended)) : undefined;
  if (bySpawn?.terminal !== undefined) return { ...bySpawn, keepsPid: true };
  if (bySpawn?.stderr !== undefined) return withFasterReaders(bySpawn, bySpawn.stderr);
  const inShell = atTerminal ? startInShell(request, started) : undefined;
  if (inShell !== undefined) return { ...inShell, keepsPid: false };
  const child = startChild(request, ownSession ? "piped" : "attached");
  const { pid } = child;
  const exited = child.status.then(exitOf);
  if (!ownSession) return { pid, stdout: undefined, stderr: undefined, exited, keepsPid: false };
  const readers = { pid, stdout: byteReader(child.stdout), stderr: byteReader(child.stderr) };
  return { ...(linux ? fasterReaders(readers) : readers), pid, exited, keepsPid: false };
}

/** A tool that nobody gives input, which needs no more than a pid: its processes are no tree. */
function startToolBySpawn({ program, args, workingDir, env }: ToolRequest): StartedTool | undefined {
  const child = startBySpawn({ program, args, workingDir, env, stdin: "none" }, () => {});
  return child?.stderr === undefined ? undefined : { ...child, stderr: child.stderr };
}

function started(shell: SpawnRequest) {
  const { pid, status } = startChild(shell, "nowhere");
  return { pid, exited: status.then(exitOf) };
}

function withFasterReaders(child: StartedChild, stderr: ByteReader): StartedProcess {
  return { ...child, ...fasterReaders({ ...child, stderr }), keepsPid: true };
}

function fasterReaders(
  { pid, stdout, stderr }: { readonly pid: number; readonly stdout: ByteReader; readonly stderr: ByteReader },
) {
  return {
    stdout: fasterWhenMuch(stdout, () => openWide(pid, 1)),
    stderr: fasterWhenMuch(stderr, () => openWide(pid, 2)),
  };
}

function startChild(request: SpawnRequest, output: "piped" | "attached" | "nowhere"): Deno.ChildProcess {
  const stream = { piped: "piped", attached: "inherit", nowhere: "null" } as const;
  const command = new Deno.Command(request.program, {
    args: [...request.args],
    cwd: request.workingDir,
    env: { ...request.env },
    clearEnv: !coversOurs(request.env),
    detached: output !== "attached",
    stdin: request.stdin === "inherit" ? "inherit" : "null",
    stdout: stream[output],
    stderr: stream[output],
  });
  return withCallersLimit(() => asInherited(() => command.spawn()));
}

/**
 * The variables include everything that we can read. The environment is then not cleared, because variables
 * that are not UTF-8 are passed on only if it stays.
 */
function coversOurs(env: Readonly<Record<string, string>>): boolean {
  return Object.keys(Deno.env.toObject()).every((name) => Object.hasOwn(env, name));
}

async function openWide(pid: number, descriptor: 1 | 2): Promise<ByteReader | undefined> {
  const { openWidePipe } = await import("./deno_wide_pipe.ts");
  return openWidePipe(pid, descriptor);
}

async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  await Promise.race([promise, over.promise]);
  clearTimeout(timer);
}

/** undefined where `ps` gave no answer. */
async function readPsTable(): Promise<readonly TableEntry[] | undefined> {
  const result = await runBounded({
    program: "/bin/ps",
    args: ["-A", "-o", "pid=,ppid=,pgid=,stat=,ucomm="],
    workingDir: "/",
    env: { LC_ALL: "C" },
    timeoutMs: PS_TIMEOUT_MS,
    maxOutputBytes: PS_MAX_BYTES,
  }, { started() {}, ended() {}, end: (pid) => void send(pid, "SIGKILL") });
  return result.ok ? parsePsOutput(new TextDecoder().decode(result.value.stdout)) : undefined;
}
