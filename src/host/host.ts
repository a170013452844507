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
  /** The file system has no locks that exclude others. */
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
  readonly signing: Signing;
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly signals: Signals;
  readonly network: Network;
}

export interface Network {
  /** Whether a process accepts connections at this port of this machine. */
  accepts(port: number, timeoutMs: number): Promise<boolean>;
  /** The status of the answer to a GET, without following it elsewhere; undefined where none came in time. */
  status(url: string, timeoutMs: number): Promise<number | undefined>;
  /** Sends a POST, and gives the status of the answer, without following it elsewhere. */
  post(url: string, request: PostRequest): Promise<HostResult<number>>;
  /** The same with the body of the answer, which has at most `maxBytes`. */
  ask(
    url: string,
    request: PostRequest & { readonly maxBytes: number },
  ): Promise<HostResult<{ readonly status: number; readonly body: Uint8Array }>>;
  /**
   * Sends a message to a socket of this machine and gives the answer. Each has its length in front, as four bytes, which are neither
   * sent by the caller nor returned. Fails with not_found where there is no such socket, or the system has none (Windows).
   */
  exchange(
    socket: string,
    message: Uint8Array,
    bounds: { readonly timeoutMs: number; readonly maxBytes: number },
  ): Promise<HostResult<Uint8Array>>;
  /** The process that listens at a port of this machine; undefined if there is none, or the system does not tell. */
  holderOf(port: number): PortHolder | undefined;
  /**
   * Answers requests to a port of 127.0.0.1, which only this machine reaches; 0: any free port. "already_exists" where
   * somebody listens there.
   */
  serve(port: number, answer: (request: WebRequest) => Promise<WebAnswer>): Promise<HostResult<WebServer>>;
}

export interface WebRequest {
  /** In capitals. */
  readonly method: string;
  /** With its leading "/", as sent, except that the system may have resolved "..". */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A reader is read only as fast as the answer is taken, and cancelled when nobody takes it any longer. */
  readonly body: Uint8Array | ByteReader;
}

export interface WebServer {
  readonly port: number;
  /** Ends every answer that is under way. */
  close(): Promise<void>;
}

export interface PostRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly timeoutMs: number;
}

export interface PortHolder {
  readonly pid: number;
  readonly program: string | undefined;
  readonly startedAtMs: number | undefined;
}

export interface FileFacts {
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /**
   * When anything about it last changed, including its times and, for a folder, its names; it cannot be set.
   * In whole seconds on some systems; `modifiedAtMs` where the system has no such time.
   */
  readonly changedAtMs: number;
  /**
   * Equal for two paths that are the same file or folder now; undefined where the system has no such number.
   * The system reuses these numbers.
   */
  readonly fileId: string | undefined;
}

/**
 * The facts that tell, without reading it, whether a file is unchanged; for a link, facts about the link itself. One row of
 * numbers for each path, because there can be 100 000 of them.
 */
export interface Identities {
  /** IDENTITY_NUMBERS for each path, in the order of the paths. */
  readonly numbers: Float64Array;
  /** The problem of each path that cannot be examined, by the path's index. The numbers of such a path mean nothing. */
  readonly problems: ReadonlyMap<number, HostProblem>;
}

/** The names in a folder, by UTF-16 code units, and the identities of what they name. */
export interface IdentifiedFolder extends Identities {
  readonly names: readonly string[];
}

/** The kind of an entry in a folder; links are not followed. */
export interface EntryFacts {
  readonly kind: "file" | "directory" | "link" | "other";
  /** The number of its owner; undefined where the system has none (Windows). */
  readonly ownerId: number | undefined;
  /** Its permission bits, as in 0o600; undefined where the system has no modes (Windows). */
  readonly mode: number | undefined;
}

export type LockSupport =
  | { readonly kind: "given" }
  /**
   * The file system refuses locks, gives one to several holders, or does not answer. `reason` is the second
   * half of a sentence.
   */
  | { readonly kind: "none"; readonly reason: string };

/**
 * The most that is read in one piece: far more than any file that people or we write, and no danger to
 * memory.
 */
export const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/**
 * "private": folders 0700 and files 0600. "shared": by the user's own umask, for files that belong to a
 * project.
 */
export type FileMode = "private" | "shared";

/**
 * Files, synchronously: each call is short, and nothing else runs between two calls. New files are private by
 * default, where the system has modes.
 */
