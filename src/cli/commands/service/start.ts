/** `service start`: starts a service, or finds it ready. */

import { defineActivity } from "../../base/command.ts";
import type { Failure } from "../../../model/failure.ts";
import { EXIT, exitCodeOfFailure, exitCodeOfRun } from "../../base/exit_code.ts";
import type { Invocation } from "../../base/invocation.ts";

export const command = defineActivity({
  flags: (command) => command.argument("<service>", "name of the service"),
  examples: [
    {
      line: "orchastration service start api",
      does: "return when it is ready, and print its address; at once if it is ready already",
    },
  ],
  request: ([name]) => ({ name }),
  carryOut: ({ name }, invocation) =>
    invocation.host.environment.handedOver === undefined
      ? start(name, invocation)
      : supervise(name, invocation),
});

async function start(name: string, invocation: Invocation): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { startService } = await import("../../../app/services/start_service.ts");
  const started = await startService(workspace.value, name, false);
  if (!started.ok) return invocation.fail(started.failure);
  const { run, address, wasRunning } = started.value;
  const { console, isJson } = invocation;
  if (isJson) {
    console.json({ format: 1, kind: "service", name, run: run.id, address, was_running: wasRunning });
  } else {
    const where = address === null ? "" : ` at ${address}`;
    console.out(`${name} is ready${where}${wasRunning ? ", as it was before" : ""}: ${run.id}\n`);
  }
  return EXIT.done;
}

/** Runs in the supervisor: the caller gets a line when the service is ready, or has ended before it was. */
async function supervise(name: string, invocation: Invocation): Promise<number> {
  const [{ superviseService }, { reportStarted }, { failedStartLine }] = await Promise.all([
    import("../../../app/services/supervise_service.ts"),
    import("../../reports/detached_run.ts"),
    import("../../../app/jobs/detach_run.ts"),
  ]);
  const { console, host } = invocation;
  const passOn = (failure: Failure) => {
    console.out(failedStartLine(failure));
    return exitCodeOfFailure(failure);
  };
  const workspace = invocation.workspace();
  if (!workspace.ok) return passOn(workspace.failure);
  let isReported = false;
  const ended = await superviseService(workspace.value, name, (record) => {
    isReported = true;
    void reportStarted(workspace.value, console, record, host.environment.pid);
  });
  if (!ended.ok) return passOn(ended.failure);
  if (!isReported) await reportStarted(workspace.value, console, ended.value, host.environment.pid);
  return exitCodeOfRun(ended.value);
}
