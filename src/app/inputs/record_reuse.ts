/**
 * Records that a run was not needed, as a record of its own that names the run whose result still holds.
 * Starts nothing. "outdated" where another run became the newest of its job since that was decided; then nothing is recorded.
 */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import type { PreparedRun } from "../recording/prepare_run.ts";
import type { UpToDate } from "./decide.ts";
import { logRunEvent } from "../recording/log_run_event.ts";
import type { RunObserver } from "../recording/run_to_record.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Project } from "../../model/project.ts";

export async function recordReuse(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  prepared: PreparedRun,
  { same, accepted, newest }: UpToDate,
  observer: RunObserver,
  around?: RunWriter,
): Promise<Result<RunRecord | "outdated", Failure>> {
  const { clock } = workspace.host;
  const startedAtMs = clock.nowMs();
  const reserved = await store.reserveEnded(same.name, startedAtMs, around, newest);
  if (!reserved.ok) return reserved;
  if (reserved.value === "outdated") return ok("outdated");
  const writer = reserved.value;
  try {
    const begun = prepared.recordFor(writer.id, startedAtMs);
    const record: RunRecord = {
      ...begun,
      status: "up_to_date",
      reason: accepted === undefined
        ? `none of its inputs changed since ${same.id}`
        : `the changes since ${same.id} do not matter, according to a person in ${accepted.id}`,
      same_as: { run: same.id, commit: same.git?.commit ?? null, end_time: same.end_time },
      end_time: begun.start_time,
      duration_ms: 0,
      outputs: same.outputs,
    };
    const stored = await writer.store({ kind: "run_created", record });
    if (!stored.ok) return stored;
    const event = { kind: "run_up_to_date", same: same.id } as const;
    logRunEvent(await workspace.log(project.logging), event, record);
    observer.event(event, record);
    return ok(record);
  } finally {
    writer.close();
  }
}
