/** The captured output of a run: which files it has now, and why a part of it is missing. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { AttemptRecord, RunRecord } from "../../model/run.ts";
import type { RunStore } from "../../store/run_store.ts";
import { findRun } from "./find_run.ts";
import { type LogStream, OrderedLog, type StreamName } from "./ordered_log.ts";
import { otherConfig } from "../workspace/other_config.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { tailStart, unreadable } from "./log_text.ts";

export interface ReadLogRequest {
  readonly reference: string;
  readonly streams: readonly StreamName[];
  /** undefined: the last one. */
  readonly attempt: number | undefined;
  readonly tailLines: number | undefined;
}

/** All output of the last attempt. */
export const WHOLE_LOG: Omit<ReadLogRequest, "reference"> = {
  streams: ["stdout", "stderr"],
  attempt: undefined,
  tailLines: undefined,
};

export interface OpenedLog {
  readonly record: RunRecord;
  /** The attempt; undefined where there was none, or none is recorded. */
  readonly attempt: number | undefined;
  /** The captured streams. */
  readonly log: OrderedLog;
  /**
   * The configuration of the run, where only a name was given and the current configuration is another one.
   */
  readonly elsewhere: string | undefined;
  /** Why a requested part is missing, as a sentence. */
  readonly absence: string | undefined;
  /** The output is complete. */
  readonly isOver: boolean;
  /** Why the streams follow one another, as a sentence, where an order exists but cannot be trusted. */
  readonly disorder: string | undefined;
}

export async function openLog(
  workspace: Workspace,
  request: ReadLogRequest,
): Promise<Result<OpenedLog, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  // The name of a task refers to the output of its build, not of its last check or plan.
  const found = await findRun(
    workspace,
    store.value,
    request.reference,
    ({ subject, action }) => subject === "job" || action === "build.run",
  );
  if (!found.ok) return found;
  const { record } = found.value.run;
  const attempt = attemptOf(record, request.attempt);
  if (!attempt.ok) return attempt;
  const streams: LogStream[] = [];
  // A crash between the spawn and its record leaves files that the record does not name.
  const unnamed = record.attempts.length === 0
    ? request.streams.map((stream) => ({
      stream,
      path: store.value.layout.inState(store.value.layout.outputName(record.id, stream, 1)),
    }))
    : [];
  const named = attempt.value === undefined
    ? unnamed
    : streamsOf(store.value, record, attempt.value, request.streams);
  const away = attempt.value === undefined ? undefined : await unreachable(workspace, record, attempt.value);
  if (away !== undefined) return away;
  for (const { stream, path } of named) {
    const facts = workspace.host.files.stat(path);
    if (!facts.ok) {
      // Captured output that is gone must not look like empty output.
      if (facts.failure.kind !== "not_found") return unreadable(path, facts.failure);
      if (attempt.value === undefined) continue;
      if (isElsewhere(record, attempt.value)) {
        // Its node has not begun it.
        streams.push({ stream, path, fromBytes: 0, sizeBytes: 0 });
        continue;
      }
      return unreadable(path, facts.failure);
    }
    const { sizeBytes } = facts.value;
    const fromBytes = request.tailLines === undefined
      ? ok(0)
      : tailStart(workspace.host.files, path, sizeBytes, request.tailLines);
    if (!fromBytes.ok) return fromBytes;
    streams.push({ stream, path, fromBytes: fromBytes.value, sizeBytes });
  }
  const missing = request.streams.filter((name) => !streams.some(({ stream }) => stream === name));
  const reference = await workspace.resolveAlias(request.reference);
  const isNamedOnly = [record.name, `${record.name}/last`].includes(reference);
  const order = await orderOf(workspace, store.value, record, attempt.value);
  return ok({
    record,
    attempt: attempt.value?.number,
    log: new OrderedLog(workspace.host.files, streams, order.path),
    isOver: record.status !== "running" || (attempt.value !== undefined && attempt.value.end_time !== null),
    disorder: order.problem,
    elsewhere: isNamedOnly ? await otherConfig(workspace, record.intent.config_path) : undefined,
    absence: absenceOf(record, missing),
  });
}

