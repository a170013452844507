/** Calls a program for its answer, within bounds on time and output. Records nothing. */

import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";
import type { ToolResult } from "../../host/processes.ts";

export interface CallPlace {
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface CallBounds {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

/** "not_found": there is no such program, or the system cannot start it. */
export async function callProgram(
  { processes }: Pick<Host, "processes">,
  [name, ...args]: readonly [string, ...string[]],
  { workingDir, env }: CallPlace,
  bounds: CallBounds,
): Promise<HostResult<ToolResult> | "not_found"> {
  const program = processes.findProgram(name, { workingDir, env });
  if (!program.ok) return "not_found";
  return await processes.runTool({
    program: program.value,
    args,
    workingDir,
    env,
    timeoutMs: bounds.timeoutMs,
    maxOutputBytes: bounds.maxOutputBytes,
  });
}

export function hasSucceeded({ exit }: ToolResult): boolean {
  return exit.kind === "exited" && exit.exit_code === 0;
}
