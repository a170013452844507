/** Runs the checks of a task's acceptance criteria, each as a recorded run of its own: the evidence. */

import { definitionOfCommand } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { CheckRecord, RunRecord } from "../../model/run.ts";
import type { CommandDefinition } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { maskTexts } from "../../model/mask_texts.ts";
import { CHECK_TEXTS } from "../../model/record_texts.ts";
import { maskText } from "../../model/secrets.ts";
import type { Criterion } from "../../model/task.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { BuildObserver, EndedBuild } from "./ended_build.ts";
import { type PreparedRun, prepareRun } from "../recording/prepare_run.ts";
import { checkOf } from "./resolve_task.ts";
import { RecordedRun } from "../recording/recorded_run.ts";
import type { Workspace } from "../workspace/workspace.ts";

/**
 * Runs them one after the other, and all of them, because each may tell something. Ends early when a stop is
 * requested.
 */
export async function checkCriteria(
  workspace: Workspace,
  runs: RunStore,
  { run, secrets, variables, resolved, stops, places }: EndedBuild,
  observer: BuildObserver,
): Promise<Result<readonly CheckRecord[], Failure>> {
  const { project, task } = resolved;
  const checks: CheckRecord[] = [];
  for (const criterion of task.acceptance) {
    const command = checkOf(task, criterion);
    if (command === undefined || stops.first !== undefined) {
      checks.push(notChecked(criterion, secrets));
      continue;
    }
    const prepared = await prepareRun(workspace.host, project, {
      action: "check.run",
      subject: "task",
      command,
      definition: { ...definitionOfCommand(command), criterion: criterion.id },
      extraArgs: [],
      interactive: false,
      stdin: "none",
      leaveRunning: false,
      expectedOutputs: [],
      outerToken: run.token,
      variables,
      display: workspace.display,
      ...(places === undefined ? {} : { places }),
    }, resolved.checks.get(criterion.id)!);
    observer.checking(criterion.id, maskText(criterion.text, secrets));
    const checked = await runCheck(workspace, runs, project, command, prepared, run, stops, observer);
    if (!checked.ok) return checked;
    const { id, status, exit_code, stdout_sha256, stderr_sha256 } = checked.value;
    checks.push({
      ...notChecked(criterion, secrets),
      run: id,
      status,
      exit_code,
      stdout_sha256,
      stderr_sha256,
    });
  }
  return ok(checks);
}

async function runCheck(
  workspace: Workspace,
  runs: RunStore,
  project: Project,
  command: CommandDefinition,
  prepared: PreparedRun,
  build: RunRecord,
  ofBuild: StopRequests,
  observer: BuildObserver,
): Promise<Result<RunRecord, Failure>> {
  const stops = new StopRequests(workspace.host.clock);
  // Signals and calls of `stop` reach each run by themselves; what a graph asks of its nodes reaches the build.
  void ofBuild.at(0).then(({ cause }) => {
    if (cause.kind === "failed_node") stops.failedNode(cause.name);
  });
  const within = [build.id, ...(build.part_of === undefined ? [] : [build.part_of])];
  const check = { project, command, prepared, interactive: false, leaveRunning: false, stops, within };
  const begun = await RecordedRun.begin(workspace, runs, check, observer);
  if (!begun.ok) return begun;
  using run = begun.value;
  return await run.finish(await run.execute());
}

/** The record of a check that did not run. */
export function notChecked({ id, text }: Criterion, secrets: readonly string[]): CheckRecord {
  const record: CheckRecord = {
    id,
    text,
    run: null,
    status: "not_run",
    exit_code: null,
    stdout_sha256: null,
    stderr_sha256: null,
  };
  return maskTexts(record, CHECK_TEXTS, secrets);
}