/** A disk of a network may not answer, and is asked within a bound. */
async function unreachable(
  { host }: Workspace,
  record: RunRecord,
  attempt: AttemptRecord,
): Promise<Result<never, Failure> | undefined> {
  const folder = attempt.slurm?.folder;
  if (folder === undefined || !isElsewhere(record, attempt)) return undefined;
  const { sharedDisk } = await import("../slurm/shared_disk.ts");
  const names = await sharedDisk(host).list(folder);
  return names.ok ? undefined : unreadable(folder, names.failure);
}

interface KnownOrder {
  readonly path: string | undefined;
  readonly problem: string | undefined;
}

/** The file with the order of an attempt's output. A recorded file must be unchanged. */
async function orderOf(
  { host }: Workspace,
  store: RunStore,
  record: RunRecord,
  attempt: AttemptRecord | undefined,
): Promise<KnownOrder> {
  const recorded = attempt?.output_order;
  const isOpen = attempt === undefined || attempt.end_time === null;
  if (attempt !== undefined && isElsewhere(record, attempt)) return { path: undefined, problem: undefined };
  // While the file grows, and where its recorder died, the record does not name it yet.
  const relative = recorded?.path ??
    (isOpen ? store.layout.orderName(record.id, attempt?.number ?? 1) : undefined);
  if (relative === undefined) return { path: undefined, problem: undefined };
  const path = store.layout.inState(relative);
  if (recorded === undefined) return { path, problem: undefined };
  const bytes = host.files.readBytes(path);
  if (bytes.ok && await host.digests.sha256(bytes.value) === recorded.sha256) {
    return { path, problem: undefined };
  }
  const fact = bytes.ok ? "was changed since then" : "cannot be read";
  const problem = `the file with the order of its output ${fact}, so stdout comes first and stderr after it`;
  return { path: undefined, problem };
}

function absenceOf(record: RunRecord, missing: readonly StreamName[]): string | undefined {
  if (missing.length === 0) return undefined;
  if (record.graph !== undefined) {
    const node = record.graph.nodes.find(({ run }) => run !== null)?.run;
    return `a graph has no output of its own, only its nodes do${
      node === undefined ? "" : `, such as ${node}`
    }`;
  }
  const last = record.attempts.at(-1);
  if (last !== undefined && isElsewhere(record, last)) {
    return "nobody follows it, so its output is masked, and shown, once its end is recorded";
  }
  if (record.attempts.length > 0) {
    return record.intent.interactive
      ? "it was interactive, so its output went to the terminal and was not captured"
      : `its ${missing.join(" and ")} was already gone when it was recovered`;
  }
  if (record.status === "running") return "there is no output yet";
  return record.status === "not_started"
    ? `there is no output, because it ${record.reason}`
    : "there is no output, because no process of it was started";
}

/** Nobody follows the attempt, so its output is where its node writes it. */
export function isElsewhere({ status, intent }: RunRecord, { end_time }: AttemptRecord): boolean {
  return status === "running" && end_time === null && intent.executor?.unattended === true;
}

/** The files of the wanted streams; none where nothing may be shown of a stream yet. */
export function streamsOf(
  store: RunStore,
  record: RunRecord,
  attempt: AttemptRecord,
  wanted: readonly StreamName[],
): readonly { readonly stream: StreamName; readonly path: string }[] {
  const folder = attempt.slurm?.folder;
  if (isElsewhere(record, attempt) && folder !== undefined) {
    // Output is not shown before it is masked.
    if (record.intent.secrets.length > 0) return [];
    return wanted.map((stream) => ({ stream, path: store.parts.paths.join(folder, stream) }));
  }
  return wanted.flatMap((stream) => {
    const relative = attempt[`${stream}_path`];
    return relative === null ? [] : [{ stream, path: store.layout.inState(relative) }];
  });
}

function attemptOf(
  record: RunRecord,
  number: number | undefined,
): Result<AttemptRecord | undefined, Failure> {
  if (number === undefined) return ok(record.attempts.at(-1));
  const attempt = record.attempts.find((each) => each.number === number);
  if (attempt !== undefined) return ok(attempt);
  return fail({
    code: "run_not_found",
    reference: `${record.id}, attempt ${number}`,
    fact: `the run has ${record.attempts.length} ${record.attempts.length === 1 ? "attempt" : "attempts"}`,
    suggestion: undefined,
    next: [nextCommand("runs show", record.id)],
  });
}
