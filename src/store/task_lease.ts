/**
 * The lease of a task: who owns it among all work trees of its repository. A note says who; a kernel lock, which every
 * process of the owner shares, or the process of the owner's session says that it still does.
 */

import * as v from "valibot";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { TaskOwner } from "../model/task_owner.ts";
import { replaceFile } from "../host/durable_write.ts";
import type { FileLock } from "../host/files.ts";
import type { ProcessIdentity } from "../host/processes.ts";
import { tryClaim } from "./claim.ts";
import { parseJson } from "./json_bytes.ts";
import { makeStateFolder } from "./state_folders.ts";
import { remedyOf } from "./state_remedy.ts";
import type { StoreParts } from "./store_parts.ts";

const LOOK_AGAIN_MS = 5;
/** Others read and write one small file meanwhile. */
const GATE_BOUND_MS = 10_000;

/** The task, in the state folder of the user. */
export interface LeasePlace {
  readonly parts: StoreParts;
  /** A digest of the repository and of the project in it. */
  readonly repository: string;
  readonly task: string;
}

/** A process that wants to own the task. */
export interface Applicant {
  readonly owner: TaskOwner;
  readonly process: ProcessIdentity;
  /** The assistant's own process; undefined for a person, and where it is not known. */
  readonly session: ProcessIdentity | undefined;
  /** The processes that started us, and the one that had us started. */
  readonly callers: readonly ProcessIdentity[];
  /** A server serves one client, and ends with it. */
  readonly isServer: boolean;
  /** The lease outlives this process, and ends with its session. */
  readonly isLasting: boolean;
}

const identity = v.object({
  pid: v.number(),
  start_ticks: v.nullable(v.number()),
  boot_id: v.nullable(v.string()),
  pid_namespace: v.nullable(v.number()),
});

const note = v.object({
  format: v.literal(1),
  kind: v.literal("task_lease"),
  token: v.string(),
  owner: v.object({
    user: v.nullable(v.string()),
    agent: v.nullable(v.string()),
    pid: v.number(),
    project: v.nullable(v.string()),
    since: v.string(),
  }),
  process: identity,
  session: v.nullable(identity),
  is_server: v.boolean(),
  is_lasting: v.boolean(),
});

type LeaseNote = v.InferOutput<typeof note>;

export interface LeaseHold {
  readonly token: string;
  release(): void;
}

export type LeaseAnswer =
  | { readonly kind: "ours"; readonly hold: LeaseHold }
  /** undefined where its note cannot be read in time. */
  | { readonly kind: "owned"; readonly by: TaskOwner | undefined };

/** Makes the applicant the owner, or one more process of the owner that it belongs to. */
export async function takeLease(
  place: LeasePlace,
  applicant: Applicant,
): Promise<Result<LeaseAnswer, Failure>> {
  return await insideGate<LeaseAnswer>(place, { kind: "owned", by: undefined }, () => {
    const found = readNote(place);
    if (!found.ok) return found;
    const held = found.value;
    if (held !== undefined && isAlive(place, held)) {
      if (!belongsTo(applicant, held)) return ok({ kind: "owned", by: held.owner });
      const { session } = applicant;
      if (applicant.isLasting && session !== undefined && !held.is_lasting) {
        const noted = writeNote(place, { ...held, session: identityOf(session), is_lasting: true });
        if (!noted.ok) return noted;
      }
      return share(place, held.token);
    }
    if (held !== undefined) removeHold(place, held.token);
    const token = place.parts.files.uniqueName();
    // The lock before the note, because a note without a lock is nobody's.
    const hold = share(place, token);
    if (!hold.ok) return hold;
    const { owner, process, session, isServer, isLasting } = applicant;
    const noted = writeNote(place, {
      format: 1,
      kind: "task_lease",
      token,
      owner: { ...owner },
      process: identityOf(process),
      session: session === undefined ? null : identityOf(session),
      is_server: isServer,
      is_lasting: isLasting && session !== undefined,
    });
    if (noted.ok) return hold;
    hold.value.hold.release();
    return noted;
  });
}

/** undefined where nobody owns the task. Changes nothing. */
export async function readLease(place: LeasePlace): Promise<TaskOwner | undefined> {
  const seen = readNote(place);
  if (!seen.ok || seen.value === undefined) return undefined;
  const read = await insideGate<TaskOwner | undefined>(place, seen.value.owner, () => {
    const now = readNote(place);
    return ok(now.ok && now.value !== undefined && isAlive(place, now.value) ? now.value.owner : undefined);
  });
  return read.ok ? read.value : undefined;
}

export type ReleaseAnswer =
  | { readonly kind: "released"; readonly from: TaskOwner }
  | { readonly kind: "free" }
  | { readonly kind: "refused"; readonly by: TaskOwner | undefined };

/** `mayTake`: whether it may be taken from an owner that the applicant does not belong to. */
export async function releaseLease(
  place: LeasePlace,
  applicant: Applicant,
  mayTake: boolean,
): Promise<Result<ReleaseAnswer, Failure>> {
  return await insideGate<ReleaseAnswer>(place, { kind: "refused", by: undefined }, () => {
    const found = readNote(place);
    if (!found.ok) return found;
    const held = found.value;
    if (held === undefined || !isAlive(place, held)) return ok({ kind: "free" });
    if (!mayTake && !belongsTo(applicant, held)) return ok({ kind: "refused", by: held.owner });
    const { files, layout } = place.parts;
    const path = layout.lease(place.repository, place.task);
    const removed = files.remove(path);
    if (!removed.ok) {
      const { reason } = removed.failure;
      return fail({ code: "state_unwritable", action: "remove the file", path, reason });
    }
    // Its processes keep their lock on a file that nobody asks any more.
    removeHold(place, held.token);
    return ok({ kind: "released", from: held.owner });
  });
}

