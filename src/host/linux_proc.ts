/** What Linux shows under /proc, and the one call that makes orphans of our children our own children. */

import { parseStatLine, type TableEntry } from "./process_table.ts";

const PR_SET_CHILD_SUBREAPER = 36;
const WNOHANG = 1;

const CALLS = {
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" },
} as const;

let libc: Deno.DynamicLibrary<typeof CALLS> | "unavailable" | undefined;

/**
 * Makes this process the parent of every orphan among its descendants, so that nothing that a job starts can leave our
 * sight, whatever it does to its session, group or environment. Source: prctl(2), PR_SET_CHILD_SUBREAPER.
 * Says whether it worked; without it, members are found by session, parentage and environment alone.
 */
export function adoptOrphans(): boolean {
  if (libc === undefined) {
    try {
      libc = Deno.dlopen("libc.so.6", CALLS);
      if (libc.symbols.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n) !== 0) libc = "unavailable";
    } catch {
      // A system with another C library, or a policy against loading one.
      libc = "unavailable";
    }
  }
  return libc !== "unavailable";
}

/** Takes leave of an adopted process that has ended. Never called for a child that the runtime itself waits for. */
export function reap(pid: number): void {
  if (libc !== undefined && libc !== "unavailable") libc.symbols.waitpid(pid, null, WNOHANG);
}

/** All processes, and the zombies among our own children apart from them. */
export function readProcTable(ownPid: number): {
  readonly living: readonly TableEntry[];
  readonly zombieChildren: readonly number[];
} {
  const living: TableEntry[] = [];
  const zombieChildren: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const first = name.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const entry = readStat(name);
    if (entry === undefined) continue;
    if (entry.state !== "Z" && entry.state !== "X") living.push(entry);
    else if (entry.parentPid === ownPid) zombieChildren.push(entry.pid);
  }
  return { living, zombieChildren };
}

/** One process; undefined where there is none. */
export function readStat(pid: number | string): ReturnType<typeof parseStatLine> {
  const text = readProcFile(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStatLine(text);
}

/**
 * Whether this process has no child at all, neither its own nor adopted. As the parent of every orphan below it, it then has
 * no descendant either, which is known without a look at all processes. undefined where the system does not tell.
 * Source: proc_tid_children(5); what may be left out of a list is what stands behind its first entry.
 */
export function hasNoChildren(): boolean | undefined {
  try {
    for (const { name } of Deno.readDirSync("/proc/self/task")) {
      const children = readProcFile(`/proc/self/task/${name}/children`);
      if (children === undefined) return undefined;
      if (children !== "") return false;
    }
    return true;
  } catch {
    // A system that hides /proc.
    return undefined;
  }
}

/** The children that the main thread of a process has, adopted ones among them; none where the system does not list them. */
export function readChildren(pid: number): readonly number[] {
  const text = readProcFile(`/proc/${pid}/task/${pid}/children`)?.trim() ?? "";
  return text === "" ? [] : text.split(" ").map(Number);
}

let bootId: string | null | undefined;

/** Changes with every start of the system; null where the system does not show it. */
export function readBootId(): string | null {
  bootId ??= readProcFile("/proc/sys/kernel/random/boot_id")?.trim() ?? null;
  return bootId;
}

/** A variable in the environment that a process was started with; undefined where it is not there, or not ours to read. */
export function environmentVariable(pid: number, name: string): string | undefined {
  const start = `${name}=`;
  const pair = readProcFile(`/proc/${pid}/environ`)?.split("\0").find((candidate) =>
    candidate.startsWith(start)
  );
  return pair?.slice(start.length);
}

/** Whether the token is among the comma-separated elements of the marker's variable in a process's environment. */
export function carriesToken(
  pid: number,
  marker: { readonly variable: string; readonly token: string },
): boolean {
  return environmentVariable(pid, marker.variable)?.split(",").includes(marker.token) ?? false;
}

/** The system starts files of further kinds, which were registered with it. Source: kernel documentation, binfmt_misc. */
export function runsForeignKinds(): boolean {
  try {
    for (const { name } of Deno.readDirSync("/proc/sys/fs/binfmt_misc")) {
      if (name !== "register" && name !== "status") return true;
    }
  } catch {
    // Not mounted: nothing is registered.
  }
  return false;
}

/** undefined for a process that has gone in between, and for one whose facts are not ours to read. */
function readProcFile(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
