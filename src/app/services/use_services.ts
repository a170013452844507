/** Makes services ready for their users, and stops those that were started for users after the last one. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { FileLock } from "../../host/files.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import type { UsedServices, UseServices } from "../jobs/service_use.ts";
import { stopRuns } from "../runs/stop_runs.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { latestOf, stateOf } from "./service_state.ts";
import { startService, turnOf } from "./start_service.ts";
import { readServiceReady } from "../../store/service_ready.ts";
import { tryJobLock } from "../../store/job_lock.ts";
import type { RunRecord } from "../../model/run.ts";
import { findService } from "./supervise_service.ts";

/** As many characters as make two projects differ. */
const DIGEST_CHARACTERS = 16;

/** For the calls of one workspace. */
export function serviceUse(workspace: Workspace): UseServices {
  return (names, stops) => use(workspace, names, stops);
}

async function use(
  workspace: Workspace,
  names: readonly string[],
  stops: StopRequests | undefined,
): Promise<Result<UsedServices, Failure>> {
  const addresses = new Map<string, string | null>();
  const held = new Map<string, FileLock | undefined>();
  const release = async () => {
    for (const [name, lock] of [...held].reverse()) {
      await unlessStopped(workspace, name, leave(workspace, name, lock, addresses.has(name)));
    }
    held.clear();
  };
  const users = await usersOf(workspace);
  if (!users.ok) return users;
  /** Shared with other users; undefined where the file system has no locks. */
  const usersLock = (name: string): FileLock | undefined => {
    const lock = workspace.host.files.tryLock(users.value(name), { exclusive: false, create: "if_missing" });
    return lock.ok && lock.value !== "held" ? lock.value : undefined;
  };
  await endUnused(workspace, names);
  for (const name of names) {
    const started = await startService(workspace, name, true, {
      hold: () => held.set(name, usersLock(name)),
      stops,
    });
    if (!started.ok) {
      await release();
      return started;
    }
    if (!started.value.wasRunning) workspace.tell(`service ${name} is ready: ${started.value.run.id}`);
    addresses.set(name, started.value.address);
  }
  return ok({ addresses, release });
}

/** A signal to us ends the wait for the end of a service, and not us: its user has ended, and that is to be reported. */
async function unlessStopped(workspace: Workspace, name: string, leaving: Promise<void>): Promise<void> {
  const stopped = Promise.withResolvers<"stopped">();
  const unlisten = workspace.host.signals.onStop(() => stopped.resolve("stopped"));
  try {
    const first = await Promise.race([leaving, stopped.promise]);
    if (first === "stopped") {
      workspace.warn(`service ${name} was asked to end, and its end was not waited for`);
    }
  } finally {
    unlisten();
  }
}

async function leave(
  workspace: Workspace,
  name: string,
  lock: FileLock | undefined,
  wasReady: boolean,
): Promise<void> {
  const found = await findService(workspace, name);
  if (!found.ok) return lock?.release();
  const turn = await turnOf(workspace, found.value);
  lock?.release();
  if (!turn.ok) return;
  try {
    const state = await stateOf(workspace, found.value);
    if (!state.ok) return;
    const { kind, run, forUsers } = state.value;
    if (kind === "stopped") {
      if (!wasReady || run === undefined) return;
      workspace.warn(`service ${name} ended while it was used: ${run.id}: ${run.reason}`);
      // Its supervisor was killed, and what it supervised may go on.
      const isLeft = run.status === "interrupted" && run.recovery === null &&
        readServiceReady(found.value.store.parts, run.id)?.for_users === true;
      if (isLeft) await stopRuns(workspace, { words: [run.id], graceMs: undefined, force: false });
      return;
    }
    const users = await usersOf(workspace);
    if (!users.ok || !forUsers || run === undefined || isUsed(workspace, users.value(name))) return;
    const stopped = await stopRuns(workspace, { words: [run.id], graceMs: undefined, force: false });
    const left = stopped.ok ? stopped.value.left[0]?.reason : "it could not be asked to";
    if (left !== undefined) workspace.warn(`service ${name}, ${run.id}, did not end: ${left}`);
  } finally {
    turn.value.release();
  }
}

/** The lock of the users of a service of this project, by its name. */
async function usersOf(workspace: Workspace): Promise<Result<(name: string) => string, Failure>> {
  const place = await workspace.stateFolder();
  if (!place.ok) return place;
  const project = await workspace.project();
  if (!project.ok) return project;
  const { folder, isShared } = place.value;
  const { canonicalRoot } = project.value;
  const digest = isShared && canonicalRoot !== undefined
    ? await workspace.host.digests.sha256(new TextEncoder().encode(canonicalRoot))
    : undefined;
  const { layout } = workspace.storeIn(folder);
  return ok((name) => layout.serviceUsers(name, digest?.slice(0, DIGEST_CHARACTERS)));
}

/** Whether another process holds it. */
function isUsed({ host: { files } }: Workspace, path: string): boolean {
  const alone = files.tryLock(path, { exclusive: true, create: "if_missing" });
  if (!alone.ok) return false;
  if (alone.value === "held") return true;
  alone.value.release();
  return false;
}

/** A user that was killed could not end the services that were started for it: the next user of any service does. */
async function endUnused(workspace: Workspace, wanted: readonly string[]): Promise<void> {
  const project = await workspace.project();
  for (const name of project.ok ? project.value.services.keys() : []) {
    if (wanted.includes(name) || (await withoutUsers(workspace, name)) === undefined) continue;
    const found = await findService(workspace, name);
    const turn = found.ok ? tryJobLock(found.value.store.parts, name) : undefined;
    if (!turn?.ok || turn.value.kind !== "taken") continue;
    try {
      // Another user may have begun meanwhile.
      const run = await withoutUsers(workspace, name);
      if (run === undefined) continue;
      const stopped = await stopRuns(workspace, { words: [run.id], graceMs: undefined, force: false });
      if (stopped.ok) workspace.warn(`service ${name} was ended, because its users were killed: ${run.id}`);
    } finally {
      turn.value.lock.release();
    }
  }
}

/** The run of a service that was started for users and has none; undefined for others, and where users cannot be counted. */
export async function withoutUsers(workspace: Workspace, name: string): Promise<RunRecord | undefined> {
  const found = await findService(workspace, name);
  const users = await usersOf(workspace);
  if (!found.ok || !users.ok) return undefined;
  const latest = latestOf(found.value);
  if (!latest.ok || latest.value?.record.status !== "running") return undefined;
  const { record } = latest.value;
  if (readServiceReady(found.value.store.parts, record.id)?.for_users !== true) return undefined;
  const alone = workspace.host.files.tryLock(users.value(name), { exclusive: true, create: "if_missing" });
  if (!alone.ok || alone.value === "held") return undefined;
  alone.value.release();
  return record;
}