export interface Files {
  /**
   * The whole of a plain file of at most `maxBytes` (MAX_WHOLE_BYTES by default); "too_large" where it is
   * larger.
   */
  readBytes(path: string, maxBytes?: number): HostResult<Uint8Array>;
  /** Everything from a pipe or device that somebody named, within bounds, without blocking the thread. */
  readPipe(
    path: string,
    bounds: { readonly maxBytes: number; readonly timeoutMs: number },
  ): Promise<HostResult<Uint8Array>>;
  stat(path: string): HostResult<FileFacts>;
  /** Whether the path leads to something that can be examined: `stat` without the facts. */
  exists(path: string): boolean;
  /** The identities of many files, whose paths are relative to a folder, with "/" on every system. */
  identify(folder: string, paths: readonly string[]): Promise<Identities>;
  /** The names in a folder that are wanted, with their identities: `list` and `identify` in one step. */
  identifyAll(folder: string, isWanted: (name: string) => boolean): Promise<HostResult<IdentifiedFolder>>;
  /** The target of a link, as written in it. */
  readLink(path: string): HostResult<string>;
  /** Does not follow a link in the last step. */
  entry(path: string): HostResult<EntryFacts>;
  /** Names in a folder, unsorted: all, or those with one of the endings, which is faster in a folder with very many. */
  list(path: string, endings?: readonly string[]): HostResult<readonly string[]>;
  /** Whether the last name of the path is a link, whatever its target. */
  isLink(path: string): boolean;
  /** The path without links and without `.` or `..`; the file must exist. */
  realPath(path: string): HostResult<string>;
  /** Makes the folder and its parents; returns those that did not exist before, outermost first. */
  makeFolders(path: string, mode?: FileMode): HostResult<readonly string[]>;
  /** A part for a file's name that is unique and cannot be guessed. */
  uniqueName(): string;
  /**
   * Gives the content of a small plain file to `change`, and writes what that returns over it; false where that is not possible, because it
   * has another size, or is undefined. undefined, and `change` was not called, where the file is another one, is a link or has several names,
   * or the system does not offer it. After a power cut the file can have parts of both contents.
   */
  overwrite(path: string, change: (bytes: Uint8Array) => Uint8Array | undefined): boolean | undefined;
  /** Creates a file; fails where one exists. */
  createNew(path: string, mode?: FileMode): HostResult<WritableFile>;
  /**
   * Appends the bytes to a file; creates it in its folder where it is missing. Opens plain files only,
   * because opening a pipe waits for its reader.
   */
  append(path: string, bytes: Uint8Array, mode?: FileMode): HostResult<void>;
  /** The same in steps, so that what was appended can be made durable. */
  openForAppending(path: string, mode?: FileMode): HostResult<WritableFile>;
  /** Opens a plain file. Opening a pipe would block the thread until somebody writes to it. */
  openForReading(path: string): HostResult<ReadableFile>;
  /** Gives a file a second name in the same file system; fails where something has that name, and where files have one name only. */
  addName(path: string, name: string): HostResult<void>;
  /** Replaces `to` in one step. */
  rename(from: string, to: string): HostResult<void>;
  /** Makes the names in a folder durable; has no effect on systems that cannot (Windows). */
  syncFolder(path: string): HostResult<void>;
  /** The same in another thread, so that several of them wait for the disk together. */
  syncFolderBeside(path: string): Promise<HostResult<void>>;
  /**
   * Makes files and folders of one file system durable, those that still exist. Where the system can do that for all of its file system in
   * one step, and little else waits to be written there, many of them are synced in that step.
   */
  syncAll(paths: readonly string[]): HostResult<void>;
  /** The same in other threads. */
  syncAllBeside(paths: readonly string[]): Promise<HostResult<void>>;
  /**
   * Lets the system write what waits for the disk on which this folder is, in another thread, so that a later `syncAllBeside` has less to wait
   * for; where the system has one call for that. Nothing is sure afterwards; but false where something could not be written, which no later
   * sync may tell.
   */
  writeAheadBeside(folder: string): Promise<boolean>;
  remove(path: string): HostResult<void>;
  /** For a disk that may not answer. */
  readonly beside: FilesBeside;
  /** The note of the lock's holder; not_found where there is none. Works while the lock is held. */
  lockNote(path: string): HostResult<Uint8Array>;
  /**
   * Takes a kernel lock on a file, never on the target of a link; `release` or the end of this process frees
   * it. "held" where somebody else has it. `create`: "new" must not exist yet, "if_missing" makes it, "never"
   * fails with not_found.
   */
  tryLock(
    path: string,
    options: { readonly exclusive: boolean; readonly create: "new" | "if_missing" | "never" },
  ): HostResult<FileLock | "held">;
  /**
   * Whether the file system of a folder supports locks: asked once per folder and process, within a bound.
   * Where it does not, `tryLock` fails with "no_locks" from then on, without asking a system that would not
   * answer.
   */
  lockSupport(folder: string): Promise<LockSupport>;
  /** Bytes available to this user on the file system of the path; undefined where unknown. */
  freeBytes(path: string): number | undefined;
  /**
   * Calls `hear` for each change in the places, until the returned watch is closed; a problem is reported
   * last. Reading is no change. The system joins and reorders changes that come together; for entries in a
   * new folder it may report the folder alone, and for a name that came and went only that it went, more than
   * once. The receiver therefore has to look. `choose` says which folders below a deep place are wanted,
   * where the system watches each folder separately.
   */
  watch(
    places: readonly WatchedPlace[],
    hear: (change: HostResult<FileChange>) => void,
    choose?: ChooseFolders,
  ): Promise<HostResult<FileWatch>>;
}

