/** Lists the processes that this one has started or adopted, on Linux. Knows processes by pid alone. */

import { attempt } from "./deno_problem.ts";
import { linuxCalls } from "./posix_calls.ts";
import { O_CLOEXEC } from "./linux_open_flags.ts";
import { showsOurPids } from "./linux_proc.ts";

/** More than the list of children of most processes; a longer one is read again. */
const LIST_BYTES = 4096;
const NUMBER_BYTES = 64;
const SPACE = 32;
const ZERO = 48;

const encoder = new TextEncoder();
const listBytes = new Uint8Array(LIST_BYTES);

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
