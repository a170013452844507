/** One owner a task, among all work trees of its repository: docs/design/0037-leases.md. */

import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { ownerName, type TaskOwner } from "../../model/task_owner.ts";
import { worktreeOf } from "../../git/worktrees.ts";
import {
  type Applicant,
  type LeasePlace,
  readLease,
  type ReleaseAnswer,
  releaseLease,
  takeLease,
} from "../../store/task_lease.ts";
import { realRootOf } from "../workspace/same_place.ts";
import { isWithin } from "../workspace/state_place.ts";
import type { ServedSession } from "../workspace/face_ports.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { clientOf, kinOf, sessionOf } from "./caller_session.ts";
import { agentOf, requestedBy } from "./requester.ts";

/** As many characters of a digest as make two repositories differ. */
const KEY_CHARACTERS = 16;

export interface Ownership {
  /** The task was named, and is not only one of many: an assistant owns it until its session ends. */
  readonly isNamed: boolean;
}

/** Must be released, which ends what does not last. */
export interface OwnedTask {
  release(): void;
}

/** The person or assistant that calls us, for others that meet us. */
export function callerName({ host, session }: Workspace): string {
  const { user, agent } = requestedBy(host.environment, host.terminal);
  return ownerName({ user, agent: session === undefined ? agent : servedName(session, agent) });
}

function servedName(session: ServedSession, agent: string | null): string {
  return session.agent ?? agent ?? "assistant";
}

/** `task_owned` where somebody else owns it. */
export async function takeTask(
  workspace: Workspace,
  project: Project,
  task: string,
  { isNamed }: Ownership,
): Promise<Result<OwnedTask, Failure>> {
  const place = await placeOf(workspace, project, task);
  if (!place.ok) return place;
  const taken = await takeLease(place.value, applicantOf(workspace, project, isNamed));
  if (!taken.ok) return taken;
  if (taken.value.kind === "owned") return fail({ code: "task_owned", name: task, owner: taken.value.by });
  const { hold } = taken.value;
  const { session } = workspace;
  if (session === undefined || !isNamed) return ok(hold);
  if (session.leases.has(hold.token)) hold.release();
  else session.leases.set(hold.token, hold);
  return ok({ release() {} });
}

/** undefined where nobody owns it, or that cannot be known. */
export async function ownerOf(
  workspace: Workspace,
  project: Project,
  task: string,
): Promise<TaskOwner | undefined> {
  const place = await placeOf(workspace, project, task);
  return place.ok ? await readLease(place.value) : undefined;
}

/** A person may take it from anybody, an assistant gives back its own. */
export async function giveUpTask(
  workspace: Workspace,
  project: Project,
  task: string,
): Promise<Result<ReleaseAnswer, Failure>> {
  const place = await placeOf(workspace, project, task);
  if (!place.ok) return place;
  const isPerson = workspace.session === undefined && agentOf(workspace.host.environment) === null;
  return await releaseLease(place.value, applicantOf(workspace, project, true), isPerson);
}

/** The same for all work trees: by the repository, the place of the project in it, and its configuration. */
async function placeOf(
  workspace: Workspace,
  { canonicalRoot, root, configPath }: Project,
  task: string,
): Promise<Result<LeasePlace, Failure>> {
  const { host: { paths, digests, files }, host } = workspace;
  const user = workspace.userStateParts();
  // Without a home, the records of the project are the next best place.
  const own = user.ok ? user : await workspace.store();
  if (!own.ok) return own;
  const parts = "parts" in own.value ? own.value.parts : own.value;
  const top = realRootOf(files, { canonicalRoot, root });
  const worktree = worktreeOf(host, top);
  const config = isWithin(paths, root, configPath) ? paths.relative(root, configPath) : configPath;
  const words = worktree === undefined
    ? [top, "", config]
    : [worktree.commonDir, paths.relative(worktree.top, top), config];
  const digest = await digests.sha256(new TextEncoder().encode(words.join("\0")));
  return ok({ parts, repository: digest.slice(0, KEY_CHARACTERS), task });
}

function applicantOf(
  { host, session: served }: Workspace,
  { canonicalRoot, root }: Project,
  isNamed: boolean,
): Applicant {
  const { environment, terminal, processes, clock } = host;
  const kin = kinOf(environment);
  const { user, agent } = requestedBy(environment, terminal);
  const process = processes.self();
  const session = kin === undefined
    ? served === undefined ? sessionOf(host) : clientOf(host)
    : kin.session ?? undefined;
  return {
    owner: {
      user,
      agent: served === undefined ? agent : servedName(served, agent),
      pid: process.pid,
      project: canonicalRoot ?? root,
      since: new Date(clock.nowMs()).toISOString(),
    },
    process,
    session,
    callers: [...processes.callers(), ...kin === undefined ? [] : [kin.caller]],
    isServer: served !== undefined,
    isLasting: isNamed && served === undefined && (kin === undefined || kin.is_lasting),
  };
}
