/** Reads the facts about processes under /proc on Linux. Knows processes by pid alone. */

import { attempt, problemOf } from "./deno_problem.ts";
import { pause } from "./deno_pause.ts";
import { linuxCalls, openedLinuxCalls } from "./posix_calls.ts";
import { O_CLOEXEC } from "./linux_open_flags.ts";
import { startsKind } from "./program_format.ts";
import { parseStatLine, type TableEntry } from "./process_table.ts";

/** The folder where kinds of programs are registered. Source: kernel documentation, binfmt_misc. */
const KINDS = "/proc/sys/fs/binfmt_misc";
/** More than the list of children of most processes; a longer one is read again. */
const LIST_BYTES = 4096;

/**
 * All living processes; undefined where the system does not show them: no /proc, an empty one, one of another
 * pid namespace, or no file descriptor to read it with. A process that starts and ends others quickly can be
 * missing.
 */
export function readProcTable(): readonly TableEntry[] | undefined {
  if (!showsOurPids()) return undefined;
  try {
    const living: TableEntry[] = [];
    let isOurs = false;
    for (const { name } of Deno.readDirSync("/proc")) {
      const first = name.charCodeAt(0);
      if (first < 48 || first > 57) continue;
      const entry = readStat(name);
      if (entry === undefined) continue;
      isOurs ||= entry.pid === Deno.pid;
      if (entry.state !== "Z" && entry.state !== "X") living.push(entry);
    }
    return isOurs ? living : undefined;
  } catch (error) {
    problemOf(error);
    return undefined;
  }
}

let shownPids: boolean | undefined;

/** /proc can be missing, or show the pids of another namespace, where our signals would reach strangers. */
export function showsOurPids(): boolean {
  if (shownPids === undefined) {
    const self = attempt(() => Deno.readLinkSync("/proc/self"));
    shownPids = self.ok && self.value === String(Deno.pid);
  }
  return shownPids;
}

/** One process; undefined where it does not exist. Throws where that cannot be known. */
export function readStat(pid: number | string): ReturnType<typeof parseStatLine> {
  const text = readProcFile(`/proc/${pid}/stat`, readLine);
  return text === undefined ? undefined : parseStatLine(text);
}

/** One process; undefined where it does not exist, and where nothing about it can be known. */
export function knownStat(pid: number): ReturnType<typeof parseStatLine> {
  if (!showsOurPids()) return undefined;
  const stat = attempt(() => readStat(pid));
  return stat.ok ? stat.value : undefined;
}

/**
 * The list of our own children, adopted ones included, which the kernel keeps in one part per thread: orphans
 * go to the main thread, others stay with the thread that started them. The parts are kept open, so that they
 * can be read when no file descriptor is left. A new child is appended to a part, and leaves it when it is
 * waited for; because nobody waits while we read, none is missed. Source: proc_tid_children(5), and
 * find_new_reaper in kernel/exit.c.
 */
export class OwnChildren {
  #parts: number[];

  private constructor(main: number) {
    this.#parts = [main];
  }

  /** undefined where the system does not list children. */
  static open(): OwnChildren | undefined {
    if (!showsOurPids()) return undefined;
    const main = openPart(Deno.pid);
    return main === undefined ? undefined : new OwnChildren(main);
  }