/** Which of several folders to watch, including their content; several are asked at once. */
export type ChooseFolders = (folders: readonly string[]) => Promise<ReadonlySet<string>>;

export interface WatchedPlace {
  /** An existing folder, without links in its path. When it is removed, nothing more is reported. */
  readonly folder: string;
  /** Includes all folders below it, except links to folders. No other place may lie inside a deep one. */
  readonly deep: boolean;
}

export interface FileChange {
  /**
   * "made": it now exists under this name; also used where the system lost count, then for the folder of the
   * place. "removed": the name is gone; for a place, also where it was renamed. "unheard": a folder that
   * cannot be read and is not watched.
   */
  readonly kind: "made" | "changed" | "removed" | "unheard";
  /** Absolute. */
  readonly path: string;
}

export interface FileWatch {
  /** Nothing is reported after this call. Resolves when the system holds nothing of the watch any more. */
  close(): Promise<void>;
}

/**
 * Files on a disk that may not answer, such as one of a network: each call waits in another thread, so that its caller can stop
 * waiting. A call that nobody waits for any more can still take effect.
 */
export interface FilesBeside {
  /** Names in a folder, unsorted. */
  list(path: string): Promise<HostResult<readonly string[]>>;
  /** What a plain file has from an offset on, of at most `maxBytes`; empty at its end. The file is opened anew for each call. */
  readPart(path: string, offsetBytes: number, maxBytes: number): Promise<HostResult<Uint8Array>>;
  /** Creates a private file with this content, durably; fails where one exists. */
  createNew(path: string, bytes: Uint8Array): Promise<HostResult<void>>;
  /** Makes the private folder and its parents, where they do not exist. */
  makeFolders(path: string): Promise<HostResult<void>>;
  remove(path: string): Promise<HostResult<void>>;
}

export interface WritableFile {
  /** Appends all of the bytes to the file. */
  write(bytes: Uint8Array): HostResult<void>;
  /** The same in another thread; the bytes and the file must not be touched until the promise resolves. */
  writeBeside(bytes: Uint8Array): Promise<HostResult<void>>;
  sync(): HostResult<void>;
  /** The same in another thread; the file must not be touched until the promise resolves. */
  syncBeside(): Promise<HostResult<void>>;
  close(): void;
}

export interface ReadableFile {
  /** Fills the start of `into`; 0 at the end of the file. */
  read(into: Uint8Array): HostResult<number>;
  seek(offsetBytes: number): void;
  close(): void;
}

export interface FileLock {
  /** Replaces the text that `lockNote` returns, for people who ask who holds the lock. */
  note(text: string): void;
  release(): void;
}

/**
 * Paths in the form of the host's system, which for the fake host can differ from the system that runs the
 * tests.
 */
export interface Paths {
  join(...parts: string[]): string;
  dirname(path: string): string;
  basename(path: string): string;
  isAbsolute(path: string): boolean;
  /** Made absolute against the given folders, from right to left. */
  resolve(...parts: string[]): string;
  relative(from: string, to: string): string;
}

export interface Clock {
  /** Milliseconds since the epoch. People and NTP can set it back. */
  nowMs(): number;
  /** Milliseconds on a clock that never goes back. */
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
  /** In lower case. */
  readonly hex: string;
}

export interface Digests {
  /** For data in memory. Lower-case hex. */
  sha256(bytes: Uint8Array): Promise<string>;
  /** HMAC-SHA-256 (RFC 2104) of data in memory. Lower-case hex. */
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Promise<string>;
  /** For streams. Loads its library at the first call. */
  open(algorithm: DigestAlgorithm): Promise<StreamDigest>;
  /**
   * The digest of a whole file; a large one does not block the thread. Several at a time use several
   * processors.
   */
  ofFile(path: string, algorithm: DigestAlgorithm): Promise<HostResult<FileDigest>>;
  /** 128 random bits as hex. */
  randomToken(): string;
}

