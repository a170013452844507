/**
 * Locks for file systems that have none: a newly created file names the process that made it, and others
 * check whether that process lives. Slower than a kernel lock and less certain, but better than none.
 */

import { fail, ok, type Result } from "../model/result.ts";
import type { FileLock } from "../host/files.ts";
import type { HostProblem, HostResult } from "../host/host_result.ts";
import type { ProcessIdentity } from "../host/processes.ts";
import { replaceFile, TEMPORARY_SUFFIX } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import type { StoreParts } from "./store_parts.ts";

/** The time between creating a claim and writing it; a claim that is empty for longer was left by a crash. */
const EMPTY_BOUND_MS = 10_000;
/** Each try removes the claim of a dead process; more of them cannot appear in between. */
const MAX_TRIES = 5;

export type Claimed =
  | { readonly kind: "taken"; readonly lock: FileLock }
  /** With the holder's note as text. */
  | { readonly kind: "held"; readonly note: string | undefined };

interface Claim extends ProcessIdentity {
  readonly note: string;
}

export function tryClaim(parts: StoreParts, path: string): Result<Claimed, HostProblem> {
  for (let tries = 1;; tries++) {
    const made = writeClaim(parts, path, "");
    if (made.ok) return ok({ kind: "taken", lock: claimLock(parts, path) });
    if (made.failure.kind !== "already_exists") return fail(made.failure);
    const holder = holderOf(parts, path);
    if (holder !== "gone" || tries === MAX_TRIES) {
      return ok({ kind: "held", note: typeof holder === "object" ? holder.note : undefined });
    }
  }
}

/** Whether a process that is or may be alive holds it. */
export function isClaimed(parts: StoreParts, path: string): boolean {
  return holderOf(parts, path) !== "gone";
}

function claimLock(parts: StoreParts, path: string): FileLock {
  return {
    // The note is only for people, so a full disk is no reason to fail.
    note: (text) =>
      void replaceFile(parts.files, parts.paths, path, claimBytes(parts, text), { durable: false }),
    release: () => void parts.files.remove(path),
  };
}

function claimBytes({ processes }: StoreParts, note: string): Uint8Array {
  const claim: Claim = { ...processes.self(), note };
  return new TextEncoder().encode(JSON.stringify(claim));
}

function writeClaim(parts: StoreParts, path: string, note: string): HostResult<void> {
  const { files } = parts;
  const created = files.createNew(path);
  if (!created.ok) return created;
  const written = created.value.write(claimBytes(parts, note));
  created.value.close();
  if (!written.ok) files.remove(path);
  return written;
}

/** "gone" where it no longer exists, or was removed as the claim of a dead process. */
function holderOf(parts: StoreParts, path: string): Claim | "unknown" | "gone" {
  const { files, paths, processes, clock } = parts;
  const bytes = files.readBytes(path);
  if (!bytes.ok) return bytes.failure.kind === "not_found" ? "gone" : "unknown";
  const claim = claimIn(bytes.value);
  if (claim === undefined) {
    const facts = files.stat(path);
    const ageMs = facts.ok ? clock.nowMs() - facts.value.modifiedAtMs : 0;
    if (Math.abs(ageMs) < EMPTY_BOUND_MS) return "unknown";
  } else if (processes.probe(claim) !== "gone") return claim;
  // Renamed instead of removed: of two processes that find it stale only one moves it, and can check that it
  // moved the right one.
  const aside = paths.join(
    paths.dirname(path),
    `.${paths.basename(path)}.${files.uniqueName()}${TEMPORARY_SUFFIX}`,
  );
  if (!files.rename(path, aside).ok) return "gone";
  const moved = files.readBytes(aside);
  if (moved.ok && new TextDecoder().decode(moved.value) !== new TextDecoder().decode(bytes.value)) {
    files.rename(aside, path);
    return "unknown";
  }
  files.remove(aside);
  return "gone";
}

function claimIn(bytes: Uint8Array): Claim | undefined {
  const parsed = parseJson(bytes);
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null) return undefined;
  const { pid, start_ticks = null, boot_id = null, pid_namespace = null, note } = parsed.value as Partial<
    Claim
  >;
  return typeof pid === "number" && typeof note === "string"
    ? { pid, start_ticks, boot_id, pid_namespace, note }
    : undefined;
}
