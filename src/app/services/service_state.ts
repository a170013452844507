/** The present state of a service: its newest run, whether it is ready, and its address. */

import { canonicalJson } from "../../model/canonical_json.ts";
import { definitionOfJob } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import { nameProblem, runIdOf } from "../../model/ids.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { StoredRun } from "../../store/stored_run.ts";
import { readServiceReady } from "../../store/service_ready.ts";
import { recordedDefinition } from "../recording/prepare_run.ts";
import { isOpen } from "../runs/named_runs.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { checkReadiness } from "./readiness.ts";
import { findService, type FoundService } from "./supervise_service.ts";

/** A service that was started before so many others of its name runs no more. */
const MAX_RUNS = 200;

export interface ServiceState {
  /** "healthy": it runs and is ready now. "changed": it runs by another definition. */
  readonly kind: "stopped" | "starting" | "healthy" | "unhealthy" | "changed";
  /** The newest run; undefined where there is none. */
  readonly run: RunRecord | undefined;
  readonly address: string | null;
  readonly forUsers: boolean;
}

export async function stateOf(
  { host }: Workspace,
  found: FoundService,
): Promise<Result<ServiceState, Failure>> {
  const { service, resolved, store } = found;
  const latest = latestOf(found);
  if (!latest.ok) return latest;
  const run = latest.value;
  const stopped = { kind: "stopped", run: run?.record, address: null, forUsers: false } as const;
  if (run === undefined || !isOpen(run) || run.record.status !== "running") return ok(stopped);
  const facts = readServiceReady(store.parts, run.record.id);
  const attempt = run.record.attempts.at(-1);
  const isOlder = attempt !== undefined &&
    ((facts?.attempt ?? 1) < attempt.number || attempt.status !== "running");
  if (facts === undefined || isOlder) {
    return ok({ ...stopped, kind: "starting", forUsers: facts?.for_users ?? false });
  }
  const known = { run: run.record, address: facts.address, forUsers: facts.for_users };
  const definition = definitionOfJob(service.job);
  const { definitionSha256 } = await recordedDefinition(host, service.job, definition, resolved);
  const isSame = run.record.intent.definition_sha256 === definitionSha256 &&
    facts.ready === canonicalJson({ ...service.ready });
  if (!isSame) return ok({ kind: "changed", ...known });
  // The line is printed once, and the facts of the ready service record that.
  const isReady = service.ready.kind === "line" ||
    await checkReadiness(host, found, () => "") !== undefined;
  return ok({ kind: isReady ? "healthy" : "unhealthy", ...known });
}

/** The newest run of this project; records that several work trees share have those of others between them. */
export function latestOf(
  { service: { name }, project, store }: FoundService,
): Result<StoredRun | undefined, Failure> {
  const latest = store.latest(name);
  if (!latest.ok) return latest;
  const isOurs = ({ record }: StoredRun) => (record.project ?? undefined) === project.canonicalRoot;
  const { run } = latest.value;
  if (run === undefined || isOurs(run)) return ok(run);
  const timestamps = store.timestamps(name);
  if (!timestamps.ok) return timestamps;
  for (const timestamp of timestamps.value.slice(0, MAX_RUNS)) {
    const other = store.read(runIdOf(name, timestamp));
    if (other.ok && isOurs(other.value)) return ok(other.value);
  }
  return ok(undefined);
}

/**
 * The word by which the service of this project is stopped: the run itself where several projects share the records, because
 * its name would stop those of the others, too.
 */
export async function wordToStop(workspace: Workspace, name: string): Promise<Result<string, Failure>> {
  const found = await findService(workspace, name);
  if (!found.ok) {
    const former = await formerService(workspace, name);
    return former?.status === "running" ? ok(former.id) : found;
  }
  const place = await workspace.stateFolder();
  if (!place.ok) return place;
  if (!place.value.isShared) return ok(name);
  const own = latestOf(found.value);
  if (!own.ok) return own;
  if (own.value !== undefined) return ok(own.value.record.id);
  const newest = found.value.store.latest(name);
  if (!newest.ok) return newest;
  if (newest.value.run === undefined) return ok(name);
  const fact = "only runs of other projects are recorded under this name";
  return fail({ code: "run_not_found", reference: name, fact, suggestion: undefined });
}

/** A failure for a name that no service has, and none had that was ready once. */
export async function requireService(workspace: Workspace, name: string): Promise<Result<void, Failure>> {
  const found = await findService(workspace, name);
  return found.ok || (await formerService(workspace, name)) !== undefined ? ok(undefined) : found;
}

/** The newest run of a service that was ready once, and that the configuration has no more; undefined for every other name. */
async function formerService(workspace: Workspace, name: string): Promise<RunRecord | undefined> {
  const [project, store] = [await workspace.project(), await workspace.store()];
  if (!project.ok || !store.ok || nameProblem(name) !== undefined) return undefined;
  const { jobs, groups, tasks, canonicalRoot } = project.value;
  if ([jobs, groups, tasks].some((named) => named.has(name))) return undefined;
  const latest = store.value.latest(name);
  const run = latest.ok ? latest.value.run?.record : undefined;
  const isOurs = run !== undefined && (run.project ?? undefined) === canonicalRoot;
  return isOurs && readServiceReady(store.value.parts, run.id) !== undefined ? run : undefined;
}
