/**
 * Locks where the file system gives none: a file that must not exist names the process that made it, and whoever finds it
 * looks whether that process lives. Slower than the kernel's, and not as sure; better than none.
 */

import { fail, ok, type Result } from "../model/result.ts";
import type { FileLock, HostProblem, HostResult, ProcessIdentity } from "../host/host.ts";
import { replaceFile, TEMPORARY_SUFFIX } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import type { StoreParts } from "./store_parts.ts";

/** Between the moments in which a claim is made and written; one that is empty for longer was left by a crash. */
const EMPTY_BOUND_MS = 10_000;
/** Each try takes away a claim of a process that is gone; more of them do not come between. */
const MAX_TRIES = 5;

export type Claimed =
  | { readonly kind: "taken"; readonly lock: FileLock }
  /** With what its holder has noted, as text. */
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

/** Whether somebody has it who lives, or may live. */
export function isClaimed(parts: StoreParts, path: string): boolean {
  return holderOf(parts, path) !== "gone";
}

function claimLock(parts: StoreParts, path: string): FileLock {
  return {
    // For people only, so a full disk is no reason to fail.
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

/** "gone" where there is none any more, or where it was taken away as that of a process that is gone. */
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
  // Moved, and not removed: so of two that find it stale only one takes it away, and can see that it took the right one.
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
