/** Selects the part of a run's log that explains its failure. */

import { type FailingPart, FailingPartFinder } from "../../model/failing_part.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { LogLines } from "./log_lines.ts";
import { openLog, WHOLE_LOG } from "./read_log.ts";

/** Reads the output of the last attempt; the part has at most this many bytes. */
export async function failingPartOf(
  workspace: Workspace,
  run: RunId,
  maxBytes: number,
): Promise<Result<FailingPart, Failure>> {
  const opened = await openLog(workspace, { ...WHOLE_LOG, reference: run });
  if (!opened.ok) return opened;
  const finder = new FailingPartFinder();
  using lines = new LogLines(workspace.host.files);
  for (const { text, stream } of lines.all(opened.value.log.next(true))) {
    finder.line(text, stream === "stderr");
  }
  return ok(finder.part(maxBytes));
}
