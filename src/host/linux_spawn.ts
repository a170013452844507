/**
 * Starts processes on Linux with posix_spawn(3), which does not copy our process first: that copy takes up to ten times as long as the
 * rest of a start, and the longer the more memory we use. Everything else equals a start by the runtime: session, folder,
 * streams, mask and treatment of signals. Knows no trees.
 */

import type { ByteReader } from "./byte_reader.ts";
import type { ChildTerminal, ProcessExit, SpawnRequest } from "./processes.ts";
import { isUtf8 } from "./deno_environment.ts";
import { attempt } from "./deno_problem.ts";
import { DescriptorBytes } from "./descriptor_bytes.ts";
import { childState, endOfChild } from "./linux_calls.ts";
import { LinuxReady } from "./linux_ready.ts";
import { type SpawnCalls, spawnCalls } from "./linux_spawn_calls.ts";
import { O_CLOEXEC, O_NONBLOCK } from "./linux_open_flags.ts";
import { ignoredForUs } from "./posix_dispositions.ts";
import { PosixPty } from "./posix_pty.ts";

const F_SETFL = 4;
const O_RDONLY = 0;
const O_RDWR = 2;
/** Source: spawn.h. */
const SET_SIGNAL_DEFAULTS = 0x04;
const SET_SIGNAL_MASK = 0x08;
const SET_SESSION = 0x80;
/** More bytes than posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t have. */
const ATTRIBUTE_BYTES = 512;
const ACTIONS_BYTES = 256;
const SIGNALS_BYTES = 128;
/**
 * SIGPIPE, which the runtime ignores for itself, and the two that the C library keeps for itself, which it would otherwise let the new
 * process ignore. Source: signal(7), nptl(7).
 */
const DEFAULT_SIGNALS = [13, 32, 33];
const encoder = new TextEncoder();
const NULL_DEVICE = encoder.encode("/dev/null\0");

export interface StartedChild {
  readonly pid: number;
  readonly stdout: ByteReader;
  readonly stderr: ByteReader | undefined;
  readonly terminal?: ChildTerminal;
  readonly exited: Promise<ProcessExit>;
}

/** Called when a process has ended and its pid still names it. */
export type Ended = (pid: number) => void;

type WhatToStart = Pick<SpawnRequest, "program" | "args" | "workingDir" | "env" | "stdin" | "terminal">;

interface Spawner {
  readonly calls: SpawnCalls;
  readonly ready: LinuxReady;
  readonly attributes: Uint8Array<ArrayBuffer>;
  /** The number of signals that a new process does not ignore although we do. */
  defaults: number;
}

let spawner: Spawner | undefined | "not opened" = "not opened";

/**
 * A process in a session of its own, with its output in pipes. undefined if the runtime has to start it, which then also
 * reports the problem.
 */
export function startBySpawn(request: WhatToStart, ended: Ended): StartedChild | undefined {
  if (request.terminal !== undefined) return startAtTerminal(request, request.terminal, ended);
  const start = prepare(request);
  return start?.begun(start.calls.posix_spawn(...start.words), ended);
}

/**
 * The same for a process without a terminal, but another thread waits for the system. `begun` is called before anything else can happen to
 * the process: its end has not been asked for yet.
 */
export async function startBySpawnBeside(
  request: SpawnRequest,
  begun: (pid: number) => void,
  ended: Ended,
): Promise<StartedChild | undefined> {
  const start = prepare(request);
  return start?.begun(await start.calls.posix_spawn_beside(...start.words), ended, begun);
}

interface PreparedStart {
  readonly calls: SpawnCalls;
  /** They must be kept until the call returns. */
  readonly words: Parameters<SpawnCalls["posix_spawn"]>;
  /** undefined if the call failed. */
  begun(failure: number, ended: Ended, begun?: (pid: number) => void): StartedChild | undefined;
}

