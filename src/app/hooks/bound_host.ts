/** The machine for a hook: no tool that it calls outlives the hook. */

import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";
import type { Processes, ToolResult } from "../../host/processes.ts";

export interface BoundHost {
  readonly host: Host;
  /** Stops every running tool, and starts no other. Returns when none is left. */
  end(): Promise<void>;
}

export function boundHost(
  {
    files,
    paths,
    clock,
    digests,
    signing,
    terminal,
    environment,
    signals,
    network,
    processes: given,
  }: Host,
): BoundHost {
  const over = new AbortController();
  const running = new Set<Promise<HostResult<ToolResult>>>();
  const runTool: Processes["runTool"] = async (request) => {
    if (over.signal.aborted) {
      return { ok: false, failure: { kind: "stopped", reason: `${request.program} was stopped` } };
    }
    const stop = request.stop === undefined ? over.signal : AbortSignal.any([request.stop, over.signal]);
    const ran = given.runTool({ ...request, stop });
    running.add(ran);
    return await ran.finally(() => running.delete(ran));
  };
  const processes = new Proxy(given, {
    get(target, name) {
      if (name === "runTool") return runTool;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    host: { files, paths, clock, digests, signing, terminal, environment, signals, network, processes },
    async end() {
      over.abort();
      await Promise.all(running);
    },
  };
}
