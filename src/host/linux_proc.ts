/** Reads the facts about processes under /proc on Linux. Knows processes by pid alone. */

import { attempt, problemOf } from "./deno_problem.ts";
import { openedLinuxCalls } from "./posix_calls.ts";
import { O_CLOEXEC } from "./linux_open_flags.ts";
import { startsKind } from "./program_format.ts";
import { parseStatLine, type TableEntry } from "./process_table.ts";

/** The folder where kinds of programs are registered. Source: kernel documentation, binfmt_misc. */
const KINDS = "/proc/sys/fs/binfmt_misc";
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

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** A line has 52 numbers of at most 20 digits, and a name of at most 64 bytes. */
const LINE_BYTES = 4096;
const lineBytes = new Uint8Array(LINE_BYTES);

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
export function readProcFile(
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
export function readLine(path: string): string {
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
  const size = Number(calls.read(descriptor, lineBytes, BigInt(LINE_BYTES)));
  calls.close(descriptor);
  return size > 0 ? decoder.decode(lineBytes.subarray(0, size)) : undefined;
}

function isGone(error: unknown): boolean {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return true;
  // ESRCH: the process ended between opening its file and reading it.
  return error instanceof Error && /\(os error 3\)/.test(error.message);
}