/** undefined where it cannot be started in this way. */
function prepare({ program, args, workingDir, env, stdin }: WhatToStart): PreparedStart | undefined {
  const spawner = openedSpawner();
  if (spawner === undefined || !program.startsWith("/")) return undefined;
  const { calls, ready, attributes } = spawner;
  const words = wordsOf([program, ...args], env);
  if (words === undefined || workingDir.includes("\0")) return undefined;
  const pipes = twoPipes(calls);
  if (pipes === undefined) return undefined;
  const { out, err } = pipes;
  const actions = new Uint8Array(ACTIONS_BYTES);
  const pid = new Int32Array(1);
  calls.posix_spawn_file_actions_init(actions);
  const isPossible = [
    stdin === "inherit" ? 0 : calls.posix_spawn_file_actions_addopen(actions, 0, NULL_DEVICE, O_RDONLY, 0),
    calls.posix_spawn_file_actions_adddup2(actions, out.theirs, 1),
    calls.posix_spawn_file_actions_adddup2(actions, err.theirs, 2),
    calls.posix_spawn_file_actions_addchdir_np(actions, encoder.encode(`${workingDir}\0`)),
  ].every((result) => result === 0);
  const handedOver = (isSpawned: boolean) => {
    calls.posix_spawn_file_actions_destroy(actions);
    calls.close(out.theirs);
    calls.close(err.theirs);
    if (isSpawned) return;
    calls.close(out.ours);
    calls.close(err.ours);
  };
  if (!isPossible) {
    handedOver(false);
    return undefined;
  }
  return {
    calls,
    words: [pid, words.bytes, actions, attributes, words.args, words.variables],
    begun(failure, ended, begun) {
      handedOver(failure === 0);
      if (failure !== 0) return undefined;
      begun?.(pid[0]!);
      return {
        pid: pid[0]!,
        stdout: new DescriptorBytes(calls, ready, out.ours),
        stderr: new DescriptorBytes(calls, ready, err.ours),
        exited: endOf(pid[0]!, calls, ready, ended),
      };
    },
  };
}

/** The session has no terminal when it begins; the first one that its leader opens becomes its own. */
function startAtTerminal(
  { program, args, stdin, workingDir, env }: WhatToStart,
  terminal: NonNullable<SpawnRequest["terminal"]>,
  ended: Ended,
): StartedChild | undefined {
  const spawner = openedSpawner();
  if (spawner === undefined || !program.startsWith("/")) return undefined;
  const { calls, ready, attributes } = spawner;
  const words = wordsOf([program, ...args], env);
  const pty = words === undefined || workingDir.includes("\0") ? undefined : PosixPty.open(terminal);
  if (words === undefined || pty === undefined) return undefined;
  const actions = new Uint8Array(ACTIONS_BYTES);
  const pid = new Int32Array(1);
  calls.posix_spawn_file_actions_init(actions);
  const isSpawned = [
    calls.posix_spawn_file_actions_addopen(actions, 1, pty.name, O_RDWR, 0),
    calls.posix_spawn_file_actions_adddup2(actions, 1, 2),
    stdin === "inherit"
      ? calls.posix_spawn_file_actions_adddup2(actions, 1, 0)
      : calls.posix_spawn_file_actions_addopen(actions, 0, NULL_DEVICE, O_RDONLY, 0),
    calls.posix_spawn_file_actions_addchdir_np(actions, encoder.encode(`${workingDir}\0`)),
  ].every((result) => result === 0) &&
    calls.posix_spawn(pid, words.bytes, actions, attributes, words.args, words.variables) === 0;
  calls.posix_spawn_file_actions_destroy(actions);
  pty.handedOver();
  if (!isSpawned) {
    pty.closed();
    calls.close(pty.descriptor);
    return undefined;
  }
  return {
    pid: pid[0]!,
    stdout: new DescriptorBytes(calls, ready, pty.descriptor, () => pty.closed()),
    stderr: undefined,
    terminal: { resize: (size) => pty.resize(size), write: (bytes) => pty.write(bytes) },
    exited: endOf(pid[0]!, calls, ready, ended),
  };
}

function openedSpawner(): Spawner | undefined {
  if (spawner === "not opened") spawner = open();
  return spawner && withDefaults(spawner);
}