  /** All children, including those that have ended and were not waited for. */
  read(): readonly number[] {
    const pids: number[] = [];
    for (const part of this.#parts) addPids(part, pids);
    return pids;
  }

  /** Makes sure that the part of the thread that started this process is read, too. */
  cover(pid: number): void {
    if (this.read().includes(pid)) return;
    // A thread that has ended passed its children to another one.
    this.#parts = this.#parts.filter((part) => {
      const isThere = addPids(part, []);
      if (!isThere) close(part);
      return isThere;
    });
    for (const part of openParts()) {
      const pids: number[] = [];
      addPids(part, pids);
      if (pids.includes(pid)) this.#parts.push(part);
      else close(part);
    }
  }

  /** The same, from all threads. */
  readEverywhere(): readonly number[] {
    const parts = openParts();
    const pids = [...this.read()];
    for (const part of parts) {
      addPids(part, pids);
      close(part);
    }
    return [...new Set(pids)];
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const listBytes = new Uint8Array(LIST_BYTES);
/** A line has 52 numbers of at most 20 digits, and a name of at most 64 bytes. */
const lineBytes = new Uint8Array(LIST_BYTES);
const NUMBER_BYTES = 64;
/** Fields 23, 50 and 51 of the line, counted from the one after the name. */
const SIZE_AT = 20, ENVIRONMENT_AT = 47;
const SPACE = 32;
const ZERO = 48;

/** The part of one thread. Opened and read with the system's own calls, because it is read again and again. */
function openPart(threadId: number | string): number | undefined {
  const path = encoder.encode(`/proc/self/task/${threadId}/children\0`);
  const descriptor = linuxCalls()?.open(path, O_CLOEXEC) ?? -1;
  return descriptor < 0 ? undefined : descriptor;
}

function close(part: number): void {
  linuxCalls()?.close(part);
}

/** The parts of all threads, as far as they can be opened. */
function openParts(): readonly number[] {
  const threads = attempt(() => [...Deno.readDirSync("/proc/self/task")]);
  return threads.ok ? threads.value.flatMap(({ name }) => openPart(name) ?? []) : [];
}

/** Numbers with a space after each; false where the thread has ended. */
function addPids(part: number, pids: number[]): boolean {
  let pid = 0;
  for (let offset = 0;;) {
    const size = Number(linuxCalls()?.pread(part, listBytes, BigInt(LIST_BYTES), BigInt(offset)) ?? -1);
    if (size < 0) return false;
    for (let index = 0; index < size; index++) {
      const byte = listBytes[index]!;
      if (byte !== SPACE) pid = pid * 10 + byte - ZERO;
      else {
        pids.push(pid);
        pid = 0;
      }
    }
    // The kernel stops early only where the next number might not fit.
    if (size < LIST_BYTES - NUMBER_BYTES) return true;
    offset += size;
  }
}

let bootId: string | null | undefined;

/** Changes with every start of the system; null where the system does not show it. */
export function readBootId(): string | null {
  bootId ??= readProcFile("/proc/sys/kernel/random/boot_id")?.trim() ?? null;
  return bootId;
}

let pidNamespace: number | null | undefined;

/**
 * The namespace of the pids that we see; null where the system does not show it. Source: pid_namespaces(7),
 * namespaces(7).
 */
export function readPidNamespace(): number | null {
  if (pidNamespace === undefined) {
    const link = attempt(() => Deno.readLinkSync("/proc/self/ns/pid"));
    const inode = link.ok ? /^pid:\[(\d+)\]$/.exec(link.value)?.[1] : undefined;
    pidNamespace = inode === undefined ? null : Number(inode);
  }
  return pidNamespace;
}

/**
 * Whether the token is one of the comma-separated elements of the marker's variable in the initial
 * environment of a process. False where that is not readable for us.
 */
export function carriesToken(
  pid: number,
  marker: { readonly variable: string; readonly token: string },
): boolean {
  return initialVariables(pid, marker.variable).some((value) => value.split(",").includes(marker.token));
}

/** The values of a variable in the initial environment of a process; empty where that is not readable for us. */
export function initialVariables(pid: number, name: string): readonly string[] {
  const start = `${name}=`;
  return environmentOf(pid).split("\0").filter((pair) => pair.startsWith(start)).map((pair) =>
    pair.slice(start.length)
  );
}

/** A program has begun long before, unless the machine has no time for it. */
const MOST_PAUSES = 100;
const MOST_LOOKS = 1000;
const PAUSE_MS = 1;
/** So often in a row it must seem that a process has no environment, which is so for an instant as well before it has one. */
const ENOUGH_LOOKS = 3;

/** Empty where it is not readable for us. */
function environmentOf(pid: number): string {
  let emptyLooks = 0;
  let pauses = 0;
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const environ = attempt(() => readProcFile(`/proc/${pid}/environ`, readEnvironment));
    if (!environ.ok || environ.value === undefined) return "";
    if (environ.value !== "") return environ.value;
    const state = environmentState(pid);
    emptyLooks = state === "empty" ? emptyLooks + 1 : 0;
    if (state === "none" || emptyLooks === ENOUGH_LOOKS || pauses === MOST_PAUSES) return "";
    // A program that begins in between has it at the next look.
    if (state === "there") continue;
    pauses++;
    // Nothing else may run meanwhile, because it could take the process for a stranger.
    pause(PAUSE_MS);
  }
  return "";
}

