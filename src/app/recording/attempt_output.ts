/** The files of one attempt's output, behind the port of the engine. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { AttemptOutput } from "../../engine/execution.ts";
import type { RunWriter } from "../../store/run_writer.ts";

export function openAttemptOutput(
  writer: RunWriter,
  attempt: number,
  onGrown: (stream: "stdout" | "stderr", path: string, sizeBytes: number) => void,
): Result<AttemptOutput, Failure> {
  const files = writer.openOutput(attempt, onGrown);
  if (!files.ok) return files;
  const { stdout, stderr, order } = files.value;
  return ok({
    stdout,
    stderr,
    abandon() {
      stdout.abandon();
      stderr.abandon();
      order.abandon();
    },
    async finish() {
      const [out, err, kept] = await Promise.all([stdout.finish(), stderr.finish(), order.finish()]);
      if (!out.ok) return out;
      if (!err.ok) return err;
      return kept.ok ? ok({ stdout: out.value, stderr: err.value, order: kept.value }) : kept;
    },
  });
}
