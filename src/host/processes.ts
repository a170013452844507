/** Processes: started, examined with their trees, signalled, and ended. Knows no runs. */

import type { ByteReader } from "./byte_reader.ts";
import type { HostResult } from "./host_result.ts";
import type { StopSignal } from "./signals.ts";

export type ProcessSignal = StopSignal | "SIGKILL" | "SIGCONT" | "SIGSTOP" | "SIGTSTP";

/** The identity of a process. The pid alone is not enough, because the system reuses it. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start_ticks: number | null;
  readonly boot_id: string | null;
  /**
   * The namespace in which the pid is valid, because containers have their own. Absent in records of earlier
   * programs.
   */
  readonly pid_namespace?: number | null;
}

/** A process that started us, or one that started such a process. */
export interface Caller extends ProcessIdentity {
  readonly name: string;
}

export interface ProcessMember {
  readonly pid: number;
  readonly name: string;
}

/** The state of a tree at one moment. */
export interface TreeLook {
  /**
   * Its living members, as far as they could be named: the child, its group, and processes that left the
   * group. Zombies do not count.
   */
  readonly members: readonly ProcessMember[];
  /**
   * Nothing of it is left, as far as this system can tell (docs/design/0002-ending-a-tree.md). This is final.
   */
  readonly isEmpty: boolean;
  /** False where processes could not be listed, so that some may be alive without being named here. */
  readonly isListed: boolean;
}

export type ProcessExit =
  | { readonly kind: "exited"; readonly exit_code: number }
  | { readonly kind: "signalled"; readonly signal: string };

export interface SpawnRequest {
  /** A path, resolved. */
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDir: string;
  /**
   * The whole environment. Besides it, only those of our own variables are inherited that are not UTF-8 text.
   */
  readonly env: Readonly<Record<string, string>>;
  /**
   * "own_session": its own session and process group, output through pipes. "attached": our process group and
   * terminal, with our stdin, stdout and stderr.
   */
  readonly placement: "own_session" | "attached";
  /** With "inherit" and a terminal, typed keys go to `ChildProcess.terminal`. */
  readonly stdin: "none" | "inherit";
  /**
   * Its output goes to a terminal of its own, of this size, which is the controlling terminal of its session; both streams are one
   * then. Only with "own_session", and only where `Processes.givesTerminals`.
   */
  readonly terminal?: TerminalSize;
  /** Marks every process of the tree through this environment variable. */
  readonly marker: { readonly variable: string; readonly token: string };
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Our end of the terminal of a child. */
export interface ChildTerminal {
  resize(size: TerminalSize): void;
  /** Writes as a keyboard does. Waits while nothing is read; has no effect after the end. */
  write(bytes: Uint8Array): Promise<void>;
}

export interface ChildProcess {
  readonly identity: ProcessIdentity;
  /** undefined when attached. */
  readonly stdout: ByteReader | undefined;
  /** undefined with a terminal. */
  readonly stderr: ByteReader | undefined;
  readonly terminal?: ChildTerminal | undefined;
  /** Resolves once, never rejects. */
  readonly exited: Promise<ProcessExit>;
  look(): Promise<TreeLook>;
  /** Sends the signal to every member; returns their number. */
  signalTree(signal: ProcessSignal): Promise<number>;
  /** Releases the resources held for the child; ends no process. */
  release(): void;
}

export interface ToolRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** Ends the tool early; the problem is then "stopped". */
  readonly stop?: AbortSignal;
}

export interface ToolResult {
  readonly exit: ProcessExit;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** A program with the words that stand before the words of a call, and the variables that it needs. */
export interface OwnCommand {
  readonly program: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** This program, started again. Its standard input is empty, and its output goes to the process that started it. */
export interface StartedAgain {
  readonly pid: number;
  readonly stdout: ByteReader;
  readonly stderr: ByteReader;
  /** Resolves once, never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Its own processes carry this mark: should it be killed, they are not taken for processes of a run of ours. */
  marks(marker: SpawnRequest["marker"]): void;
  /** Ends it at once, with what is still in its session; does nothing after its end. Nobody has to wait for it. */
  end(): void;
}

export interface Processes {
  /** Whether a process can get a terminal of its own. */
  givesTerminals(): boolean;
  /**
   * Starts this program again with the same words, or with others, in a session of its own, so that it outlives us, our
   * terminal and our process group. It finds `handOver` in its environment's `handedOver`.
   */
  startAgain(handOver: string, words?: readonly string[]): HostResult<StartedAgain>;
  /** The command line with which another program, such as a timer of the system, starts this program. */
  ownCommand(): OwnCommand;
  /**
   * Where the system would find a program: a name on the search path, or a path against the working folder.
   * Fails with not_found or not_executable, in words that name what was examined.
   */
  findProgram(
    name: string,
    where: { readonly workingDir: string; readonly env: Readonly<Record<string, string>> },
  ): HostResult<string>;
  spawn(request: SpawnRequest): HostResult<ChildProcess>;
  /** The same, where the system allows it in another thread, so that other work goes on meanwhile. */
  spawnBeside(request: SpawnRequest): Promise<HostResult<ChildProcess>>;
  /** Runs an outside tool to its end, with a limit on time and output. */
  runTool(request: ToolRequest): Promise<HostResult<ToolResult>>;
  /**
   * Whether processes can be listed. Where not, a tree is ended by its group, and processes that left the
   * group go unnoticed.
   */
  canLook(): Promise<boolean>;
  /** The identity of this process. */
  self(): ProcessIdentity;
  /**
   * "unknown" where the system cannot tell two processes with the same pid apart, or where the pid is one of
   * a container.
   */
  probe(identity: ProcessIdentity): "alive" | "gone" | "unknown";
  /**
   * Every living process that carries the token, or is proven to be the recorded child or to belong to its
   * session; for use after a crash of ours. undefined where processes cannot be listed.
   */
  findMarked(
    identity: ProcessIdentity,
    marker: { readonly variable: string; readonly token: string },
  ): Promise<readonly ProcessIdentity[] | undefined>;
  /**
   * Living processes whose working directory is the folder, or below it; undefined where the system does not tell.
   * `folder` has no links. Processes of other users may be missing.
   */
  findWorkingIn(folder: string): Promise<readonly ProcessMember[] | undefined>;
  /** The processes that started us, the nearest first, as far as the system shows them: on Linux. */
  callers(): readonly Caller[];
  /** The value of a variable with which a process was started; undefined where it has none, or the system does not show it. */
  startedWith(pid: number, variable: string): string | undefined;
  /** Sends to exactly this process; false where it is gone or another one has its pid. */
  signal(identity: ProcessIdentity, signal: ProcessSignal): boolean;
}
