/** Finishes the records of runs whose recorder died: what can still be found out is added, nothing is invented. */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import type { CapturedStream, RecoveredProcess, RunRecord } from "../model/run.ts";
import type { Host } from "../host/host.ts";
import type { DamagedRecord, RunStore, StoredRun } from "../store/run_store.ts";
import type { RunWriter } from "../store/run_writer.ts";
import { findRun } from "./find_run.ts";
import { newestFirst } from "./list_runs.ts";
import { livingOf } from "./living_processes.ts";
import type { Workspace } from "./workspace.ts";

const LOOK_AGAIN_MS = 50;
/** How long processes that were forced may take to be gone. */
const FORCE_BOUND_MS = 5000;

/** What to do with processes that are still alive. */
export type WithLiving = "refuse" | "kill" | "wait" | "leave";

export interface RecoverRequest {
  /** undefined: every run that needs it. */
  readonly reference: string | undefined;
  readonly withLiving: WithLiving;
}

export interface RecoverReport {
  readonly recovered: readonly RunRecord[];
  /** Left as they are, because their processes live and nobody said what to do with them. */
  readonly alive: readonly RunRecord[];
  readonly damaged: readonly DamagedRecord[];
}

export async function recoverRuns(
  workspace: Workspace,
  request: RecoverRequest,
  onWait: (record: RunRecord, processes: number) => void,
): Promise<Result<RecoverReport, Failure>> {
  const store = workspace.store();
  if (!store.ok) return store;
  const candidates = candidatesFor(store.value, request.reference);
  if (!candidates.ok) return candidates;
  const recovered: RunRecord[] = [];
  const alive: RunRecord[] = [];
  for (const run of candidates.value.runs) {
    const fate = await fateOf(workspace.host, run.record, request.withLiving, onWait);
    if (fate === "alive") {
      alive.push(run.record);
      continue;
    }
    const finished = await finish(workspace.host, store.value, run, fate);
    if (!finished.ok) return finished;
    if (finished.value !== undefined) recovered.push(finished.value);
  }
  return ok({ recovered, alive, damaged: candidates.value.damaged });
}

/** Interrupted runs that were not recovered yet. Records of a newer program are not ours to rewrite. */
function candidatesFor(
  store: RunStore,
  reference: string | undefined,
): Result<{ readonly runs: readonly StoredRun[]; readonly damaged: readonly DamagedRecord[] }, Failure> {
  const needsIt = (run: StoredRun) =>
    run.record.status === "interrupted" && run.record.recovery === null && !run.isNewer;
  if (reference !== undefined) {
    const found = findRun(store, reference);
    if (!found.ok) return found;
    return ok({ runs: [found.value.run].filter(needsIt), damaged: found.value.damaged });
  }
  const ids = newestFirst(store, undefined);
  if (!ids.ok) return ids;
  const runs: StoredRun[] = [];
  const damaged: DamagedRecord[] = [];
  for (const { id } of ids.value) {
    const run = store.read(id);
    if (run.ok && needsIt(run.value)) runs.push(run.value);
    else if (!run.ok && run.failure.code === "state_unreadable") damaged.push(run.failure);
  }
  return ok({ runs, damaged });
}

async function fateOf(
  host: Host,
  record: RunRecord,
  withLiving: WithLiving,
  onWait: (record: RunRecord, processes: number) => void,
): Promise<RecoveredProcess | "alive"> {
  const living = await livingOf(host.processes, record);
  if (living === "unknown") {
    return withLiving === "refuse" ? "alive" : withLiving === "leave" ? "left" : "unknown";
  }
  if (living.length === 0) return "gone";
  switch (withLiving) {
    case "refuse":
      return "alive";
    case "leave":
      return "left";
    case "wait":
      onWait(record, living.length);
      await untilGone(host, record, undefined);
      return "ended";
    case "kill":
      for (const process of living) host.processes.signal(process, "SIGTERM");
      if (await untilGone(host, record, record.intent.grace_ms)) return "killed";
      return await force(host, record) ? "killed" : "alive";
  }
}

/** Whether all are gone within the bound; without a bound, when they are. */
async function untilGone(host: Host, record: RunRecord, boundMs: number | undefined): Promise<boolean> {
  const startedAtMs = host.clock.monotonicMs();
  for (;;) {
    const living = await livingOf(host.processes, record);
    if (living !== "unknown" && living.length === 0) return true;
    if (boundMs !== undefined && host.clock.monotonicMs() - startedAtMs >= boundMs) return false;
    await host.clock.after(LOOK_AGAIN_MS).elapsed;
  }
}

async function force(host: Host, record: RunRecord): Promise<boolean> {
  const startedAtMs = host.clock.monotonicMs();
  while (host.clock.monotonicMs() - startedAtMs < FORCE_BOUND_MS) {
    const living = await livingOf(host.processes, record);
    if (living === "unknown") return false;
    if (living.length === 0) return true;
    for (const process of living) host.processes.signal(process, "SIGKILL");
    await host.clock.after(LOOK_AGAIN_MS).elapsed;
  }
  return false;
}

/** undefined where somebody else finished it in the meantime. */
async function finish(
  host: Host,
  store: RunStore,
  run: StoredRun,
  fate: RecoveredProcess,
): Promise<Result<RunRecord | undefined, Failure>> {
  const adopted = store.adopt(run);
  if (!adopted.ok) return adopted;
  if (adopted.value === "held") return ok(undefined);
  const writer = adopted.value;
  try {
    const stdout = await outputOf(store, writer, "stdout");
    if (!stdout.ok) return stdout;
    const stderr = await outputOf(store, writer, "stderr");
    if (!stderr.ok) return stderr;
    const nowIso = new Date(host.clock.nowMs()).toISOString();
    return await writer.storeRecovery({
      recovered_at: nowIso,
      ended_between: [
        lastSignOfLife(store, run, [stdout.value, stderr.value]),
        fate === "left" ? null : nowIso,
      ],
      process_was: fate,
    }, { stdout: stdout.value, stderr: stderr.value });
  } finally {
    writer.close();
  }
}

async function outputOf(
  store: RunStore,
  writer: RunWriter,
  stream: "stdout" | "stderr",
): Promise<Result<CapturedStream | null, Failure>> {
  const { record } = writer;
  // A crash between the spawn and the note of it leaves files that the record does not name yet.
  const attempt = Math.max(1, record.attempts.length);
  return await store.digestOutput(
    record[`${stream}_path`] ?? store.layout.outputName(record.id, stream, attempt),
  );
}

function lastSignOfLife(
  store: RunStore,
  run: StoredRun,
  outputs: readonly (CapturedStream | null)[],
): string {
  const times = [
    Date.parse(run.record.start_time),
    ...run.record.attempts.map((attempt) => Date.parse(attempt.start_time)),
    ...outputs.map((output) =>
      output === null ? undefined : store.modifiedAtMs(store.layout.inState(output.path))
    ),
  ].filter((time) => time !== undefined);
  return new Date(Math.max(...times)).toISOString();
}
