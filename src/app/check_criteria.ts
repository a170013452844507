/** Runs the checks of a task's acceptance criteria, each as a recorded run of its own: that is the evidence. */

import { definitionOfCommand } from "../model/definition.ts";
import type { Failure } from "../model/failure.ts";
import type { CommandDefinition } from "../model/job.ts";
import type { Project } from "../model/project.ts";
import { ok, type Result } from "../model/result.ts";
import type { CheckRecord } from "../model/run.ts";
import type { Criterion, Task } from "../model/task.ts";
import type { StopRequests } from "../engine/stop_requests.ts";
import type { RunStore } from "../store/run_store.ts";
import { prepareRun } from "./prepare_run.ts";
import { recordRun, type RunObserver } from "./record_run.ts";
import type { Workspace } from "./workspace.ts";

/** One after the other, all of them: the second may tell as much as the first. Ends early when a stop is requested. */
export async function checkCriteria(
  workspace: Workspace,
  runs: RunStore,
  project: Project,
  task: Task,
  observer: RunObserver,
  stops: StopRequests,
): Promise<Result<readonly CheckRecord[], Failure>> {
  const checks: CheckRecord[] = [];
  for (const criterion of task.acceptance) {
    if (criterion.check === undefined || stops.first !== undefined) {
      checks.push({
        id: criterion.id,
        text: criterion.text,
        run: null,
        status: "not_run",
        exit_code: null,
        stdout_sha256: null,
        stderr_sha256: null,
      });
      continue;
    }
    const command = commandOf(task, criterion, criterion.check);
    const prepared = await prepareRun(workspace.host, project, {
      action: "check.run",
      subject: "task",
      command,
      definition: definitionOfCommand(command),
      extraArgs: [],
      interactive: false,
      stdin: "none",
      leaveRunning: false,
      expectedOutputs: [],
    });
    const run = await recordRun(workspace, runs, project, {
      command,
      prepared,
      interactive: false,
      leaveRunning: false,
      turn: undefined,
    }, observer);
    if (!run.ok) return run;
    checks.push({
      id: criterion.id,
      text: criterion.text,
      run: run.value.id,
      status: run.value.status,
      exit_code: run.value.exit_code,
      stdout_sha256: run.value.stdout_sha256,
      stderr_sha256: run.value.stderr_sha256,
    });
  }
  return ok(checks);
}

/** A check runs where its task runs, with the same variables and secrets. */
function commandOf(
  task: Task,
  criterion: Criterion,
  check: readonly [string, ...string[]],
): CommandDefinition {
  return {
    name: task.name,
    description: criterion.text,
    command: check,
    workingDir: task.workingDir,
    env: task.env,
    timeoutMs: criterion.timeoutMs,
    killGraceMs: task.killGraceMs,
    secrets: task.secrets,
    retry: undefined,
    successExitCodes: [0],
  };
}