/** Whether the owner is the applicant's own session, or started the applicant. */
function belongsTo({ process, session, callers, isServer, owner }: Applicant, held: LeaseNote): boolean {
  if ([process, ...callers].some((each) => isSame(each, held.process))) return true;
  if (session === undefined || held.session === null || !isSame(session, held.session)) return false;
  // Two assistants of one shell, for example, which declare different names; a server is named by its client.
  const names = [owner.agent, held.owner.agent];
  if (!isServer && !held.is_server && !names.includes(null) && names[0] !== names[1]) return false;
  // One client can have several servers, and each of them serves another assistant.
  return held.is_lasting || !isServer;
}

function identityOf({ pid, start_ticks, boot_id, pid_namespace }: ProcessIdentity): LeaseNote["process"] {
  return { pid, start_ticks, boot_id, pid_namespace: pid_namespace ?? null };
}

function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.start_ticks === other.start_ticks && one.boot_id === other.boot_id &&
    (one.pid_namespace ?? null) === (other.pid_namespace ?? null);
}

function isAlive({ parts, repository, task }: LeasePlace, held: LeaseNote): boolean {
  const { files, layout, processes } = parts;
  if (held.is_lasting && held.session !== null && processes.probe(held.session) !== "gone") return true;
  const lock = files.tryLock(layout.leaseHold(repository, task, held.token), {
    exclusive: true,
    create: "never",
  });
  if (!lock.ok) {
    return lock.failure.kind === "no_locks" && processes.probe(held.process) !== "gone";
  }
  if (lock.value === "held") return true;
  lock.value.release();
  return false;
}

function share(
  place: LeasePlace,
  token: string,
): Result<Extract<LeaseAnswer, { kind: "ours" }>, Failure> {
  const { parts, repository, task } = place;
  const path = parts.layout.leaseHold(repository, task, token);
  const lock = parts.files.tryLock(path, { exclusive: false, create: "if_missing" });
  if (lock.ok && lock.value !== "held") {
    const held = lock.value;
    return ok({ kind: "ours", hold: { token, release: () => held.release() } });
  }
  // Without locks, the process that the note names has to do.
  if (!lock.ok && lock.failure.kind === "no_locks") {
    return ok({ kind: "ours", hold: { token, release: () => removeOwnNote(place, token) } });
  }
  const reason = lock.ok ? "another process has it" : lock.failure.reason;
  return fail({ code: "state_unwritable", action: "take the lock", path, reason });
}

function removeHold({ parts: { files, layout }, repository, task }: LeasePlace, token: string): void {
  files.remove(layout.leaseHold(repository, task, token));
}

/** Without a lock, the note has to go when its process is done with the task. */
function removeOwnNote(place: LeasePlace, token: string): void {
  const { parts: { files, layout, processes }, repository, task } = place;
  const found = readNote(place);
  const held = found.ok ? found.value : undefined;
  if (held?.token !== token || held.is_lasting || !isSame(processes.self(), held.process)) return;
  files.remove(layout.lease(repository, task));
}

function readNote({ parts, repository, task }: LeasePlace): Result<LeaseNote | undefined, Failure> {
  const path = parts.layout.lease(repository, task);
  const bytes = parts.files.readBytes(path);
  if (!bytes.ok) {
    return bytes.failure.kind === "not_found" ? ok(undefined) : fail({
      code: "state_unreadable",
      action: "read",
      path,
      reason: bytes.failure.reason,
      remedy: remedyOf(bytes.failure),
    });
  }
  const parsed = parseJson(bytes.value);
  const read = parsed.ok ? v.safeParse(note, parsed.value) : undefined;
  // A file that is no note of ours owns nothing.
  return ok(read?.success === true ? read.output : undefined);
}

function writeNote({ parts, repository, task }: LeasePlace, text: LeaseNote): Result<void, Failure> {
  const path = parts.layout.lease(repository, task);
  const bytes = new TextEncoder().encode(`${JSON.stringify(text)}\n`);
  const written = replaceFile(parts.files, parts.paths, path, bytes, { durable: false });
  return written.ok
    ? ok(undefined)
    : fail({ code: "state_unwritable", action: "write", path, reason: written.failure.reason });
}

/** `late`: the answer where others do not leave the gate in time. */
async function insideGate<T>(
  place: LeasePlace,
  late: T,
  use: () => Result<T, Failure>,
): Promise<Result<T, Failure>> {
  const { parts } = place;
  const { clock, files, layout } = parts;
  const made = makeStateFolder(parts, layout.leases);
  if (!made.ok) return made;
  await files.lockSupport(layout.leases);
  const untilMs = clock.monotonicMs() + GATE_BOUND_MS;
  for (;;) {
    const gate = tryGate(place);
    if (!gate.ok) return gate;
    if (gate.value !== "held") {
      try {
        return use();
      } finally {
        gate.value.release();
      }
    }
    if (clock.monotonicMs() >= untilMs) return ok(late);
    await clock.after(LOOK_AGAIN_MS).elapsed;
  }
}

function tryGate({ parts, repository, task }: LeasePlace): Result<FileLock | "held", Failure> {
  const path = parts.layout.leaseGate(repository, task);
  const unwritable = (reason: string) =>
    fail({ code: "state_unwritable", action: "take the lock", path, reason } as const);
  const lock = parts.files.tryLock(path, { exclusive: true, create: "if_missing" });
  if (lock.ok) return lock;
  if (lock.failure.kind !== "no_locks") return unwritable(lock.failure.reason);
  const claimed = tryClaim(parts, parts.layout.claimOf(path));
  if (!claimed.ok) return unwritable(claimed.failure.reason);
  return ok(claimed.value.kind === "taken" ? claimed.value.lock : "held");
}
