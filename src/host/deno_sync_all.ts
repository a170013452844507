/**
 * Many files and folders made durable at once. On Linux one system call does that for a whole file system: a thousand small files and their
 * folders take 16 ms instead of the 0.2 ms that each of them takes by itself. It also waits for what others have written there.
 */

import type { OperatingSystem } from "./environment.ts";
import type { HostResult } from "./host_result.ts";
import { attempt, attemptBeside } from "./deno_problem.ts";
import { O_CLOEXEC, O_NONBLOCK } from "./linux_open_flags.ts";
import { linuxCalls } from "./posix_calls.ts";

/** With fewer, each by itself is as quick, and nothing of others is waited for. */
const MANY = 32;
/** A disk writes this in a moment, and for each file that is synced by itself as much again. */
const MOMENT_KIB = 64 * 1024;
const EACH_KIB = 100;
/** More threads than a disk has use for. */
const AT_ONCE = 8;
/** Before, the call did not say that something could not be written. Source: syncfs(2). */
const SYNCFS_SINCE = [5, 8] as const;
/**
 * ext2 to ext4, XFS, Btrfs, F2FS, ZFS, bcachefs, tmpfs, and overlays of these. FUSE is not among them: its servers are asked to sync by
 * fsync(2) alone. Source: linux/magic.h; fuse_sync_fs() of the kernel.
 */
const SYNCED_WHOLE = new Set([
  0xef53,
  0x58465342,
  0x9123683e,
  0xf2f52010,
  0x2fc12fc1,
  0xca451a4e,
  0x01021994,
  0x794c7630,
]);
/** Longer than a `struct statfs`, which begins with the type. */
const STATFS_BYTES = 256;

export function syncAll(os: OperatingSystem, paths: readonly string[]): HostResult<void> {
  if (syncsFileSystem(os, paths)) {
    const synced = onFileSystem(paths[0]!, (descriptor) => linuxCalls()!.syncfs(descriptor) === 0);
    if (synced === true) return DONE;
  }
  for (const path of paths) {
    const file = openAny(os, path);
    if (file === "gone") continue;
    if (!file.ok) return file;
    const synced = attempt(() => file.value.syncSync());
    file.value.close();
    if (!synced.ok) return synced;
  }
  return DONE;
}

export async function syncAllBeside(
  os: OperatingSystem,
  paths: readonly string[],
): Promise<HostResult<void>> {
  if (syncsFileSystem(os, paths)) {
    const { syncfsBeside } = linuxCalls()!;
    const synced = await onFileSystem(paths[0]!, async (descriptor) => await syncfsBeside(descriptor) === 0);
    if (synced === true) return DONE;
  }
  let failed: HostResult<void> | undefined;
  const left = paths.values();
  const syncLeft = async () => {
    for (const path of left) {
      if (failed !== undefined) return;
      const file = openAny(os, path);
      if (file === "gone") continue;
      const synced = file.ok ? await attemptBeside(() => file.value.sync()) : file;
      if (file.ok) file.value.close();
      if (!synced.ok) failed = synced;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, syncLeft));
  return failed ?? DONE;
}

/** As in Files. */
export async function writeAheadBeside(os: OperatingSystem, folder: string): Promise<boolean> {
  if (os !== "linux" || linuxCalls() === undefined || waitingKib() > MOMENT_KIB) return true;
  const { syncfsBeside } = linuxCalls()!;
  return await onFileSystem(folder, async (descriptor) => await syncfsBeside(descriptor) === 0) ?? true;
}

const DONE: HostResult<void> = { ok: true, value: undefined };

function syncsFileSystem(os: OperatingSystem, paths: readonly string[]): boolean {
  return os === "linux" && paths.length >= MANY && linuxCalls() !== undefined && isSyncfsHonest() &&
    waitingKib() <= MOMENT_KIB + paths.length * EACH_KIB;
}

function isSyncfsHonest(): boolean {
  const [major = 0, minor = 0] = Deno.osRelease().split(".").map((part) => Number.parseInt(part));
  return major > SYNCFS_SINCE[0] || (major === SYNCFS_SINCE[0] && minor >= SYNCFS_SINCE[1]);
}

function isSyncedWhole(descriptor: number): boolean {
  const facts = new BigUint64Array(STATFS_BYTES / 8);
  return linuxCalls()!.fstatfs(descriptor, facts) === 0 && SYNCED_WHOLE.has(Number(facts[0]));
}

/** How much of what programs have written has still to reach the disks. Source: proc_meminfo(5). */
function waitingKib(): number {
  const facts = attempt(() => Deno.readTextFileSync("/proc/meminfo"));
  const text = facts.ok ? facts.value : "";
  const waiting = [...text.matchAll(/^(?:Dirty|Writeback): +(\d+) kB$/gm)].map(([, kib]) => Number(kib));
  return waiting.length === 2 ? waiting[0]! + waiting[1]! : Infinity;
}

function onFileSystem<T>(path: string, use: (descriptor: number) => T): T | undefined {
  const calls = linuxCalls()!;
  const descriptor = calls.open(new TextEncoder().encode(`${path}\0`), O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return undefined;
  const close = () => void calls.close(descriptor);
  if (!isSyncedWhole(descriptor)) {
    close();
    return undefined;
  }
  const used = use(descriptor);
  if (used instanceof Promise) used.then(close, close);
  else close();
  return used;
}

/** A folder, or a file; Windows has no way to sync the names in a folder, and syncs only files that are open for writing. */
function openAny(os: OperatingSystem, path: string): HostResult<Deno.FsFile> | "gone" {
  const facts = attempt(() => Deno.lstatSync(path));
  if (!facts.ok) return facts.failure.kind === "not_found" ? "gone" : facts;
  const { isFile, isDirectory } = facts.value;
  // Opening something else can have effects, and nothing of ours is behind a link.
  if (!isFile && (!isDirectory || os === "windows")) return "gone";
  const opened = attempt(() => Deno.openSync(path, { read: true, write: os === "windows" }));
  return !opened.ok && opened.failure.kind === "not_found" ? "gone" : opened;
}
