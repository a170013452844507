/** Runs attempts as processes of this machine. */

import type { ChildProcess, Processes } from "../host/processes.ts";
import { endTree } from "./end_tree.ts";
import type { Executor, StartedAttempt } from "./executor.ts";
import { supervise } from "./supervise.ts";

/** The executor for processes that the machine starts by itself. */
export function localExecutor(processes: Processes): Executor {
  return {
    start(request) {
      const spawned = processes.spawn(request);
      return spawned.ok ? { ok: true, value: started(spawned.value) } : spawned;
    },
  };
}

/** The same for many processes: other work goes on while the system starts one. */
export function localExecutorBeside(processes: Processes): Executor {
  return {
    async start(request) {
      const spawned = await processes.spawnBeside(request);
      return spawned.ok ? { ok: true, value: started(spawned.value) } : spawned;
    },
  };
}

function started(child: ChildProcess): StartedAttempt {
  return {
    child,
    get process() {
      return child.identity;
    },
    stdout: child.stdout,
    stderr: child.stderr,
    exited: child.exited,
    follow: (policy, seenStopRequests, ports) => supervise(child, policy, seenStopRequests, ports),
    abandon: async (policy, { stops, clock }) => {
      await endTree(
        child,
        {
          cause: { kind: "bug", detail: "abandoned" },
          signal: "SIGTERM",
          force: false,
          graceMs: policy.graceMs,
          startedAtMs: clock.monotonicMs(),
          seenStopRequests: stops.count,
          onSignal: () => Promise.resolve(),
        },
        stops,
        clock,
      );
    },
    release: () => child.release(),
  };
}
