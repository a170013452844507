/** Submits a run to Slurm, and leaves it to whichever command looks next. */

import type { Failure } from "../../model/failure.ts";
import type { FileRecord } from "../../model/run.ts";
import { fail, ok } from "../../model/result.ts";
import type { Ended } from "../../engine/execution.ts";
import { handOver } from "../recording/hand_over.ts";
import type { PreparedRun } from "../recording/prepare_run.ts";
import type { RecordedRun } from "../recording/recorded_run.ts";
import { removeHandover } from "../../store/handover.ts";
import type { RunStore } from "../../store/run_store.ts";

export type LeftRun =
  | { readonly kind: "left" }
  | { readonly kind: "ended"; readonly ended: Ended }
  | { readonly kind: "failed"; readonly failure: Failure };

export async function leaveRun(
  run: RecordedRun,
  { parts, layout }: RunStore,
  prepared: PreparedRun,
  before: readonly FileRecord[],
): Promise<LeftRun> {
  const { id, intent: { retry } } = run.record;
  const { start } = run;
  if (start.kind === "refused") return { kind: "ended", ended: await run.execute() };
  const { settings } = prepared.slurm!(id);
  const spawn = retry === null ? undefined : start.spawn;
  // Before the job is submitted: from then on, only this file distinguishes the run from one whose recorder died.
  const handed = await handOver(parts, { run: id, settings, secrets: prepared.secrets, spawn, before });
  if (!handed.ok) return { kind: "failed", failure: handed.failure };
  const visited = await run.visit({
    attempts: [],
    outputNames: (attempt) => layout.outputNames(id, attempt),
    isWithheld: false,
    request: (attempt) => Promise.resolve(attempt === 1 ? ok(start.spawn) : fail("it is submitted later")),
  });
  if ("kind" in visited) return { kind: "left" };
  removeHandover(parts, id);
  return { kind: "ended", ended: visited };
}
