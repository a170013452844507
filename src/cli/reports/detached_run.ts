/** `run --detach` on both sides: the caller, which reports the result, and the supervisor, whose output only the caller reads. */

import type { RunJobRequest } from "../../app/jobs/run_job.ts";
import { askerOf } from "../../app/recording/requester.ts";
import type { RunObserver } from "../../app/recording/run_to_record.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { BuildTaskRequest } from "../../app/tasks/build_task.ts";
import type { RunEvent, RunRecord } from "../../model/run.ts";
import { EXIT, exitCodeOfEnded, exitCodeOfRun, exitCodeOfSignal } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { takeEarly } from "../base/early_start.ts";
import type { Console } from "../output/console.ts";

export async function runDetached(
  names: readonly string[],
  invocation: Invocation,
  schedule?: string,
): Promise<number> {
  const { detachRun } = await import("../../app/jobs/detach_run.ts");
  const { environment, terminal } = invocation.host;
  const asker = { ...askerOf(environment, terminal), ...(schedule === undefined ? {} : { schedule }) };
  const detached = await detachRun(invocation.host, names.length === 1 ? names[0] : undefined, {
    asker,
    started: takeEarly(),
  });
  if (!detached.ok) return invocation.fail(detached.failure);
  const { console, isJson } = invocation;
  if (detached.value.kind === "not_begun") {
    const { stdout, stderr, exit } = detached.value;
    if (stdout !== "") console.out(stdout);
    if (stderr !== "") console.err(stderr);
    return exit.kind === "exited" ? exit.exit_code : exitCodeOfSignal(exit.signal);
  }
  const { run } = detached.value;
  if (isJson) console.json(run);
  else if (run.exit_code !== null) console.out(`${run.id}: ${run.reason}\n`);
  else {
    const who = run.pid === null ? "no process stays" : `supervisor ${run.pid}`;
    // A graph has no output of its own, and goes on with each look where no process stays.
    const next = run.stdout_path === null && run.pid !== null && run.subject === "graph"
      ? `nodes: ${invocation.commandLine("runs show", run.id)}`
      : run.pid === null && run.stdout_path === null
      ? `goes on with each look: ${invocation.commandLine("wait", run.id)}`
      : `output: ${invocation.commandLine("logs", run.id)} --follow`;
    console.out(`detached: ${run.id}, ${who}: ${run.reason}\n  ${next}\n`);
  }
  return run.exit_code ?? EXIT.done;
}

/** The same run as in the foreground, but nobody watches. */
export async function superviseRun(
  request: RunJobRequest,
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  const [{ runJob }, { isStarted }] = await Promise.all([
    import("../../app/jobs/run_job.ts"),
    import("../../app/jobs/detach_run.ts"),
  ]);
  const ended = await runJob(
    workspace,
    { ...request, isLeft: true },
    reportingOnce(workspace, invocation, isStarted),
  );
  if (!ended.ok) return await invocation.fail(ended.failure);
  // Slurm has it, and the next command that looks goes on with it.
  return exitCodeOfEnded(ended.value) ?? EXIT.done;
}

/** The same for a build of one task. */
export async function superviseBuild(
  request: BuildTaskRequest,
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  const [{ buildTask }, { isStarted }] = await Promise.all([
    import("../../app/tasks/build_task.ts"),
    import("../../app/jobs/detach_run.ts"),
  ]);
  const built = await buildTask(workspace, request, {
    ...reportingOnce(workspace, invocation, isStarted),
    planned() {},
    building() {},
    checking() {},
    built() {},
  });
  return built.ok ? exitCodeOfRun(built.value.run) : await invocation.fail(built.failure);
}

/** Reports the first started run to the caller, and nothing else. */
function reportingOnce(
  workspace: Workspace,
  { console, host }: Invocation,
  isStarted: (event: RunEvent) => boolean,
): RunObserver {
  let isReported = false;
  return {
    event(event, record) {
      if (isReported || !isStarted(event)) return;
      isReported = true;
      void reportStarted(workspace, console, record, host.environment.pid);
    },
    outputGrown() {},
    inputWithheld: () => Promise.resolve(),
  };
}

/** Reports to the caller that the run is recorded; afterwards there is no reader. */
export async function reportStarted(
  workspace: Workspace,
  console: Console,
  record: RunRecord,
  pid: number,
): Promise<void> {
  const { detachedRun } = await import("../../app/jobs/detach_run.ts");
  const store = await workspace.store();
  if (!store.ok) throw new Error(`Cannot report run "${record.id}": its records are nowhere`);
  const exitCode = record.status === "running" ? null : exitCodeOfRun(record);
  console.out(`${JSON.stringify(detachedRun(store.value.parts, record, pid, exitCode))}\n`);
}