/**
 * Why a process shows no environment: it has no memory ("none"), is about to begin a program, as long as the place of its environment is 0
 * ("becoming"), has an empty one ("empty"), or has begun another program since ("there"). Source: the fields vsize, env_start and env_end in
 * proc_pid_stat(5), and create_elf_tables in fs/binfmt_elf.c.
 */
function environmentState(pid: number): "none" | "becoming" | "empty" | "there" {
  const line = attempt(() => readProcFile(`/proc/${pid}/stat`, readLine));
  if (!line.ok || line.value === undefined) return "none";
  const fields = line.value.slice(line.value.lastIndexOf(")") + 2).trimEnd().split(" ");
  const [start, end] = fields.slice(ENVIRONMENT_AT);
  if (fields[SIZE_AT] === "0" || end === undefined) return "none";
  return end === "0" || start === "0" ? "becoming" : start === end ? "empty" : "there";
}

const environmentBytes = new Uint8Array(128 * 1024);

/** In one piece as far as it fits: the rest of what was begun is gone as soon as the process begins another program. */
function readEnvironment(path: string): string {
  const file = Deno.openSync(path);
  try {
    let text = "";
    const pieces = new TextDecoder();
    for (;;) {
      const size = file.readSync(environmentBytes) ?? 0;
      text += pieces.decode(environmentBytes.subarray(0, size), { stream: true });
      if (size < environmentBytes.length) return text;
    }
  } finally {
    file.close();
  }
}

/** The system has been told how to start such a file, by its first bytes or by its name. */
export function startsForeignKind(head: Uint8Array, path: string): boolean {
  try {
    for (const { name } of Deno.readDirSync(KINDS)) {
      if (name === "register" || name === "status") continue;
      if (startsKind(Deno.readTextFileSync(`${KINDS}/${name}`), head, path)) return true;
    }
  } catch {
    // Not mounted: nothing is registered.
  }
  return false;
}

/**
 * undefined for a process that has ended meanwhile, and for one whose facts are not readable for us. Throws
 * where the reading itself failed, which says nothing about the process.
 */
function readProcFile(
  path: string,
  read: (path: string) => string = Deno.readTextFileSync,
): string | undefined {
  try {
    return read(path);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The kernel makes a line of statistics at once, so one read gives it all, where the runtime would read it in six pieces. */
function readLine(path: string): string {
  const quick = readQuickly(path);
  if (quick !== undefined) return quick;
  const file = Deno.openSync(path);
  try {
    const size = file.readSync(lineBytes) ?? 0;
    return decoder.decode(lineBytes.subarray(0, size));
  } finally {
    file.close();
  }
}

/** By the system's own calls, which a process with children has opened. undefined where the runtime has to say why that is not possible. */
function readQuickly(path: string): string | undefined {
  const calls = openedLinuxCalls();
  const descriptor = calls?.open(encoder.encode(`${path}\0`), O_CLOEXEC) ?? -1;
  if (calls === undefined || descriptor < 0) return undefined;
  const size = Number(calls.read(descriptor, lineBytes, BigInt(LIST_BYTES)));
  calls.close(descriptor);
  return size > 0 ? decoder.decode(lineBytes.subarray(0, size)) : undefined;
}

function isGone(error: unknown): boolean {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return true;
  // ESRCH: the process ended between opening its file and reading it.
  return error instanceof Error && /\(os error 3\)/.test(error.message);
}
