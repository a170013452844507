/** The lock of a job that runs once at a time, or of who works on a task, and the word of its holder. */

import type { Failure } from "../model/failure.ts";
import { isRunId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { FileLock, Files } from "../host/host.ts";
import { makeStateFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

/** Who said to hold a lock; only for people, as the kernel alone knows. */
export interface LockHolder {
  readonly pid: number;
  /** undefined: it has not begun one, or works without. */
  readonly run: string | undefined;
  readonly since: string;
}

export type JobLockAnswer =
  | { readonly kind: "taken"; readonly lock: FileLock }
  | { readonly kind: "held"; readonly by: LockHolder | undefined };

/** The lock, where nobody has it; or who holds it, as far as they left word. */
export function tryJobLock(parts: StoreParts, name: string): Result<JobLockAnswer, Failure> {
  const { files, layout } = parts;
  const made = makeStateFolder(parts, layout.locks);
  if (!made.ok) return made;
  const path = layout.jobLock(name);
  const lock = files.tryLock(path, { exclusive: true, create: "if_missing" });
  if (!lock.ok) {
    return fail({ code: "state_unwritable", action: "take the lock", path, reason: lock.failure.reason });
  }
  return ok(
    lock.value === "held" ? { kind: "held", by: holderOf(files, path) } : { kind: "taken", lock: lock.value },
  );
}

function holderOf(files: Files, path: string): LockHolder | undefined {
  const bytes = files.readBytes(path);
  if (!bytes.ok) return undefined;
  try {
    const { pid, run, since } = JSON.parse(new TextDecoder().decode(bytes.value));
    return typeof pid === "number" && (run === undefined || isRunId(run)) && typeof since === "string"
      ? { pid, run, since }
      : undefined;
  } catch (error) {
    // Another process may be writing it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
