/**
 * Starts a process at a terminal of its own, on macOS, and on Linux where posix_spawn(3) cannot be used. A session's leader gets its
 * controlling terminal by opening one, which posix_spawn of macOS does not bring about; so the runtime starts a shell in a new session,
 * which opens the terminal and becomes the program. Everything else equals a start by the runtime.
 */

import type { ByteReader } from "./byte_reader.ts";
import type { ChildTerminal, ProcessExit, SpawnRequest } from "./processes.ts";
import { DescriptorBytes } from "./descriptor_bytes.ts";
import { programFiles } from "./deno_spawn.ts";
import { PosixPty } from "./posix_pty.ts";
import { ptyCalls } from "./posix_pty_calls.ts";
import { PosixReady } from "./posix_ready.ts";

/** zsh opens terminals without taking them, and dash drops variables whose names it could not use. */
const SHELL = "/bin/bash";
/** No file of the user is read, and functions among the variables are passed on unread. Source: bash(1), -p. */
const PRIVILEGED = "-p";

/** Its arguments: the terminal, variables that the shell has changed, "--", the program and its arguments. */
const SCRIPT = 'shift; unset PWD OLDPWD; while [ "$1" != -- ]; do export "$1"; shift; done; shift; exec "$@"';
const WITH_INPUT = `exec 0<>"$1" 1>&0 2>&1 || exit 126; ${SCRIPT}`;
const WITHOUT_INPUT = `exec 1<>"$1" 2>&1 || exit 126; ${SCRIPT}`;
/** The last ones are those that macOS takes away from programs of the system, such as the shell. */
const CHANGED_BY_SHELL = /^(?:PWD|OLDPWD|IFS|DYLD_.*)$/;

export interface ChildAtTerminal {
  readonly pid: number;
  readonly stdout: ByteReader;
  readonly stderr: undefined;
  readonly terminal: ChildTerminal;
  readonly exited: Promise<ProcessExit>;
}

export function hasShell(): boolean {
  return programFiles.facts(SHELL)?.kind === "file";
}

/** The words with which the shell is started, without its own name. */
export function shellWords(
  { program, args, env, stdin }: Pick<SpawnRequest, "program" | "args" | "env" | "stdin">,
  terminal: string,
): readonly string[] {
  const changed = Object.entries(env).filter(([name]) => CHANGED_BY_SHELL.test(name));
  const variables = changed.map(([name, value]) => `${name}=${value}`);
  const script = stdin === "inherit" ? WITH_INPUT : WITHOUT_INPUT;
  return [PRIVILEGED, "-c", script, "sh", terminal, ...variables, "--", program, ...args];
}

let ready: PosixReady | undefined;

/**
 * `start` starts the shell in a session of its own, without any stream. undefined where there is no terminal or no shell.
 */
export function startInShell(
  request: SpawnRequest,
  start: (request: SpawnRequest) => Pick<ChildAtTerminal, "pid" | "exited">,
): ChildAtTerminal | undefined {
  const calls = ptyCalls();
  if (calls === undefined || !hasShell()) return undefined;
  const waiting = ready ??= PosixReady.open(calls);
  const pty = waiting === undefined ? undefined : PosixPty.open(request.terminal!);
  if (waiting === undefined || pty === undefined) return undefined;
  const giveUp = () => {
    pty.closed();
    calls.close(pty.descriptor);
  };
  if (!PosixReady.canWatch(pty.descriptor)) return void giveUp();
  const name = new TextDecoder().decode(pty.name.subarray(0, pty.name.indexOf(0)));
  let child: ReturnType<typeof start>;
  try {
    child = start({ ...request, program: SHELL, args: shellWords(request, name), stdin: "none" });
  } catch (error) {
    giveUp();
    throw error;
  }
  return {
    pid: child.pid,
    stdout: new DescriptorBytes(calls, waiting, pty.descriptor, () => pty.closed()),
    stderr: undefined,
    terminal: { resize: (size) => pty.resize(size), write: (bytes) => pty.write(bytes) },
    exited: child.exited.then((exit) => {
      // It is unknown when the shell has opened its end; until then, ours keeps the terminal alive.
      pty.handedOver();
      return exit;
    }),
  };
}
