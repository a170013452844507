/** The results of a build: examines its outputs, checks its criteria, and adjusts its outcome. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { CheckFile, CheckRecord, Outcome, OutputRecord } from "../../model/run.ts";
import type { RunStore } from "../../store/run_store.ts";
import { concludeOutputs, stoppedAfter } from "../recording/conclude_outputs.ts";
import { checkCriteria, notChecked } from "./check_criteria.ts";
import { checkFiles } from "./check_files.ts";
import type { BuildObserver, EndedBuild } from "./ended_build.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface BuildEvidence {
  readonly outcome: Outcome;
  readonly outputs: readonly OutputRecord[];
  readonly checks: readonly CheckRecord[];
  readonly checkFiles: readonly CheckFile[];
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
  const concluded = await concludeOutputs(host, {
    workingDir: resolved.command.workingDir,
    declared: task.outputs,
    before,
    outcome,
    secrets,
    stops,
  });
  const { outputs } = concluded;
  if (concluded.outcome.status !== "succeeded") return ok({ ...concluded, checks: notRun, checkFiles: [] });
  const after = concluded.outcome;
  const named = await checkFiles(host, task, resolved.command.workingDir, secrets);
  const checked = await checkCriteria(workspace, runs, ended, observer);
  if (!checked.ok) return checked;
  const checks = checked.value;
  const wasStopped = stops.first !== undefined;
  return ok({
    outcome: wasStopped ? stoppedAfter(after, stops) : afterChecks(after, checks),
    outputs,
    checks,
    checkFiles: named,
  });
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
