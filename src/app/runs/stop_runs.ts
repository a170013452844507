/**
 * Stops runs of other processes: requests it from the recorder of each, durably and then by a signal, and waits for the end. Processes
 * that a dead recorder left are stopped as in recovery.
 */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { isUnattended } from "../../model/unattended.ts";
import type { RunStore, StoredRun } from "../../store/run_store.ts";
import { writeStopRequest } from "../../store/stop_request.ts";
import { outerTokens } from "../recording/prepare_run.ts";
import { requestedBy } from "../recording/requester.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { awaitEnds } from "./await_ends.ts";
import { isOpen, namedRuns, openRuns } from "./named_runs.ts";
import { recoverRuns } from "./recover_runs.ts";

/** After the grace: SIGKILL, the rest of the output, the outputs of the job, the record. */
const ENDING_BOUND_MS = 30_000;
/** How long Slurm may take to answer one question. */
const STOP_ASK_BOUND_MS = 20_000;

export interface StopRunsRequest {
  /** Names, ids or beginnings of ids; empty: every running run. */
  readonly words: readonly string[];
  /** undefined: the grace of each run. */
  readonly graceMs: number | undefined;
  readonly force: boolean;
}

export interface StopReport {
  readonly ended: readonly EndedRun[];
  /** Runs that may still be running, each with the reason as a sentence. */
  readonly left: readonly LeftRun[];
  /** Names without a running run. */
  readonly idle: readonly string[];
}

export interface EndedRun {
  readonly record: RunRecord;
  /** "over": it had ended before the request. "recovered": its recorder was dead. */
  readonly how: "stopped" | "by_itself" | "over" | "recovered";
}

export interface LeftRun {
  readonly record: RunRecord;
  readonly why: "own" | "unknown" | "newer" | "alive" | "slow";
  readonly reason: string;
}

export async function stopRuns(
  workspace: Workspace,
  request: StopRunsRequest,
): Promise<Result<StopReport, Failure>> {
  const opened = await workspace.store();
  if (!opened.ok) return opened;
  const store = opened.value;
  await workspace.visitLeft();
  const found = await choose(workspace, store, request.words);
  if (!found.ok) return found;
  const ended: EndedRun[] = [];
  const left: LeftRun[] = [];
  const asked: StoredRun[] = [];
  const unattended: StoredRun[] = [];
  for (const run of found.value.runs) {
    if (!isOpen(run)) {
      ended.push({ record: run.record, how: "over" });
      continue;
    }
    const reason = reasonToLeave(workspace, run);
    if (reason !== undefined) {
      left.push(reason);
      continue;
    }
    if (isLeft(run)) unattended.push(run);
    else if (run.record.status === "running") {
      const sent = ask(workspace, store, run.record, request);
      if (!sent.ok) return sent;
    }
    asked.push(run);
  }
  await endUnattended(workspace, unattended, request);
  const graceMs = Math.max(0, ...asked.map(({ record }) => graceOf(record, request)));
  const ids = asked.map(({ record }) => record.id);
  const seen = await awaitEnds(workspace.host, store, ids, {
    any: false,
    // Those that nobody follows were waited for already.
    boundMs: asked.every(isLeft) ? 0 : graceMs + ENDING_BOUND_MS,
  });
  if (!seen.ok) return seen;
  for (const run of seen.value) {
    const { record } = run;
    if (record.status === "running") {
      const seconds = (graceMs + ENDING_BOUND_MS) / 1000;
      const pid = record.recorder?.pid;
      const reason = isUnattended(record)
        ? "it was cancelled, and Slurm has not said yet that it ended"
        : `it was asked ${seconds} s ago, and ${
          pid === undefined ? "its recorder" : `process ${pid}, which records it,`
        } has not ended it`;
      left.push({ record, why: "slow", reason });
    } else if (record.status === "interrupted" && record.recovery === null) {
      const recovered = await recover(workspace, record, request);
      if (!recovered.ok) return recovered;
      ended.push(...recovered.value.ended);
      left.push(...recovered.value.left);
    } else {
      const isStopped = record.stopped_by?.cause.kind === "stop_request" || record.status === "cancelled";
      ended.push({ record, how: isStopped ? "stopped" : "by_itself" });
    }
  }
  return ok({ ended, left, idle: found.value.idle });
}

