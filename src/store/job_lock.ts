/**
 * Locks with a note of the holder: for a job that runs once at a time, for work on a task, or for all jobs
 * that name the lock.
 */

import type { Failure } from "../model/failure.ts";
import { isRunId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { FileLock } from "../host/files.ts";
import { tryClaim } from "./claim.ts";
import { makeStateFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

/** The holder according to its note; only for people, because only the kernel knows for sure. */
export interface LockHolder {
  readonly pid: number;
  /** The person or assistant; undefined where it was not noted. */
  readonly name?: string | undefined;
  /** undefined: the holder has not begun a run yet, or works without one. */
  readonly run: string | undefined;
  /** The holder's project root; undefined: it has none, or an older program did not note it. */
  readonly project: string | undefined;
  readonly since: string;
  /** The token of its run; undefined where there is none, or an older program did not note it. */
  readonly token?: string | undefined;
}

export type JobLockAnswer =
  | { readonly kind: "taken"; readonly lock: FileLock }
  | { readonly kind: "held"; readonly by: LockHolder | undefined };

/** Takes the lock of a job or task; returns the holder, as far as noted, where it is taken. */
export function tryJobLock(parts: StoreParts, name: string): Result<JobLockAnswer, Failure> {
  return tryLockAt(parts, parts.layout.jobLock(name));
}

/** The same for a lock that jobs of several projects name; `parts` belong to the state folder of the user. */
export function trySharedLock(parts: StoreParts, name: string): Result<JobLockAnswer, Failure> {
  return tryLockAt(parts, parts.layout.sharedLock(name));
}

/** A slot of the user, or a place in a pool, by its number. */
export interface NamedPlace {
  readonly pool: string | undefined;
  readonly index: number;
}

/** Takes a place of the user, or the right to the next slot; `parts` belong to the state folder of the user, prepared for locks. */
export function tryPlace(parts: StoreParts, place: NamedPlace | "next"): Result<JobLockAnswer, Failure> {
  return tryPrepared(parts, parts.layout.placeLock(place));
}

/** The content of a lock file while the lock is held. */
export function lockNote({ pid, name, run, project, since, token }: LockHolder): string {
  return JSON.stringify({ run, pid, name, project, since, token });
}

function tryLockAt(parts: StoreParts, path: string): Result<JobLockAnswer, Failure> {
  const made = makeStateFolder(parts, parts.layout.locks);
  return made.ok ? tryPrepared(parts, path) : made;
}

function tryPrepared(parts: StoreParts, path: string): Result<JobLockAnswer, Failure> {
  const { files, layout } = parts;
  const unwritable = (reason: string) =>
    fail({ code: "state_unwritable", action: "take the lock", path, reason } as const);
  const lock = files.tryLock(path, { exclusive: true, create: "if_missing" });
  if (lock.ok) {
    if (lock.value !== "held") return ok({ kind: "taken", lock: lock.value });
    const note = files.lockNote(path);
    return ok({ kind: "held", by: note.ok ? holderIn(new TextDecoder().decode(note.value)) : undefined });
  }
  if (lock.failure.kind !== "no_locks") return unwritable(lock.failure.reason);
  const claimed = tryClaim(parts, layout.claimOf(path));
  if (!claimed.ok) return unwritable(claimed.failure.reason);
  if (claimed.value.kind === "taken") return ok(claimed.value);
  const { note } = claimed.value;
  return ok({ kind: "held", by: note === undefined ? undefined : holderIn(note) });
}

function holderIn(note: string): LockHolder | undefined {
  try {
    const { pid, name, run, project, since, token } = JSON.parse(note);
    const isGood = typeof pid === "number" && (run === undefined || isRunId(run)) &&
      (project === undefined || typeof project === "string") && typeof since === "string" &&
      (name === undefined || typeof name === "string") && (token === undefined || typeof token === "string");
    return isGood ? { pid, name, run, project, since, token } : undefined;
  } catch (error) {
    // Another process may be writing it now.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
