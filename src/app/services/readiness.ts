/** The readiness check of a service: repeated until it passes, and once for a service that was ready. */

import type { Service } from "../../model/service.ts";
import { addressOf } from "../../model/service.ts";
import type { Host } from "../../host/host.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";
import { callProgram, hasSucceeded } from "../workspace/call_program.ts";

/** The bound of one check; a busy service may take a while to answer. */
const LOOK_BOUND_MS = 2000;
const MAX_SAID_BYTES = 64 * 1024;

export interface Ready {
  readonly address: string | null;
}

/** The result of one check; undefined if the service is not ready. `output` gives the output of its main process so far. */
export async function checkReadiness(
  host: Pick<Host, "network" | "processes">,
  { ready }: Service,
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
