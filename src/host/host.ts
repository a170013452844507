/**
 * Everything the program asks of the machine, as interfaces. Two implementations exist: the real one (deno_*.ts) and
 * the fake one of the tests; one contract suite runs against both. Knows no jobs, runs or tasks.
 */

/** Expected problems of the machine. `reason` is the second half of a sentence, without a dot. */
export interface HostProblem {
  readonly kind: HostProblemKind;
  readonly reason: string;
}

export type HostProblemKind =
  | "not_found"
  | "already_exists"
  | "permission_denied"
  | "is_a_directory"
  | "not_a_directory"
  | "no_space"
  | "read_only"
  | "closed"
  | "too_long"
  | "too_large"
  | "not_executable"
  | "working_dir_missing"
  | "timed_out"
  | "stopped"
  | "too_many_watched"
  /** The file system gives no locks that keep anybody out. */
  | "no_locks"
  | "other";

export type HostResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: HostProblem };

export interface Host {
  readonly files: Files;
  readonly paths: Paths;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly digests: Digests;
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly signals: Signals;
}

export interface FileFacts {
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /**
   * When anything of it was last changed, its times and the names in a folder included; nobody can set it. In full seconds
   * on some systems, `modifiedAtMs` where there is no such time.
   */
  readonly changedAtMs: number;
  /** Alike for two paths that are one file or folder now; undefined where the system has no such number. It is used again. */
  readonly fileId: string | undefined;
}

/** What tells without reading it whether a file is still the one that it was; of a link, of the link itself. */
export interface FileIdentity {
  readonly kind: "file" | "directory" | "link" | "other";
  /** Somebody may execute it. False on systems without such a mode. */
  readonly isExecutable: boolean;
  readonly sizeBytes: number;
  /** Microseconds since the epoch, as exactly as the system tells; also of the next two. */
  readonly modifiedAtUs: number;
  /** When anything of it was last changed; nobody can set it. `modifiedAtUs` where there is no such time. */
  readonly changedAtUs: number;
  /** 0 where the system has none. */
  readonly inode: number;
}

/** What a name in a folder stands for, itself and not what it leads to. */
export interface EntryFacts {
  readonly kind: "file" | "directory" | "link" | "other";
  /** The number of the user whose it is; undefined where the system has none (Windows). */
  readonly ownerId: number | undefined;
}

export type LockSupport =
  | { readonly kind: "given" }
  /** It refuses them, gives one to everybody, or does not answer. `reason` is the second half of a sentence. */
  | { readonly kind: "none"; readonly reason: string };

/** What is read in one piece: far more than anything that we write or people write by hand, and no danger to memory. */
export const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/** "private": folders 0700 and files 0600. "shared": what the user's own umask says, for what belongs to a project. */
export type FileMode = "private" | "shared";

/**
 * Files, synchronously: each call is short, and a caller that must not be interrupted between two of them is not.
 * What is made is private, where the system has modes, if nothing else is said.
 */
