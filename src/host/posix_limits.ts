/**
 * How many files a process may have open. The runtime raises its own soft limit at the start, and its
 * children would inherit that; programs that loop over all possible descriptors then take seconds. Linux and
 * macOS.
 */

import { attempt } from "./deno_problem.ts";
import { O_CLOEXEC } from "./linux_open_flags.ts";
import { darwinCalls, linuxCalls } from "./posix_calls.ts";

/** Two 64-bit words, the soft limit first. Source: getrlimit(2). */
const LINUX_NOFILE = 7;
const DARWIN_NOFILE = 8;
const SELF = 0;
const HERE = new TextEncoder().encode("/\0");

interface Limits {
  readonly soft: bigint;
  readonly hard: bigint;
}

/** More files than we open while a process is started. */
const SPARE_FILES = 256;

let told: bigint | undefined;

/** A launcher knows the caller's soft limit, because it ran before the runtime. */
export function setCallerSoftLimit(words: string): void {
  told = /^\d+$/.test(words) ? BigInt(words) : undefined;
}

/** Starts a process that has the caller's soft limit from its first moment. */
export function withCallersLimit<Child extends { readonly pid: number } | undefined>(
  start: () => Child,
): Child {
  const now = limitsNow();
  const soft = now === undefined ? undefined : callersSoftLimit(now);
  if (now === undefined || soft === undefined || soft >= now.soft) return start();
  const lowered = { soft, hard: now.hard };
  if (!setLimits(SELF, lowered)) return start();
  try {
    return start();
  } catch (error) {
    // We have more files open than the caller's limit allows, so it is lowered a moment after the start.
    if (!(error instanceof Error && "code" in error && error.code === "EMFILE")) throw error;
  } finally {
    setLimits(SELF, now);
  }
  const child = start();
  if (child !== undefined) setLimits(child.pid, lowered);
  return child;
}

/**
 * The same for a start that another thread waits for. Meanwhile the lower limit is also ours, so it is not lowered while we have nearly as
 * many files open; undefined then, and where the start itself is not possible.
 */
export async function withCallersLimitBeside<Child>(
  start: () => Promise<Child | undefined>,
): Promise<Child | undefined> {
  const now = limitsNow();
  const soft = now === undefined ? undefined : callersSoftLimit(now);
  if (now === undefined || soft === undefined || soft >= now.soft) return await start();
  if (BigInt(nextDescriptor() + SPARE_FILES) >= soft) return undefined;
  if (!setLimits(SELF, { soft, hard: now.hard })) return undefined;
  try {
    return await start();
  } finally {
    setLimits(SELF, now);
  }
}

/**
 * The limit from the launcher; otherwise the one of our parent, where it has the same hard limit. undefined
 * where neither is known.
 */
function callersSoftLimit({ hard }: Limits): bigint | undefined {
  if (told !== undefined || Deno.build.os !== "linux") return told;
  const text = attempt(() => Deno.readTextFileSync(`/proc/${Deno.ppid}/limits`));
  const [, soft, parentsHard] = text.ok ? /^Max open files\s+(\d+)\s+(\d+)/m.exec(text.value) ?? [] : [];
  return soft !== undefined && BigInt(parentsHard!) === hard ? BigInt(soft) : undefined;
}

/** The number of the next file that we open; about as many are open. */
function nextDescriptor(): number {
  const calls = linuxCalls();
  const descriptor = calls?.open(HERE, O_CLOEXEC) ?? -1;
  if (descriptor < 0) return Number.MAX_SAFE_INTEGER - SPARE_FILES;
  calls!.close(descriptor);
  return descriptor;
}

function limitsNow(): Limits | undefined {
  const words = new BigUint64Array(2);
  const asked = linuxCalls()?.prlimit(SELF, LINUX_NOFILE, null, words) ??
    darwinCalls()?.getrlimit(DARWIN_NOFILE, words);
  return asked === 0 ? { soft: words[0]!, hard: words[1]! } : undefined;
}

function setLimits(pid: number, { soft, hard }: Limits): boolean {
  const words = new BigUint64Array([soft, hard]);
  const linux = linuxCalls();
  if (linux !== undefined) return linux.prlimit(pid, LINUX_NOFILE, words, null) === 0;
  // macOS cannot change the limits of another process.
  return pid === SELF && darwinCalls()?.setrlimit(DARWIN_NOFILE, words) === 0;
}