function open(): Spawner | undefined {
  const calls = hasOnlyTextVariables() ? spawnCalls() : undefined;
  const ready = calls === undefined ? undefined : LinuxReady.open(calls);
  if (calls === undefined || ready === undefined) return undefined;
  // Older systems, and sandboxes that filter system calls, do not have it.
  const self = calls.pidfd_open(Deno.pid, 0);
  if (self < 0) return undefined;
  calls.close(self);
  const attributes = new Uint8Array(ATTRIBUTE_BYTES);
  const isSet = calls.posix_spawnattr_init(attributes) === 0 &&
    calls.posix_spawnattr_setsigmask(attributes, new Uint8Array(SIGNALS_BYTES)) === 0 &&
    calls.posix_spawnattr_setflags(attributes, SET_SESSION | SET_SIGNAL_MASK | SET_SIGNAL_DEFAULTS) === 0;
  return isSet ? { calls, ready, attributes, defaults: 0 } : undefined;
}

/** We may begin to ignore a signal after the first process was started. */
function withDefaults(spawner: Spawner): Spawner {
  const signals = [...DEFAULT_SIGNALS, ...ignoredForUs()];
  if (spawner.defaults === signals.length) return spawner;
  const defaults = new Uint8Array(SIGNALS_BYTES);
  for (const signal of signals) defaults[(signal - 1) >> 3]! |= 1 << ((signal - 1) & 7);
  spawner.calls.posix_spawnattr_setsigdefault(spawner.attributes, defaults);
  spawner.defaults = signals.length;
  return spawner;
}

/** Variables that are not UTF-8 are passed on by the runtime alone. */
function hasOnlyTextVariables(): boolean {
  const variables = attempt(() => Deno.readFileSync("/proc/self/environ"));
  return variables.ok && isUtf8(variables.value);
}

/**
 * Arguments and variables in the form of C: one block of bytes, which begins with the program, and the lists of their addresses.
 * undefined if one of them contains a NUL.
 */
function wordsOf(args: readonly string[], env: SpawnRequest["env"]) {
  const words = [...args, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  const bytes = encoder.encode(`${words.join("\0")}\0`);
  const address = Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
  const addresses = new BigUint64Array(words.length);
  let at = 0;
  for (let index = 0; index < words.length; index++) {
    addresses[index] = address + BigInt(at);
    at = bytes.indexOf(0, at) + 1;
  }
  if (at !== bytes.length) return undefined;
  const list = (from: number, to: number) => BigUint64Array.from([...addresses.subarray(from, to), 0n]);
  return { bytes, args: list(0, args.length), variables: list(args.length, words.length) };
}

function twoPipes(calls: SpawnCalls) {
  const [out, err] = [pipe(calls), pipe(calls)];
  if (out !== undefined && err !== undefined) return { out, err };
  for (const made of [out, err]) {
    if (made === undefined) continue;
    calls.close(made.ours);
    calls.close(made.theirs);
  }
  return undefined;
}

function pipe(calls: SpawnCalls) {
  const ends = new Int32Array(2);
  if (calls.pipe2(ends, O_CLOEXEC) !== 0) return undefined;
  const [ours, theirs] = [ends[0]!, ends[1]!];
  calls.fcntl(ours, F_SETFL, O_NONBLOCK);
  return { ours, theirs };
}

/** Waits for the process, so that its pid is not reused before. */
async function endOf(
  pid: number,
  calls: SpawnCalls,
  ready: LinuxReady,
  ended: Ended,
): Promise<ProcessExit> {
  const descriptor = calls.pidfd_open(pid, 0);
  try {
    for (;;) {
      if (childState(pid) !== "alive") ended(pid);
      const exit = endOfChild(pid);
      if (exit !== undefined) return exit;
      const over = Promise.withResolvers<void>();
      if (descriptor < 0 || !ready.once(descriptor, over.resolve)) over.resolve(laterLook());
      await over.promise;
    }
  } finally {
    if (descriptor >= 0) {
      ready.forget(descriptor);
      calls.close(descriptor);
    }
  }
}

/** The polling interval where no file descriptor is left to wait on. */
const LOOK_MS = 20;

function laterLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
