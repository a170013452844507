/** What a build has brought about: its outputs looked at, its criteria checked, and what that makes of its outcome. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { CheckRecord, Outcome, OutputRecord } from "../../model/run.ts";
import { maskTexts } from "../../model/mask_texts.ts";
import { OUTPUT_TEXTS } from "../../model/record_texts.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import type { RunStore } from "../../store/run_store.ts";
import { checkCriteria, notChecked } from "./check_criteria.ts";
import type { BuildObserver, EndedBuild } from "./ended_build.ts";
import { changesSince, lookAtAll, NOTHING_KNOWN } from "../files/fingerprint_files.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface BuildEvidence {
  readonly outcome: Outcome;
  readonly outputs: readonly OutputRecord[];
  readonly checks: readonly CheckRecord[];
}

export async function concludeBuild(
  workspace: Workspace,
  runs: RunStore,
  ended: EndedBuild,
  observer: BuildObserver,
): Promise<Result<BuildEvidence, Failure>> {
  const { host } = workspace;
  const { outcome, before, secrets, resolved, stops } = ended;
  const { task } = resolved;
  const notRun = task.acceptance.map((criterion) => notChecked(criterion, secrets));
  if (outcome.status === "not_started") return ok({ outcome, outputs: [], checks: notRun });
  const { workingDir } = resolved.command;
  // Digests of large outputs take seconds, and whoever stops now does not want to wait for them.
  const stopped = stops.at(stops.count).then(() => undefined);
  // Looked at anew: size and time alone are no evidence.
  const looked = lookAtAll(host, workingDir, task.outputs, NOTHING_KNOWN, "inside");
  const after = await Promise.race([looked, stopped]);
  if (after === undefined) return ok({ outcome: stoppedAfter(outcome, stops), outputs: [], checks: notRun });
  const outputs = changesSince(before, after).map((output) => maskTexts(output, OUTPUT_TEXTS, secrets));
  if (outcome.status !== "succeeded") return ok({ outcome, outputs, checks: notRun });
  const missing = outputs.filter(({ present }) => !present);
  if (missing.length > 0) {
    const because = missingWords(outputs, missing);
    return ok({ outcome: { ...outcome, status: "failed", because }, outputs, checks: notRun });
  }
  const checked = await checkCriteria(workspace, runs, ended, observer);
  if (!checked.ok) return checked;
  const checks = checked.value;
  const wasStopped = stops.first !== undefined;
  return ok({
    outcome: wasStopped ? stoppedAfter(outcome, stops) : afterChecks(outcome, checks),
    outputs,
    checks,
  });
}

/** The outcome where somebody stopped what comes after the process; an ending that was none already stays. */
function stoppedAfter(outcome: Outcome, { first }: StopRequests): Outcome {
  if (first === undefined || outcome.status !== "succeeded") return outcome;
  return { status: "cancelled", cause: first.cause, end: { kind: "exited", exit_code: outcome.exit_code } };
}

function missingWords(outputs: readonly OutputRecord[], missing: readonly OutputRecord[]): string {
  const names = missing.map(({ path, type }) =>
    type === "outside"
      ? `${path} (a link that leaves working_dir)`
      : type === "unreadable"
      ? `${path} (it is there and cannot be read)`
      : path
  );
  const count = outputs.length === 1
    ? "its output is"
    : `${missing.length} of ${outputs.length} outputs ${missing.length === 1 ? "is" : "are"}`;
  return `${count} missing: ${names.join(", ")}`;
}

function afterChecks(
  outcome: Extract<Outcome, { status: "succeeded" }>,
  checks: readonly CheckRecord[],
): Outcome {
  const failed = checks.filter(({ status }) => status !== "succeeded" && status !== "not_run");
  if (failed.length === 0) return outcome;
  const names = failed.map(({ id }) => id).join(", ");
  return { ...outcome, status: "failed", because: `acceptance failed: ${names}` };
}