/** No process of ours could hear a request, so this one ends it. */
function isLeft({ record, recorder }: StoredRun): boolean {
  return record.status === "running" && isUnattended(record) && recorder !== "alive";
}

async function endUnattended(
  workspace: Workspace,
  runs: readonly StoredRun[],
  { graceMs, force }: StopRunsRequest,
): Promise<void> {
  if (runs.length === 0) return;
  const { environment, terminal } = workspace.host;
  const { user, agent, pid } = requestedBy(environment, terminal);
  await workspace.visitLeft({
    only: new Set(runs.map(({ record }) => record.id)),
    boundMs: STOP_ASK_BOUND_MS,
    stop: { cause: { kind: "stop_request", user, agent, pid }, force, graceMs },
  });
}

async function choose(
  workspace: Workspace,
  store: RunStore,
  words: readonly string[],
): Promise<Result<{ readonly runs: readonly StoredRun[]; readonly idle: readonly string[] }, Failure>> {
  const runs = new Map<string, StoredRun>();
  const idle = new Set<string>();
  if (words.length === 0) {
    const all = openRuns(store, undefined);
    if (!all.ok) return all;
    for (const run of all.value) runs.set(run.record.id, run);
  }
  for (const word of words) {
    const named = await namedRuns(workspace, store, word);
    if (!named.ok) return named;
    if (named.value.length === 0) idle.add(word);
    for (const run of named.value) runs.set(run.record.id, run);
  }
  // The end of a graph is the end of its nodes.
  const own = [...runs.values()].filter(({ record }) =>
    record.part_of === undefined || !runs.has(record.part_of) || record.status !== "running"
  );
  return ok({ runs: own, idle: [...idle] });
}

function reasonToLeave({ host }: Workspace, run: StoredRun): LeftRun | undefined {
  const { record } = run;
  if (outerTokens(host.environment).includes(record.token)) {
    return { record, why: "own", reason: "this call is a part of it, and would wait for itself" };
  }
  if (run.recorder === "unknown") {
    return { record, why: "unknown", reason: "it is unknown whether its recorder is alive" };
  }
  if (run.isNewer && record.status !== "running") {
    return { record, why: "newer", reason: "a newer Orchastration recorded it, and can recover it" };
  }
  return undefined;
}

/** The request is on disk before the signal that announces it. */
function ask(
  { host }: Workspace,
  store: RunStore,
  { id, recorder }: RunRecord,
  { graceMs, force }: StopRunsRequest,
): Result<void, Failure> {
  const written = writeStopRequest(store.parts, {
    format: 1,
    kind: "stop_request",
    run: id,
    token: host.digests.randomToken(),
    requested_at: new Date(host.clock.nowMs()).toISOString(),
    requested_by: requestedBy(host.environment, host.terminal),
    grace_ms: graceMs ?? null,
    force,
  });
  if (!written.ok) return written;
  // The run may have ended since it was read; then its process is gone, or the request has no effect.
  const now = store.read(id);
  const isRunning = now.ok && now.value.record.status === "running";
  // There is no such signal on Windows, where the recorder watches for the request.
  if (isRunning && recorder !== undefined && host.environment.os !== "windows") {
    host.processes.signal(recorder, "SIGTERM");
  }
  return ok(undefined);
}

function graceOf({ intent }: RunRecord, { graceMs, force }: StopRunsRequest): number {
  return force ? 0 : graceMs ?? intent.grace_ms;
}

async function recover(
  workspace: Workspace,
  { id }: RunRecord,
  request: StopRunsRequest,
): Promise<Result<Pick<StopReport, "ended" | "left">, Failure>> {
  const report = await recoverRuns(workspace, {
    reference: id,
    withLiving: "kill",
    everywhere: false,
    graceMs: request.force ? 0 : request.graceMs,
  }, () => {});
  if (!report.ok) return report;
  const { recovered, alive, passedOver } = report.value;
  const store = await workspace.store();
  if (!store.ok) return store;
  const others: EndedRun[] = [];
  for (const passed of passedOver) {
    const run = store.value.read(passed.id);
    if (run.ok) others.push({ record: run.value.record, how: "recovered" });
  }
  return ok({
    ended: [...recovered.map(({ record }) => ({ record, how: "recovered" }) as const), ...others],
    left: alive.map(({ record, processes, reason }) => ({
      record,
      why: processes === "unknown" ? "unknown" : "alive",
      reason,
    })),
  });
}
