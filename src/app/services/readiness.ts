/** The readiness check of a service: repeated until it passes, and once for a service that was ready. */

import type { Project } from "../../model/project.ts";
import { addressOf, portOf, type ReadyCheck, type Service } from "../../model/service.ts";
import type { Host } from "../../host/host.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";
import { callProgram, hasSucceeded } from "../workspace/call_program.ts";
import { unlessDeclared, WORKTREE_VARIABLE, worktreeVariables } from "../recording/worktree_variables.ts";

/** The bound of one check; a busy service may take a while to answer. */
const LOOK_BOUND_MS = 2000;
const MAX_SAID_BYTES = 64 * 1024;

export interface Ready {
  readonly address: string | null;
}

/** A service as its definition comes to here. */
export interface ServiceHere {
  readonly service: Service;
  readonly project: Project;
  readonly resolved: ResolvedDefinition;
}

/** The result of one check; undefined if the service is not ready. `output` gives the output of its main process so far. */
export async function checkReadiness(
  host: Host,
  { service: { ready }, project, resolved }: ServiceHere,
  output: () => string,
): Promise<Ready | undefined> {
  const worktree = await worktreeVariables(host, project);
  const port = portOf(ready);
  // It begins later than that of another work tree, with the same port.
  if (port !== undefined && isOfAnotherWorktree(host, port, worktree)) return undefined;
  const { workingDir, declaredEnv } = resolved;
  const env = { ...resolved.env, ...unlessDeclared(worktree, declaredEnv) };
  return await check(host, ready, { workingDir, env }, output);
}

/** Whether a process of another work tree holds the port, as far as the system tells. */
function isOfAnotherWorktree(
  { network, processes }: Pick<Host, "network" | "processes">,
  port: number,
  worktree: Readonly<Record<string, string>>,
): boolean {
  const holder = network.holderOf(port);
  const theirs = holder && processes.startedWith(holder.pid, WORKTREE_VARIABLE);
  return theirs !== undefined && theirs !== worktree[WORKTREE_VARIABLE];
}

async function check(
  host: Host,
  ready: ReadyCheck,
  place: Pick<ResolvedDefinition, "workingDir" | "env">,
  output: () => string,
): Promise<Ready | undefined> {
  const { network } = host;
  const address = addressOf(ready);
  switch (ready.kind) {
    case "port":
      return await network.accepts(ready.port, LOOK_BOUND_MS) ? { address } : undefined;
    case "http": {
      const status = await network.status(ready.url, LOOK_BOUND_MS);
      return status !== undefined && status >= 200 && status < 400 ? { address } : undefined;
    }
    case "line": {
      const match = new RegExp(ready.pattern, "m").exec(output());
      return match === null ? undefined : { address: match[1] ?? match[0] };
    }
    case "command": {
      const bounds = { timeoutMs: LOOK_BOUND_MS, maxOutputBytes: MAX_SAID_BYTES };
      const ran = await callProgram(host, ready.command, place, bounds);
      return ran !== "not_found" && ran.ok && hasSucceeded(ran.value) ? { address } : undefined;
    }
  }
}
