/** The session that a call belongs to: the process of the assistant, or whoever had us started. */

import type { Environment } from "../../host/environment.ts";
import type { Host } from "../../host/host.ts";
import type { Caller, ProcessIdentity } from "../../host/processes.ts";
import { asRecord, declarationOf } from "./requester.ts";

/** Processes that adopt others, and live as long as the system or the login. */
const ADOPTERS: readonly string[] = ["systemd", "init"];
const SHELLS: readonly string[] = ["sh", "bash", "dash", "zsh", "fish", "ksh"];

/**
 * The process of the assistant that calls us: the nearest one that was started without the variable by which the
 * assistant makes itself known to what it starts. undefined for a person, and where the system does not show it.
 */
export function sessionOf(
  { environment, processes }: Pick<Host, "environment" | "processes">,
): ProcessIdentity | undefined {
  const declared = declarationOf(environment);
  if (declared === undefined) return undefined;
  const { variable, value } = declared;
  return lastingCaller(processes.callers().find(({ pid }) => processes.startedWith(pid, variable) !== value));
}

/** The process of the client that started us as its server. */
export function clientOf({ processes }: Pick<Host, "processes">): ProcessIdentity | undefined {
  return lastingCaller(processes.callers().find(({ name }) => !SHELLS.includes(name)));
}

function lastingCaller(caller: Caller | undefined): ProcessIdentity | undefined {
  if (caller === undefined || caller.pid === 1 || ADOPTERS.includes(caller.name)) return undefined;
  const { name: _, ...identity } = caller;
  return identity;
}

/** The relatives of a process that was started to go on without its caller. */
export interface Kin {
  /** Its caller. */
  readonly caller: ProcessIdentity;
  readonly session: ProcessIdentity | null;
  readonly is_lasting: boolean;
}

/** For a process that we start: a server keeps what it owns by itself. */
export function kinFor(host: Pick<Host, "environment" | "processes">, isServer: boolean): Kin {
  return {
    caller: host.processes.self(),
    session: (isServer ? clientOf(host) : sessionOf(host)) ?? null,
    is_lasting: !isServer,
  };
}

/** The relatives that our starter told us; undefined where it does not say. */
export function kinOf({ handedOver }: Environment): Kin | undefined {
  const kin = handedOver === undefined ? undefined : asRecord(handedOver)["kin"];
  if (typeof kin !== "object" || kin === null) return undefined;
  const { caller, session = null, is_lasting } = kin as Partial<Kin>;
  return typeof caller?.pid === "number" ? { caller, session, is_lasting: is_lasting === true } : undefined;
}