export interface Files {
  /** All of a plain file, which is no larger than `maxBytes`, or else MAX_WHOLE_BYTES; "too_large" where it is. */
  readBytes(path: string, maxBytes?: number): HostResult<Uint8Array>;
  /** All that comes through a pipe or from a device that somebody has named, within bounds; the thread goes on meanwhile. */
  readPipe(
    path: string,
    bounds: { readonly maxBytes: number; readonly timeoutMs: number },
  ): Promise<HostResult<Uint8Array>>;
  stat(path: string): HostResult<FileFacts>;
  /** The identities of many files, by their paths relative to a folder, with "/" on every system; in their order. */
  identify(folder: string, paths: readonly string[]): Promise<readonly HostResult<FileIdentity>[]>;
  /** Where a link leads, as it is written in it. */
  readLink(path: string): HostResult<string>;
  /** Follows no link in the last step. */
  entry(path: string): HostResult<EntryFacts>;
  /** Names in a folder, unsorted. */
  list(path: string): HostResult<readonly string[]>;
  /** Whether the last name of the path is a link, wherever that leads. */
  isLink(path: string): boolean;
  /** The path without links and without `.` or `..`; the file must exist. */
  realPath(path: string): HostResult<string>;
  /** Makes the folder and those above it; says which did not exist before, outermost first. */
  makeFolders(path: string, mode?: FileMode): HostResult<readonly string[]>;
  /** A part of a file's name that nobody else gives or can guess. */
  uniqueName(): string;
  /** Creates a file that must not exist yet. */
  createNew(path: string, mode?: FileMode): HostResult<WritableFile>;
  /**
   * Adds the bytes at the end of a file, which is made where it is missing, in its folder. Only a plain file is opened:
   * the open of a pipe waits for its reader.
   */
  append(path: string, bytes: Uint8Array, mode?: FileMode): HostResult<void>;
  /** Opens a plain file: one that is a pipe would stop the thread until somebody writes to it. */
  openForReading(path: string): HostResult<ReadableFile>;
  /** Replaces `to` in one step. */
  rename(from: string, to: string): HostResult<void>;
  /** Makes the names in a folder durable; does nothing where the system cannot (Windows). */
  syncFolder(path: string): HostResult<void>;
  remove(path: string): HostResult<void>;
  /** What who holds a lock has noted; not_found where nobody has. Also while the lock is held. */
  lockNote(path: string): HostResult<Uint8Array>;
  /**
   * Takes a kernel lock on a file, never on what a link leads to, freed by `release` or by the end of this process. "held" where somebody has it.
   * `create`: "new" must not exist yet, "if_missing" makes it, "never" fails with not_found.
   */
  tryLock(
    path: string,
    options: { readonly exclusive: boolean; readonly create: "new" | "if_missing" | "never" },
  ): HostResult<FileLock | "held">;
  /**
   * Whether the file system of a folder gives locks: asked once in a process for each folder, within a bound. Where it gives
   * none, `tryLock` fails with "no_locks" from then on, and does not ask a system that would not answer.
   */
  lockSupport(folder: string): Promise<LockSupport>;
  /** Bytes free for this user on the file system that holds the path; undefined where it cannot be known. */
  freeBytes(path: string): number | undefined;
  /**
   * Calls `hear` for each change in the places, until the returned watch is closed; a problem is the last that is heard.
   * What is only read is no change. The system joins and reorders what comes together; of what is made in a new folder it
   * may tell the folder alone, and of a name that came and went only that it went, more than once. Who hears has to look.
   * `choose` says which folders below a deep place are wanted, where the system hears of each by itself.
   */
  watch(
    places: readonly WatchedPlace[],
    hear: (change: HostResult<FileChange>) => void,
    choose?: ChooseFolders,
  ): Promise<HostResult<FileWatch>>;
}

/** Of folders, those to hear of with what is in them; asked for several at once. */
export type ChooseFolders = (folders: readonly string[]) => Promise<ReadonlySet<string>>;

export interface WatchedPlace {
  /** A folder that exists, without links in its path; when it is taken away, nothing more is heard of it. */
  readonly folder: string;
  /** With all folders below it, but for links to folders. No other place may lie in a deep one. */
  readonly deep: boolean;
}

export interface FileChange {
  /**
   * "made": it came to be, under this name; also where the system lost count, and then of the folder of the place.
   * "removed": the name is gone; of a place also where it is called otherwise now.
   * "unheard": a folder that cannot be read, and of which nothing is heard.
   */
  readonly kind: "made" | "changed" | "removed" | "unheard";
  /** Absolute. */
  readonly path: string;
}

export interface FileWatch {
  /** Nothing is heard after it. */
  close(): void;
}

export interface WritableFile {
  /** Writes all of the bytes at the end of the file. */
  write(bytes: Uint8Array): HostResult<void>;
  /** The same beside this thread, which goes on; until it settles, neither the bytes nor the file are touched. */
  writeBeside(bytes: Uint8Array): Promise<HostResult<void>>;
  sync(): HostResult<void>;
  close(): void;
}

export interface ReadableFile {
  /** Fills the start of `into`; 0 at the end of the file. */
  read(into: Uint8Array): HostResult<number>;
  seek(offsetBytes: number): void;
  close(): void;
}

export interface FileLock {
  /** Replaces the text that `lockNote` gives, for people who ask who holds the lock. */
  note(text: string): void;
  release(): void;
}

/** Paths in the form of the host's system, which on the fake host need not be the system of the tests. */
export interface Paths {
  join(...parts: string[]): string;
  dirname(path: string): string;
  basename(path: string): string;
  isAbsolute(path: string): boolean;
  /** Absolute, against the given folders from right to left. */
  resolve(...parts: string[]): string;
  relative(from: string, to: string): string;
}

