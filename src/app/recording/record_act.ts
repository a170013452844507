/** Records an action of Orchastration itself, without a process: the intent first, then the result. */

import type { Failure } from "../../model/failure.ts";
import { describeFailure } from "../../model/failure_words.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { maskFailure } from "../../model/failure_texts.ts";
import type { RunRecord } from "../../model/run.ts";
import type { ToolJournal } from "../../git/tool.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { PreparedRun } from "./prepare_run.ts";
import { warnOfMissingLocks } from "./warn_of_missing_locks.ts";
import { toolJournal } from "./tool_journal.ts";

export interface ActResult {
  readonly status: "succeeded" | "failed";
  /** One sentence for the record; texts that can contain a secret were masked before. */
  readonly reason: string;
}

/**
 * `complete` adds the specific parts to the intent; `act` performs the action, and may fail in an expected
 * way.
 */
export async function recordAct(
  workspace: Workspace,
  store: RunStore,
  name: string,
  prepared: PreparedRun,
  complete: (record: RunRecord) => RunRecord | Promise<RunRecord>,
  act: (record: RunRecord, journal: ToolJournal) => Promise<Result<ActResult, Failure>>,
): Promise<Result<RunRecord, Failure>> {
  const { clock } = workspace.host;
  const startedAtMs = clock.nowMs();
  const startedMs = clock.monotonicMs();
  const reserved = await store.reserve(name, startedAtMs);
  if (!reserved.ok) return reserved;
  const writer = reserved.value;
  warnOfMissingLocks(workspace, store, writer.lockSupport);
  try {
    const record = await complete(prepared.recordFor(writer.id, startedAtMs));
    const created = await writer.store({ kind: "run_created", record });
    if (!created.ok) return created;
    const journal = toolJournal(workspace.host, (tools) => writer.store({ kind: "tools_noted", tools }));
    const done = await act(record, journal).finally(() => journal.close());
    // The messages of tools may repeat values that were passed to them.
    const ended = done.ok ? done : fail(maskFailure(done.failure, prepared.secrets));
    const finished = await writer.store({
      kind: "act_finished",
      at: new Date(clock.nowMs()).toISOString(),
      durationMs: Math.max(0, Math.round(clock.monotonicMs() - startedMs)),
      ...(ended.ok ? ended.value : { status: "failed", reason: describeFailure(ended.failure).headline }),
    });
    if (!ended.ok) return ended;
    return finished.ok ? ok(writer.record) : finished;
  } finally {
    writer.close();
    await workspace.noteUse();
  }
}
