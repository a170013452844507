/**
 * A range of ports for each work tree of the user, the same for as long as the work tree exists: one small file a range in
 * the state folder of the user.
 */

import type { Clock } from "../host/clock.ts";
import { replaceFile } from "../host/durable_write.ts";
import type { StoreParts } from "./store_parts.ts";
import { makeStateFolder } from "./state_folders.ts";

/** Below the ports that systems use for outgoing connections, and above those of well-known services. */
const FIRST_PORT = 10_000;
const PORTS_IN_RANGE = 100;
const RANGES = 220;
const LOOK_AGAIN_MS = 20;
/** Another process chooses a range in far less time; without a range a job has no such variable. */
const LOCK_BOUND_MS = 5000;

/** The first port of the range; undefined where none is free, or the state folder cannot be written. */
export async function portBaseFor(
  parts: StoreParts & { readonly clock: Clock },
  worktree: string,
  hash: string,
): Promise<number | undefined> {
  const start = Number.parseInt(hash.slice(0, 8), 16) % RANGES;
  const known = find(parts, worktree, start);
  if (known.kind === "ours") return known.base;
  if (!makeStateFolder(parts, parts.layout.ports).ok) return undefined;
  const lock = await lockOf(parts);
  try {
    // Another process may have chosen one for the same work tree meanwhile.
    const found = find(parts, worktree, start);
    if (found.kind === "ours") return found.base;
    if (found.kind === "none") return undefined;
    const bytes = new TextEncoder().encode(`${worktree}\n`);
    const path = parts.layout.portRange(found.base);
    return replaceFile(parts.files, parts.paths, path, bytes, { durable: false }).ok ? found.base : undefined;
  } finally {
    lock?.release();
  }
}

type Found =
  | { readonly kind: "ours"; readonly base: number }
  /** The range is free, or its work tree no longer exists. */
  | { readonly kind: "free"; readonly base: number }
  | { readonly kind: "none" };

/** The first free range from `start` on is preferred to that of a missing work tree, which may come back. */
function find({ files, layout }: StoreParts, worktree: string, start: number): Found {
  let left: number | undefined;
  for (let step = 0; step < RANGES; step++) {
    const base = FIRST_PORT + PORTS_IN_RANGE * ((start + step) % RANGES);
    const bytes = files.readBytes(layout.portRange(base));
    // No range is ever taken away, so that a work tree is found before the first gap.
    if (!bytes.ok && bytes.failure.kind === "not_found") return { kind: "free", base };
    const owner = bytes.ok ? new TextDecoder().decode(bytes.value).replace(/\n$/, "") : undefined;
    if (owner === worktree) return { kind: "ours", base };
    if (owner !== undefined && left === undefined && !files.entry(owner).ok) left = base;
  }
  return left === undefined ? { kind: "none" } : { kind: "free", base: left };
}

async function lockOf({ files, layout, clock }: StoreParts & { readonly clock: Clock }) {
  const untilMs = clock.monotonicMs() + LOCK_BOUND_MS;
  for (;;) {
    const lock = files.tryLock(layout.portsLock, { exclusive: true, create: "if_missing" });
    // Without locks, two work trees that get their first range in the same moment could get the same one.
    if (!lock.ok) return undefined;
    if (lock.value !== "held") return lock.value;
    if (clock.monotonicMs() >= untilMs) return undefined;
    await clock.after(LOOK_AGAIN_MS).elapsed;
  }
}