export interface Clock {
  /** Milliseconds since the epoch. It can be set back by people and by NTP. */
  nowMs(): number;
  /** Milliseconds on a clock that only goes forward. */
  monotonicMs(): number;
  after(ms: number): Timer;
}

export interface Timer {
  readonly elapsed: Promise<void>;
  /** Nothing happens after it; `elapsed` then stays pending. */
  cancel(): void;
}

export type DigestAlgorithm = "sha256" | "sha1" | "sha512";

export interface FileDigest {
  readonly sizeBytes: number;
  /** Lower-case. */
  readonly hex: string;
}

export interface Digests {
  /** For data in memory. Lower-case hex. */
  sha256(bytes: Uint8Array): Promise<string>;
  /** HMAC-SHA-256 (RFC 2104) of data in memory. Lower-case hex. */
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Promise<string>;
  /** For streams; loads what it needs at the first call. */
  open(algorithm: DigestAlgorithm): Promise<StreamDigest>;
  /** Of a file, to its end, without stopping the thread for a large one. Several at a time use several processors. */
  ofFile(path: string, algorithm: DigestAlgorithm): Promise<HostResult<FileDigest>>;
  /** 128 random bits as hex. */
  randomToken(): string;
}

export interface StreamDigest {
  update(bytes: Uint8Array): void;
  /** Lower-case hex; the digest is of no use afterwards. */
  hex(): string;
}

export interface Terminal {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** stdout and stderr go to one place, so that their order can be seen. */
  readonly sharedOutput: boolean;
  /**
   * The terminal is ours and not that of a shell behind which we run ("&", "bg"). True where there is no such thing
   * (Windows), false where it cannot be known.
   */
  isForeground(): Promise<boolean>;
  /** Remembers how the terminal is set (raw, echo and their like); the function sets it so again. undefined: there is none. */
  keepModes(): (() => void) | undefined;
}

export interface InputStream {
  readonly isTerminal: boolean;
  /** Fills the start of `into`; undefined at the end. */
  read(into: Uint8Array): Promise<HostResult<number | undefined>>;
}

export interface OutputStream {
  readonly isTerminal: boolean;
  /** undefined where it is no terminal, or one without a size. */
  readonly columns: number | undefined;
  /** It is the null device: what is written is seen by nobody. False where that cannot be known (Windows). */
  readonly isDiscarded: boolean;
  /**
   * Writes all of the bytes. Waits while the reader does not read, but never stops the thread: timers and signals go
   * on. `closed` when the reader has gone.
   */
  write(bytes: Uint8Array): Promise<HostResult<void>>;
}

export type OperatingSystem = "linux" | "darwin" | "windows";

export interface Environment {
  readonly os: OperatingSystem;
  readonly arch: string;
  readonly pid: number;
  /** The number of the user who runs this process; undefined where the system has none (Windows). */
  readonly userId: number | undefined;
  /** Of the runtime, as in "deno 2.9.6". */
  readonly runtime: string;
  /** The program is an executable of its own, with the runtime in it. */
  readonly isCompiled: boolean;
  get(name: string): string | undefined;
  all(): Readonly<Record<string, string>>;
  /**
   * What cannot be had as a text, with its bytes as escapes: names of variables, and arguments of this call, which are
   * changed. Empty where that cannot be known.
   */
  notUtf8(): { readonly variables: readonly string[]; readonly args: readonly string[] };
  currentFolder(): HostResult<string>;
  userName(): string | undefined;
  hostName(): string | undefined;
  /** Name of the program that started this one. */
  parentProgram(): string | undefined;
}

export const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * Whoever does not listen to them dies of them, and so would what we started be left alone. SIGPIPE the runtime ignores,
 * SIGUSR1 has to be ignored (posix_dispositions.ts); SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV and SIGSYS are a processor's
 * word on our own faults, after which nothing can go on.
 */
