/** The present state of a service: its newest run, whether it is ready, and its address. */

import { canonicalJson } from "../../model/canonical_json.ts";
import { definitionOfJob } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { readServiceReady } from "../../store/service_ready.ts";
import { recordedDefinition } from "../recording/prepare_run.ts";
import { isOpen } from "../runs/named_runs.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { checkReadiness } from "./readiness.ts";
import type { FoundService } from "./supervise_service.ts";

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
  const latest = store.latest(service.name);
  if (!latest.ok) return latest;
  const { run } = latest.value;
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
    await checkReadiness(host, service, resolved, () => "") !== undefined;
  return ok({ kind: isReady ? "healthy" : "unhealthy", ...known });
}
