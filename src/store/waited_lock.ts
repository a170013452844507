/** Locks that writers of one file hold for a moment each, and wait for. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { FileLock } from "../host/files.ts";
import { tryClaim } from "./claim.ts";
import { prepareLocks } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

/** Another process holds the lock for as long as it takes to sync a few files; dozens of them at once wait in no order. */
const BOUND_MS = 60_000;
const PAUSE_MS = 2;

/** `path`: in the folder of the locks. On a file system without locks, a claim replaces it. */
export async function waitForLock(parts: StoreParts, path: string): Promise<Result<FileLock, Failure>> {
  const { files, clock, layout } = parts;
  const prepared = await prepareLocks(parts);
  if (!prepared.ok) return prepared;
  const untaken = (reason: string) =>
    fail({ code: "state_unwritable", action: "take the lock", path, reason } as const);
  const giveUpAtMs = clock.monotonicMs() + BOUND_MS;
  for (;;) {
    const lock = files.tryLock(path, { exclusive: true, create: "if_missing" });
    if (lock.ok && lock.value !== "held") return ok(lock.value);
    if (!lock.ok && lock.failure.kind !== "no_locks") return untaken(lock.failure.reason);
    if (!lock.ok) {
      const claimed = tryClaim(parts, layout.claimOf(path));
      if (!claimed.ok) return untaken(claimed.failure.reason);
      if (claimed.value.kind === "taken") return ok(claimed.value.lock);
    }
    if (clock.monotonicMs() >= giveUpAtMs) {
      return untaken(`another process has held it for ${BOUND_MS / 1000} seconds`);
    }
    await clock.after(PAUSE_MS).elapsed;
  }
}