export const DEADLY_SIGNALS = [
  ...["SIGABRT", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU"] as const,
  ...["SIGIO", "SIGPWR", "SIGSTKFLT"] as const,
] as const;

export type ReceivedSignal = StopSignal | (typeof DEADLY_SIGNALS)[number];

export interface Signals {
  /**
   * Calls the handler for each signal to this process that is to end it, until the returned function is called. What was
   * ignored when this process was started stays ignored. From the first call on, a file that would become larger than the
   * system allows is a write that fails.
   */
  onStop(handler: (signal: ReceivedSignal) => void): () => void;
  /**
   * For Ctrl-Z: `suspend` is called before this process stops, `resume` when it goes on. Never on Windows, which has no
   * such thing.
   */
  onSuspend(handlers: { suspend(): Promise<void>; resume(): Promise<void> }): () => void;
  /** Calls the handler for an error that nobody caught, instead of ending the process. */
  onUncaught(handler: (error: unknown) => void): () => void;
}

export type ProcessSignal = StopSignal | "SIGKILL" | "SIGCONT" | "SIGSTOP" | "SIGTSTP";

/** The identity of a process; the pid alone is used again by the system. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start_ticks: number | null;
  readonly boot_id: string | null;
  /** Where the pid counts: containers have numbers of their own. Absent in records of earlier programs. */
  readonly pid_namespace?: number | null;
}

export interface ProcessMember {
  readonly pid: number;
  readonly name: string;
}

/** What is known of a tree at one moment. */
export interface TreeLook {
  /**
   * Who of it is alive, as far as it could be named: the child, its group, and what left the group. Zombies do not count.
   */
  readonly members: readonly ProcessMember[];
  /** Nothing of it is left, as far as this system can tell (docs/design/0002-ending-a-tree.md). It stays so. */
  readonly isEmpty: boolean;
  /** False where processes could not be looked for, so that some may be alive that have no name here. */
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
  /** The whole environment. Beside it only those of our own variables are inherited that are not UTF-8 text. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * "own_session": a session and process group of its own, output through pipes. "attached": in our process group, at
   * our terminal, with our stdin, stdout and stderr.
   */
  readonly placement: "own_session" | "attached";
  readonly stdin: "none" | "inherit";
  /** Marks every process of the tree through the environment variable named here. */
  readonly marker: { readonly variable: string; readonly token: string };
}

export interface ChildProcess {
  readonly identity: ProcessIdentity;
  /** undefined when attached. */
  readonly stdout: ByteReader | undefined;
  readonly stderr: ByteReader | undefined;
  /** Settles once, never rejects. */
  readonly exited: Promise<ProcessExit>;
  look(): Promise<TreeLook>;
  /** Sends to every member; says how many there were. */
  signalTree(signal: ProcessSignal): Promise<number>;
  /** Gives up what is held for the child; it ends nothing. */
  release(): void;
}

export interface ByteReader {
  /** The next bytes, valid until the next call; undefined at the end or after `cancel`. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): void;
}

export interface ToolRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** Ends the tool before its time, which is then the problem "stopped". */
  readonly stop?: AbortSignal;
}

export interface ToolResult {
  readonly exit: ProcessExit;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

export interface Processes {
  /**
   * Where the system would find a program: a name on the search path, or a path against the working folder.
   * Says not_found or not_executable in words that name what was looked at.
   */
  findProgram(
    name: string,
    where: { readonly workingDir: string; readonly env: Readonly<Record<string, string>> },
  ): HostResult<string>;
  spawn(request: SpawnRequest): HostResult<ChildProcess>;
  /** Runs an outside tool to its end with a bound on time and output. */
  runTool(request: ToolRequest): Promise<HostResult<ToolResult>>;
  /** Whether processes can be looked for. Where not, a tree is ended by its group, and what left that is not seen. */
  canLook(): Promise<boolean>;
  /** Of this process. */
  self(): ProcessIdentity;
  /** "unknown" where the system gives no means to tell two processes with one pid apart, or the pid is one of a container. */
  probe(identity: ProcessIdentity): "alive" | "gone" | "unknown";
  /**
   * Every living process that carries the token, or is proven to be the recorded child or of its session: for the
   * time after our own death. undefined where processes cannot be looked for.
   */
  findMarked(
    identity: ProcessIdentity,
    marker: { readonly variable: string; readonly token: string },
  ): Promise<readonly ProcessIdentity[] | undefined>;
  /** Sends to exactly this process; false when it is gone or another one has its pid. */
  signal(identity: ProcessIdentity, signal: ProcessSignal): boolean;
}