/** Keys and signatures of Ed25519 (RFC 8032). A private key is in PKCS #8 (RFC 8410), a public key its 32 bytes. */
export interface Signing {
  makeKey(): Promise<Uint8Array>;
  /** undefined where the bytes are no private key of this kind. */
  publicKeyOf(privateKey: Uint8Array): Promise<Uint8Array | undefined>;
  /** 64 bytes, always the same for the same key and bytes. */
  sign(privateKey: Uint8Array, bytes: Uint8Array): Promise<Uint8Array>;
  /** False also where the key or the signature cannot be one. */
  verify(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>;
}

export interface StreamDigest {
  update(bytes: Uint8Array): void;
  /** Lower-case hex; the digest cannot be used afterwards. */
  hex(): string;
}

export interface Terminal {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** stdout and stderr are the same file, so that their order can be seen. */
  readonly sharedOutput: boolean;
  /**
   * Our process group is in the terminal's foreground, not behind a shell ("&", "bg"). True on systems
   * without that (Windows), false where it is unknown.
   */
  isForeground(): Promise<boolean>;
  /**
   * Whether standard input is our terminal while a shell in front of us ("&", "bg") owns it: reading would take
   * what is typed for the shell. False where that cannot be known.
   */
  inputIsTheShells(): boolean;
  /**
   * Remembers the terminal's modes (raw, echo and others) and returns a function that restores them;
   * undefined: there is no terminal.
   */
  keepModes(): (() => void) | undefined;
  /**
   * Until the returned function is called, each key is delivered at once and not echoed, except keys that send signals;
   * undefined: stdin is no terminal.
   */
  takeKeys(): (() => void) | undefined;
  /** Calls the handler when the window has another size; on Windows, which does not tell, a moment later. */
  onResize(handler: () => void): () => void;
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
  /** The same for lines. */
  readonly rows: number | undefined;
  /** It is the null device, so nobody sees what is written. False where that is unknown (Windows). */
  readonly isDiscarded: boolean;
  /**
   * Writes all of the bytes. Waits while the reader does not read, without blocking the thread: timers and
   * signals continue. `closed` when the reader has gone.
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
  /** The runtime's version, as in "deno 2.9.6". */
  readonly runtime: string;
  /** The program is an executable that contains the runtime. */
  readonly isCompiled: boolean;
  /** How many processors this process may use; at least 1. */
  readonly processors: number;
  /**
   * What the process that started us with `startAgain` handed over; undefined in every other process. It is not among
   * the variables.
   */
  readonly handedOver: string | undefined;
  get(name: string): string | undefined;
  all(): Readonly<Record<string, string>>;
  /**
   * Names of variables and arguments of this call that are not text, with their bytes as escapes. Such
   * arguments arrive changed. Empty where unknown.
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
 * A process that does not handle these signals dies from them, and what it started would be left alone. The
 * runtime ignores SIGPIPE; SIGUSR1 has to be ignored (posix_dispositions.ts); SIGILL, SIGTRAP, SIGBUS,
 * SIGFPE, SIGSEGV and SIGSYS report our own faults, after which nothing can continue.
 */
export const DEADLY_SIGNALS = [
  ...["SIGABRT", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU"] as const,
  ...["SIGIO", "SIGPWR", "SIGSTKFLT"] as const,
] as const;

export type ReceivedSignal = StopSignal | (typeof DEADLY_SIGNALS)[number];

export interface Signals {
  /**
   * Calls the handler for each signal that would end this process, until the returned function is called.
   * Signals that were ignored when this process was started stay ignored. From the first call on, a file that
   * grows larger than the system allows is a failed write.
   */
  onStop(handler: (signal: ReceivedSignal) => void): () => void;
  /**
   * For Ctrl-Z: `suspend` is called before this process stops, `resume` when it continues. Never on Windows,
   * which has no such signal.
   */
  onSuspend(handlers: { suspend(): Promise<void>; resume(): Promise<void> }): () => void;
  /**
   * Stops our process group, as the system stops a background group that reads the terminal. Returns when it
   * continues (`fg`, `bg`); listeners of `onSuspend` are called as for Ctrl-Z. False where it was not stopped,
   * because nobody could continue it.
   */
  stopAsReader(): Promise<boolean>;
  /** Calls the handler for an error that nobody caught, instead of ending the process. */
  onUncaught(handler: (error: unknown) => void): () => void;
}

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
