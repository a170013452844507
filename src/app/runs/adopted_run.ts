/** A run whose recorder died, while this process finishes its record. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { CapturedOutput, RunRecord } from "../../model/run.ts";
import type { RunStore, StoredRun } from "../../store/run_store.ts";
import type { RunWriter } from "../../store/run_writer.ts";

/** Finishes the record as its only writer. undefined where another process finished it meanwhile. */
export async function finishAdopted(
  store: RunStore,
  run: StoredRun,
  finish: (writer: RunWriter) => Promise<Result<RunRecord, Failure>>,
): Promise<Result<RunRecord | undefined, Failure>> {
  const adopted = await store.adopt(run, { evenIfUnknown: run.recorder === "unknown" });
  if (!adopted.ok) return adopted;
  if (adopted.value === "held") return ok(undefined);
  const writer = adopted.value;
  try {
    return await finish(writer);
  } finally {
    writer.close();
  }
}

/** The captured output as it is on disk; the names are relative to the state folder. */
export async function outputOnDisk(
  store: RunStore,
  names: Readonly<Record<keyof CapturedOutput, string>>,
): Promise<Result<CapturedOutput, Failure>> {
  const stdout = await store.digestOutput(names.stdout);
  if (!stdout.ok) return stdout;
  const stderr = await store.digestOutput(names.stderr);
  if (!stderr.ok) return stderr;
  const order = await store.digestOutput(names.order);
  if (!order.ok) return order;
  return ok({ stdout: stdout.value, stderr: stderr.value, order: order.value });
}
